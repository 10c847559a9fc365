"""The pages of incidents, over HTTP: what they show, to whom, and that foreign text stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from include.alerts.intake import commit
from include.store import briefs, feedback, ledger, quarantine
from include.store.database import Store
from include.store.tables.incident import incident as incidents_table
from include.store.tables.triage import brief as briefs_table
from include.store.tables.triage import evidence as evidence_table
from plugins.console.pages import incidents as listing
from tests.briefing import Stages, post
from tests.plugins.console.pages.conftest import second_version

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"`{{7*7}}"
BASE = "/holdpoint/incidents"


class Page(HTMLParser):
    """The tags, ids, links and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    @property
    def links(self) -> list[str]:
        return [str(attrs["href"]) for attrs in self.all("a")]


@pytest.fixture
def at(briefed: Stages) -> str:
    return f"{BASE}/{briefed.incident_id}"


# -- the list -------------------------------------------------------------------------------------------------------------


def test_the_list_has_what_there_is_newest_first(browser: Callable[..., Any], store: Store, briefed: Stages) -> None:
    (row,) = browser("maya").json(BASE)["incidents"]
    assert (row["incident"]["id"], row["owner_name"], row["brief"]["version"]) == (briefed.incident_id, "Tomás Lindqvist", 1)
    page = browser("maya").get(BASE)
    for words in ("open", "critical", "shop-orders", "Error rate", "Tomás Lindqvist", "version 1"):
        assert words in page.text


