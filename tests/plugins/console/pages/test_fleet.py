"""Fleet, Owners and Audit as pages: the same figures as the command line, drawn without script, for who may see them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from include.cli import main
from include.fleet import review
from include.fleet.registry import QUESTIONS
from include.store.database import Store
from include.store.ledger import Entry, append_many, entries
from tests.clock import Clock
from tests.include.fleet.conftest import Week, clock, week, without_grants  # noqa: F401  - fixtures

FLEET, AUDIT = "/holdpoint/fleet", "/holdpoint/audit"
Browsers = Callable[..., Any]
GARBAGE = ("yesterday", "2026-02-30", "9999-99-99", "x" * 5_000, "2026-11-20\x00", "<script>", "%00", "２０２６-11-20")


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def shown(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_pages_json_and_the_commands_are_one(
    browser: Browsers,
    store: Store,
    week: Week,  # noqa: F811
    question: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    page = browser("maya").json(f"{FLEET}/{question}")["answer"]
    assert main(["fleet", question, "--as", "maya", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == page
    assert main(["fleet", question, "--as", "maya"]) == 0
    assert page["asks"] in capsys.readouterr().out


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_chart_stands_beside_its_table_and_nothing_is_inline(browser: Browsers, week: Week, question: str) -> None:  # noqa: F811
    page = shown(browser("maya").get(f"{FLEET}/{question}"))
    tags = Tags(page).found
    assert not [attrs for _, attrs in tags if "style" in attrs or any(name.startswith("on") for name in attrs)]
    assert "<script" not in page.partition("</head>")[2]
    (chart,) = [attrs for tag, attrs in tags if tag == "svg" and attrs.get("role") == "img"]
    assert chart["aria-labelledby"] == "chart-title chart-said"
    assert '<title id="chart-title">' in page
    assert "The table below has all numbers." in page
    assert "<table>" in page


def test_without_a_question_the_first_is_answered(browser: Browsers) -> None:
    assert browser("maya").json(FLEET)["answer"]["question"] == next(iter(QUESTIONS))


def test_an_empty_fleet_has_no_chart_and_says_so(browser: Browsers) -> None:
    page = shown(browser("maya").get(f"{FLEET}/corrections"))
    assert 'role="img"' not in page
    assert "Nobody has corrected anything that you may read." in page


def test_what_is_shown_is_escaped(browser: Browsers, store: Store, week: Week) -> None:  # noqa: F811
    bad = '"><img src=x onerror=alert(1)>'
    with store.begin() as conn:
        append_many(
            conn, [Entry("maya", "tool.failed", week.incident, payload={"tool": bad, "error": bad, "params": {bad: bad}})]
        )
    page = shown(browser("maya").get(f"{FLEET}/tools"))
    assert not [attrs for tag, attrs in Tags(page).found if tag == "img" or "onerror" in attrs]
    assert "&gt;&lt;img" in page


@pytest.mark.parametrize("parameter", ["since", "until", "before", "format"])
@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_in_a_parameter_is_refused_in_words(browser: Browsers, parameter: str, value: str) -> None:
    answer = browser("maya").get(f"{FLEET}/tools?" + urlencode({parameter: value}))
    assert answer.status_code in ((200,) if parameter == "format" else (400, 422)), answer.text[:300]
    assert "<script>" not in answer.text.partition("</head>")[2]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", ["nosuch", "Tools", "x" * 41, "%2e%2e", "tools%00"])
def test_a_question_that_there_is_not(browser: Browsers, name: str) -> None:
    assert browser("maya").get(f"{FLEET}/{name}").status_code in (404, 422)


def test_h12_without_a_grant_the_page_is_as_of_an_empty_store(
    browser: Browsers, catalogue: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    none = without_grants(catalogue)
    monkeypatch.setattr("plugins.console.web.visit.load_catalogue", lambda: none)
    jonas = browser("jonas")
    before = {name: jonas.json(f"{FLEET}/{name}") for name in QUESTIONS}
    request.getfixturevalue("week")
    assert {name: jonas.json(f"{FLEET}/{name}") for name in QUESTIONS} == before
    assert browser("maya").json(f"{FLEET}/tools") != before["tools"]


def test_nobody_signed_in_sees_none_of_it(browser: Browsers) -> None:
    for path in (FLEET, f"{FLEET}/tools", "/holdpoint/owners", AUDIT):
        assert browser(None).get(path).status_code in (302, 303, 307)


# -- Owners ------------------------------------------------------------------------------------------------------------


def test_owners_are_the_catalogues_and_doctors(browser: Browsers, capsys: pytest.CaptureFixture[str]) -> None:
    page = browser("priya").json("/holdpoint/owners")
    assert main(["owners", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in page["rows"]} <= {row["name"] for row in said["rows"]}
    assert page["unowned"] == said["unowned"]
    assert {"kind": "audit_review", "accountable": "ruth"}.items() <= next(
        row for row in page["rows"] if row["kind"] == "audit_review"
    ).items()
    assert "Who owns what" in shown(browser("priya").get("/holdpoint/owners"))


def test_h12_owners_name_no_runbook_that_one_may_not_read(browser: Browsers) -> None:
    assert "payment-data-exposed" not in browser("tomas").get("/holdpoint/owners").text


def test_what_is_overdue_unowned_and_ending_stands_there(
    browser: Browsers, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    raci = [row for row in catalogue.tables["raci"] if (row.kind.value, row.name) != ("workflow", "gated_change")]
    raci[0] = raci[0].model_copy(update={"reviewed": date(2020, 1, 1)})
    first, *others = catalogue.tables["grants"]
    ended = first.model_copy(update={"expires": date(2020, 1, 1)})
    changed = dataclasses.replace(catalogue, tables={**catalogue.tables, "raci": tuple(raci), "grants": (ended, *others)})
    monkeypatch.setattr("plugins.console.web.visit.load_catalogue", lambda: changed)
    page = browser("maya").json("/holdpoint/owners")
    assert [each["subject"] for each in page["unowned"]] == ["workflow gated_change"]
    assert any("raci.yaml (workflow:incident_triage)" in each["subject"] for each in page["stale"])
    assert any(first.name in each["subject"] for each in page["ending"])
    assert any(row["state"] == "overdue" and row["name"] == "incident_triage" for row in page["recertify"])


# -- Audit -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def past(store: Store, clock: Clock) -> str:  # noqa: F811
    """In the week before this one something happened; that week's name."""
    with store.begin() as conn:
        append_many(conn, [Entry("maya", "record.opened", "a-record", payload={"service": "shop-orders", "said": "<b>bold</b>"})])
    clock.move(7 * 86_400)
    with store.read() as conn:
        return review.last_week(conn)