def test_pages_of_the_list_follow_each_other(
    browser: Callable[..., Any], store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    for n in range(7):
        with store.begin() as conn:
            commit(conn, catalogue, [post(catalogue, f"Alarm{'x' * n}")])
    maya, seen, path = browser("maya"), [], BASE
    for expected in (3, 3, 1):
        found = maya.json(path)
        assert len(found["incidents"]) == expected
        seen += [row["incident"]["title"] for row in found["incidents"]]
        path = f"{BASE}?after={found['after']}"
    assert found["after"] is None
    assert seen == [f"Alarm{'x' * n}" for n in reversed(range(7))]
    assert 'rel="next"' not in maya.get(f"{BASE}?after=2000-01-01T00:00:00.000000Z~inc_1").text


AT = "2026-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("after", ["x", AT, "~", f"{AT}~" + "a" * 65, "'--", "%00"])
def test_a_cursor_that_is_none_is_refused(browser: Callable[..., Any], after: str) -> None:
    assert browser("maya").get(f"{BASE}?after={after}").status_code == 422


def test_h12_what_a_person_may_not_read_is_on_no_page_and_in_no_count(
    browser: Callable[..., Any], store: Store, catalogue: Any, briefed: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An umbrella of everything is as high as any service: with one of them labelled security, only who clears that sees it."""
    rows = catalogue.tables["services"]
    raised = [row.model_copy(update={"classification": "security"}) if row.name == "shop-payments" else row for row in rows]
    higher = replace(catalogue, tables={**catalogue.tables, "services": tuple(raised)})
    monkeypatch.setattr("plugins.console.web.visit.load_catalogue", lambda: higher)
    hidden = {"kind": "umbrella", "service": None, "title": "Something about payments"}
    with store.begin() as conn:
        commit(conn, catalogue, [post(catalogue, "Another one")])
        conn.execute(update(incidents_table).where(incidents_table.c.id != briefed.incident_id).values(**hidden))
    umbrella = browser("maya").json(BASE)["incidents"][0]["incident"]
    assert umbrella["title"] == "Something about payments"
    assert "about payments" not in browser("jonas").get(BASE).text
    there, not_there = (browser("jonas").get(f"{BASE}/{name}") for name in (umbrella["id"], "inc_nothing"))
    assert there.status_code == not_there.status_code == 404
    assert _without_token(there.text) == _without_token(not_there.text)
    second_version(store, briefed.incident_id, label="security", labels=("internal", "security"), summary="logons failed")
    jonas = browser("jonas")
    found = jonas.json(BASE)["incidents"]
    assert found[-1]["brief"]["version"] == 1, "the version above his grants is not hinted at"
    assert browser("maya").json(BASE)["incidents"][-1]["brief"]["version"] == 2
    page = jonas.get(f"{BASE}/{briefed.incident_id}")
    assert "version 2" not in page.text
    assert "logons failed" not in page.text
    hidden_one, missing = (jonas.get(f"{BASE}/{briefed.incident_id}?version={number}") for number in (2, 3))
    assert hidden_one.status_code == missing.status_code == 404
    assert _without_token(hidden_one.text) == _without_token(missing.text)


def _without_token(text: str) -> str:
    return re.sub(r"\d+\.[\w-]{43}", "", text)


# -- one incident ---------------------------------------------------------------------------------------------------------


def test_every_citation_opens_the_evidence_at_its_span(browser: Callable[..., Any], briefed: Stages, at: str) -> None:
    maya = browser("maya")
    page = Page(maya.get(at).text)
    brief = briefed.brief()
    cited = [link for link in page.links if link.startswith(f"{at}/evidence/") and link.endswith("#span")]
    quotes = [citation.quote for fact in brief.facts for citation in fact.citations]
    quotes += [hit.citation.quote for hit in brief.runbooks if hit.citation]
    assert len(cited) == len(quotes) > 2
    for link, quote in zip(cited, quotes, strict=True):
        answer = maya.get(link)
        assert answer.status_code == 200
        assert Page(answer.text).ids.count("span") == 1
        assert _marked(answer.text) == quote


def _marked(text: str) -> str:
    from html import unescape

    return "\n".join(unescape(found) for found in re.findall(r"<mark[^>]*>([^<]*)</mark>", text))


def test_the_page_says_draft_gaps_and_what_happened(browser: Callable[..., Any], briefed: Stages, at: str) -> None:
    page = browser("maya").get(at).text
    for words in ("DRAFT", "label internal", "Missing evidence", "Hypotheses", "What happened", "ticket DESK-1", "Airflow run"):
        assert words in page
    assert "/dags/incident_triage/runs/incident_triage-run" in page
    found = browser("maya").json(at)
    assert found["brief"]["status"] == "DRAFT"
    assert found["timeline"]["events"][0]["what"] == "opened by an alert"
    assert found["timeline"]["ticket"] == "DESK-1"


def test_a_version_is_shown_as_it_was(browser: Callable[..., Any], store: Store, briefed: Stages, at: str) -> None:
    second_version(store, briefed.incident_id, summary="Something else entirely.")
    maya = browser("maya")
    assert "Something else entirely." in maya.get(at).text
    first = maya.get(f"{at}?version=1").text
    assert "Something else entirely." not in first
    assert 'aria-current="page">version 1</a>' in first
    for wrong in ("0", "-1", "x", "99999999999999999999999", "1.5", "%00"):
        assert maya.get(f"{at}?version={wrong}").status_code == 422
    assert maya.get(f"{at}?version=7").status_code == 404


def test_an_incident_without_a_brief_is_shown_all_the_same(browser: Callable[..., Any], store: Store, catalogue: Any) -> None:
    with store.begin() as conn:
        (answer,) = commit(conn, catalogue, [post(catalogue)])
    page = browser("maya").get(f"{BASE}/{answer.outcomes[0].incident_id}")
    assert page.status_code == 200
    assert "no brief of it yet" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize("name", ["inc_nothing", "..%2f..%2fetc", "%00", "a b", "A", "x" * 64, "<script>"])
def test_what_is_not_there_is_404_and_what_is_no_id_is_refused(browser: Callable[..., Any], name: str) -> None:
    answer = browser("maya").get(f"{BASE}/{name}")
    assert answer.status_code in {404, 422}
    assert "<script>alert" not in answer.text


def test_evidence_of_another_incident_is_not_there(
    browser: Callable[..., Any], store: Store, catalogue: Any, briefed: Stages
) -> None:
    with store.begin() as conn:
        (answer,) = commit(conn, catalogue, [post(catalogue, "Another one")])
    other, maya = answer.outcomes[0].incident_id, browser("maya")
    name = briefed.brief().retrieved[-1]
    assert maya.get(f"{BASE}/{briefed.incident_id}/evidence/{name}").status_code == 200
    assert maya.get(f"{BASE}/{other}/evidence/{name}").status_code == 404


@pytest.mark.parametrize("span", ["start=5&end=5", "start=9&end=3", "start=0&end=999999", "start=0", "end=4"])
def test_a_span_that_is_none_marks_nothing(browser: Callable[..., Any], briefed: Stages, at: str, span: str) -> None:
    answer = browser("maya").get(f"{at}/evidence/{briefed.brief().retrieved[-1]}?{span}")
    assert answer.status_code == 200
    assert "<mark" not in answer.text


def test_a_span_over_several_lines_is_marked_in_each(browser: Callable[..., Any], store: Store, briefed: Stages, at: str) -> None:
    name = briefed.brief().retrieved[-1]
    text = "one\ntwo\n\nthree"
    with store.begin() as conn:
        conn.execute(update(evidence_table).where(evidence_table.c.id == name).values(text=text))
    page = browser("maya").get(f"{at}/evidence/{name}?start=2&end=12").text
    assert _marked(page) == "e\ntwo\nthr"
    assert Page(page).ids.count("span") == 1
    assert [each for each in Page(page).ids if each.startswith("L")] == ["L1", "L2", "L3", "L4"]


def test_h11_script_in_every_text_field_stays_text(browser: Callable[..., Any], store: Store, briefed: Stages, at: str) -> None:
    """Each text of incident, brief, evidence and feedback replaced by script, then every page of them looked at."""
    brief = json.loads(_spoiled(briefed.brief().model_dump_json()))
    with store.begin() as conn:
        row = briefs.latest(conn, briefed.incident_id)
        (head,) = briefs.heads(conn, [briefed.incident_id])
        assert row is not None
        conn.execute(update(incidents_table).values(title=SCRIPT))
        conn.execute(update(briefs_table).values(body=json.dumps(brief)))
        conn.execute(update(evidence_table).values(text=SCRIPT, place=SCRIPT[:200]))
        for kind, about in ((feedback.FeedbackKind.CORRECTION, "F1"), (feedback.FeedbackKind.SUMMARY, "summary")):
            values = {"kind": kind, "person": SCRIPT[:80], "about": about, "label": "internal", "text": SCRIPT, "actor": "maya"}
            feedback.add(conn, mark=about, draft=head, **values)
        values |= {"kind": feedback.FeedbackKind.TICKET_EDIT, "about": "DESK-1"}
        feedback.add(conn, mark="t", draft=head, **values)
    maya = browser("maya")
    paths = [BASE, at, f"{at}/evidence/{brief['retrieved'][-1]}?start=2&end=40"]
    for path in paths:
        for headers in ({}, {"HX-Request": "true"}):
            answer = maya.get(path, **headers)
            assert answer.status_code == 200, path
            page = Page(answer.text)
            assert not [attrs for attrs in page.all("script") if not str(attrs.get("src", "")).startswith("/holdpoint/static/")]
            assert not page.all("img")
            assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
            assert "49" not in re.findall(r"`(\d+)", answer.text)
            assert "alert(1)" in answer.text


def _spoiled(body: str) -> str:
    """The brief with script in each of its sentences; ids, names and times stay what they are."""
    brief = json.loads(body)
    brief["title"] = brief["summary"] = brief["drafter"] = SCRIPT
    for part in ("facts", "assumptions", "hypotheses"):
        for each in brief[part]:
            each["statement"] = SCRIPT
            if "refuted_by" in each:
                each["refuted_by"] = SCRIPT
    for gap in brief["missing"]:
        gap["reason"] = SCRIPT
    for step in brief["next_steps"]:
        step["step"] = step["why"] = SCRIPT
    for hit in brief["runbooks"]:
        hit["title"] = SCRIPT
    brief["escalation"]["reason"] = brief["escalation"]["owner_name"] = SCRIPT
    brief["classification"]["reasons"] = [SCRIPT]
    return json.dumps(brief)


# -- what people say ------------------------------------------------------------------------------------------------------


def _fields(browser: Any, at: str) -> dict[str, Any]:
    found = browser.json(at)
    return {"version": found["brief"]["version"], "digest": found["digest"]}


def test_a_correction_is_kept_shown_and_led_back_from(browser: Callable[..., Any], store: Store, at: str) -> None:
    maya = browser("maya")
    words = {"claim": "F1", "text": "It began at nine.\r\nNot at ten."}
    answer = maya.post(f"{at}/feedback/correction", _fields(maya, at) | words)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}?version=1")
    page = browser("jonas").get(at).text
    assert "It began at nine.\nNot at ten." in page
    assert "<strong>Maya Okafor</strong>" in page
    assert "Maya Okafor corrected F1 of version 1" in page
    with store.read() as conn:
        (entry,) = ledger.entries(conn, kind="feedback.given")
    assert entry.actor == "maya"


def test_a_summary_stands_beside_the_draft_as_its_writers(browser: Callable[..., Any], briefed: Stages, at: str) -> None:
    maya, before = browser("maya"), briefed.brief()
    assert maya.post(f"{at}/feedback/summary", _fields(maya, at) | {"text": "A deploy broke it."}).status_code == 303
    page = maya.get(at).text
    assert "<strong>Maya Okafor</strong> summarises this draft" in page
    assert "A deploy broke it." in page
    assert briefed.brief() == before
    assert f"<p>{before.summary[:20]}".replace('"', "&#34;") in page


def test_a_misleading_runbook_is_out_of_use(browser: Callable[..., Any], store: Store, briefed: Stages, at: str) -> None:
    maya, name = browser("maya"), briefed.brief().runbooks[0].runbook
    words = {"source": f"runbook:{name}", "text": "Step 2 names a host that is gone."}
    answer = maya.post(f"{at}/feedback/misleading", _fields(maya, at) | words, Accept="application/json")
    assert answer.status_code == 201
    with store.read() as conn:
        assert quarantine.quarantined(conn, "runbook") == {name}
        (said,) = feedback.of_incident(conn, briefed.incident_id)
    assert answer.json() == {"feedback": said.id}


@pytest.mark.parametrize(
    ("what", "words", "status"),
    [
        ("correction", {"claim": "F1", "text": ""}, 422),
        ("correction", {"claim": "F1", "text": "x" * 4_001}, 422),
        ("correction", {"claim": "F1", "text": "\u202egnorw"}, 422),
        ("correction", {"claim": "F99", "text": "x"}, 422),
        ("correction", {"claim": "", "text": "x"}, 422),
        ("correction", {"text": "x"}, 422),
        ("correction", {"claim": "F1", "text": "x", "person": "priya"}, 422),
        ("correction", {"claim": "F1", "text": "x", "version": "1e3"}, 422),
        ("correction", {"claim": "F1", "text": "x", "version": "9" * 30}, 422),
        ("correction", {"claim": "F1", "text": "x", "version": "2"}, 404),
        ("correction", {"claim": "F1", "text": "x", "digest": "0" * 64}, 409),
        ("correction", {"claim": "F1", "text": "x", "digest": "x"}, 422),
        ("misleading", {"source": "runbook:nope", "text": "x"}, 422),
        ("misleading", {"source": "runbook:../../etc", "text": "x"}, 422),
        ("misleading", {"source": "evidence:", "text": "x"}, 422),
        ("misleading", {"source": "brief:x", "text": "x"}, 422),
        ("summary", {"text": "\x00"}, 422),
        ("summary", {"text": ["a", "b"]}, 422),
        ("nothing", {"text": "x"}, 404),
    ],
)
def test_garbage_is_refused_says_what_to_do_and_leaves_nothing(
    browser: Callable[..., Any], store: Store, at: str, what: str, words: dict[str, Any], status: int
) -> None:
    maya = browser("maya")
    answer = maya.post(f"{at}/feedback/{what}", _fields(maya, at) | words)
    assert answer.status_code == status
    assert "Next: " in answer.text
    part = maya.post(f"{at}/feedback/{what}", _fields(maya, at) | words, **{"HX-Request": "true"})
    assert (part.status_code, "<html" in part.text, "<h1" in part.text) == (status, False, False)
    with store.read() as conn:
        assert not list(ledger.entries(conn, kind="feedback.given"))
        assert quarantine.quarantined(conn, "runbook") == frozenset()


def test_nothing_is_said_without_a_page_of_ours(browser: Callable[..., Any], store: Store, at: str) -> None:
    maya = browser("maya")
    fields = _fields(maya, at) | {"text": "x"}
    for attempt in (
        maya.post(f"{at}/feedback/summary", fields, token=None),
        maya.post(f"{at}/feedback/summary", fields, **{"Sec-Fetch-Site": "cross-site"}),
        browser("maya", Authorization="Bearer maya").post(f"{at}/feedback/summary", fields),
        browser("stranger").post(f"{at}/feedback/summary", fields),
    ):
        assert attempt.status_code == 403
    with store.read() as conn:
        assert not list(ledger.entries(conn, kind="feedback.given"))


# -- for everybody --------------------------------------------------------------------------------------------------------


def test_pages_are_made_for_a_keyboard_and_a_reader_aloud(browser: Callable[..., Any], briefed: Stages, at: str) -> None:
    maya = browser("maya")
    maya.post(f"{at}/feedback/summary", _fields(maya, at) | {"text": "Mine."})
    maya.post(f"{at}/feedback/correction", _fields(maya, at) | {"text": "No.", "claim": "F1"})
    for path in (BASE, at, f"{at}/evidence/{briefed.brief().retrieved[-1]}?start=0&end=9"):
        text = maya.get(path).text
        page = Page(text)
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("main")) == 1
        assert page.links[0] == "#main"
        headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(headings))
        assert len(page.ids) == len(set(page.ids))
        labelled = {attrs.get("for") for attrs in page.all("label")}
        fields = [*page.all("select"), *page.all("textarea"), *[f for f in page.all("input") if f.get("type") != "hidden"]]
        assert all(attrs["id"] in labelled for attrs in fields)
        assert len(page.all("caption")) == len(page.all("table"))
        assert all("scope" in attrs for attrs in page.all("th"))
        assert all(attrs.get("aria-label") for attrs in page.all("nav"))
        assert all(link.startswith(("#", "/holdpoint/", "/dags/")) for link in page.links)
        anchors = {link[1:] for link in page.links if link.startswith("#")}
        assert anchors <= set(page.ids)


def test_times_are_the_readers_and_utc(browser: Callable[..., Any], at: str) -> None:
    page = browser("priya").get(at).text
    assert re.search(r'<time datetime="[0-9T:.-]+Z">\w{3} \d+ \w{3} \d{4}, [0-9:]{8} IST .*\([0-9T:-]+Z\)', page)