def test_the_sample_is_read_and_signed_off_by_who_answers_for_it(browser: Browsers, store: Store, past: str) -> None:
    ruth = browser("ruth")
    page = shown(ruth.get(AUDIT))
    assert "not signed off" in page
    assert "<b>bold" not in page
    sample = ruth.json(f"{AUDIT}?week={past}")["sample"]
    answer = ruth.post(f"{AUDIT}/sign-off", {"week": past, "seed": sample["seed"], "found": "Nothing."})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{AUDIT}?week={past}"
    with store.read() as conn:
        (entry,) = entries(conn, kind=review.SIGNED)
    assert (entry.actor, entry.subject) == ("ruth", f"week:{past}")
    assert "signed off</span> by ruth" in shown(ruth.get(AUDIT))
    assert ruth.post(f"{AUDIT}/sign-off", {"week": past, "seed": sample["seed"], "found": "Again."}).status_code == 409


def test_the_command_shows_the_same_sample(
    browser: Browsers, store: Store, past: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    assert main(["audit", "sample", "--week", past, "--as", "ruth", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == browser("ruth").json(f"{AUDIT}?week={past}")["sample"]
    assert main(["audit", "sample", "--as", "ruth"]) == 0
    assert f"--seed {said['seed']}" in capsys.readouterr().out
    signed = ["audit", "sign-off", "--week", past, "--seed", said["seed"], "--found", "Nothing.", "--as", "ruth", "--json"]
    assert main(signed) == 0
    assert main(signed) == 6
    assert main(["audit", "sample", "--as", "maya"]) == 4
    assert main(["audit", "sample", "--week", "soon", "--as", "ruth"]) == 2


def test_who_is_not_of_the_review_sees_who_is_and_cannot_sign(browser: Browsers, store: Store, past: str) -> None:
    seed = browser("ruth").json(AUDIT)["sample"]["seed"]
    tomas = browser("tomas")
    assert tomas.json(AUDIT)["sample"] is None
    page = shown(tomas.get(AUDIT))
    assert "Ruth Adler" in page
    assert "a-record" not in page
    assert tomas.post(f"{AUDIT}/sign-off", {"week": past, "seed": seed, "found": "x"}).status_code == 403


def test_an_incident_is_said_to_be_the_agents_and_reviewed(browser: Browsers, week: Week) -> None:  # noqa: F811
    tomas, maya = browser("tomas"), browser("maya")
    assert f"audit?incident={week.incident}#caused" in tomas.get(f"/holdpoint/incidents/{week.incident}").text
    assert f'value="{week.incident}"' in tomas.get(f"{AUDIT}?incident={week.incident}").text
    assert tomas.post(f"{AUDIT}/agent-caused", {"incident": week.incident, "reason": "It led us astray."}).status_code == 303
    assert "review open" in shown(tomas.get(AUDIT))
    assert "End the review" not in tomas.get(AUDIT).text
    assert tomas.post(f"{AUDIT}/review", {"incident": week.incident, "found": "x"}).status_code == 403
    assert maya.post(f"{AUDIT}/review", {"incident": week.incident, "found": "The runbook was old."}).status_code == 303
    assert "review by maya on" in shown(maya.get(AUDIT))
    assert maya.post(f"{AUDIT}/agent-caused", {"incident": "inc_nosuch", "reason": "x"}).status_code == 404


@pytest.mark.parametrize("path", ["sign-off", "agent-caused", "review"])
def test_what_enters_something_needs_a_person_before_a_page(browser: Browsers, store: Store, week: Week, path: str) -> None:  # noqa: F811
    def count() -> int:
        with store.read() as conn:
            return len(list(entries(conn, limit=10_000)))

    before = count()
    fields = {"week": "2026-W01", "seed": "0" * 64, "found": "x", "incident": week.incident, "reason": "x"}
    maya = browser("maya")
    assert maya.post(f"{AUDIT}/{path}", fields, token=None).status_code == 403
    assert maya.post(f"{AUDIT}/{path}", fields, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser(None, Authorization="Bearer maya").post(f"{AUDIT}/{path}", fields, token="x").status_code == 403
    for bad in ({}, fields | {"more": "x"}, {"found": ["a", "b"]}, {"incident": "../x", "found": "x", "reason": "x"}):
        assert maya.post(f"{AUDIT}/{path}", bad).status_code in (400, 422)
    assert count() == before


@pytest.mark.parametrize("week_name", ["soon", "2026-W99", "x" * 30, "<script>"])
def test_a_week_of_garbage_is_refused(browser: Browsers, week_name: str) -> None:
    answer = browser("ruth").get(f"{AUDIT}?week={week_name}")
    assert answer.status_code in (400, 422)
