"""The pages of change requests: what they show, to whom, that notes stay text, and the way of an offered plan to a hold."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from include.store import changes, ledger
from include.store.database import Store
from include.store.tables.change import change_package
from plugins.console.pages import changes as listing
from tests.deciding import asked, passkey, send
from tests.plugins.console.conftest import Browser
from tests.plugins.console.pages.test_incident_pages import Page
from tests.preparing import NOTES, Preparation, soon
from tests.votes_kit import Ground

Open = Callable[..., Browser]
BASE = "/holdpoint/changes"
NONE = "chg_" + "0" * 26
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"`{{7*7}}"


@pytest.fixture
def change(store: Store, catalogue: Any) -> Preparation:
    made = Preparation.ask(store, catalogue)
    made.prepared()
    return made


@pytest.fixture
def at(change: Preparation) -> str:
    return f"{BASE}/{change.change_id}"


def alike(text: str) -> str:
    """Without the form's token."""
    return re.sub(r"\d+\.[\w-]{43}", "", text)


# -- The list -----------------------------------------------------------------------------------------------------------


def test_the_list_has_what_there_is_newest_first(browser: Open, store: Store, catalogue: Any, change: Preparation) -> None:
    later = Preparation.ask(store, catalogue, notes="# Move the printers\n\nWe move the printers.\n")
    found = browser("maya").json(BASE)["changes"]
    assert [(row["change"]["id"], (row["package"] or {}).get("version")) for row in found] == [
        (later.change_id, None),
        (change.change_id, 1),
    ]
    text = browser("maya").get(BASE).text
    for words in ("Restart the order service", "Maya Okafor", "Tomás Lindqvist", "lab: shop-orders", "version 1", "none yet"):
        assert words in text
    assert change.change_id not in browser("maya").get("/holdpoint/incidents").text


def test_pages_of_the_list_follow_each_other(
    browser: Open, store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [Preparation.ask(store, catalogue).change_id for _ in range(3)]
    maya = browser("maya")
    first = maya.json(BASE)
    second = maya.json(f"{BASE}?after={first['after']}")
    assert [row["change"]["id"] for row in (*first["changes"], *second["changes"])] == made[::-1]
    assert second["after"] is None
    assert maya.get(f"{BASE}?after=x").status_code == 422


# -- One change request -------------------------------------------------------------------------------------------------


def test_every_citation_opens_the_evidence_at_its_span(browser: Open, change: Preparation, at: str) -> None:
    maya = browser("maya")
    page = Page(maya.get(at).text)
    facts = change.package().facts
    cited = [link for link in page.links if link.startswith(f"{at}/evidence/") and link.endswith("#span")]
    assert len(cited) >= len(facts) > 5
    quotes = {fact.citations[0].quote for fact in facts}
    for link in set(cited):
        shown = maya.get(link.removesuffix("#span"))
        marked = html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", shown.text, re.DOTALL)))
        assert marked.replace("\n", "") in {quote.replace("\n", "") for quote in quotes}, link


def test_the_page_says_what_is_there_missing_stale_and_whose_task_it_is(browser: Open, change: Preparation, at: str) -> None:
    page, text = browser("maya").json(at), html.unescape(browser("maya").get(at).text)
    package = change.package()
    assert (page["ticket"], page["state"], page["package"]["version"]) == ("DESK-2", "briefed", 1)
    said = [
        package.title,
        "DESK-2",
        f"/dags/change_request/runs/{page['run']}",
        "no answer:",
        f"trace?what={change.change_id}",
    ]
    said += [each.says for each in package.assessment.findings] + [gap.reason for gap in package.missing]
    said += list(package.stale)
    for words in said:
        assert words in text, words
    assert package.assessment.findings


def test_versions_are_named_and_one_that_is_none_is_not_found(browser: Open, store: Store, change: Preparation, at: str) -> None:
    with store.begin() as conn:
        newer = change.package().model_copy(update={"version": 2, "summary": "It was read again."})
        changes.add_package(conn, newer, briefing=1, run_id="r")
    maya = browser("maya")
    assert "It was read again." in maya.get(at).text
    assert "It was read again." not in maya.get(f"{at}?version=1").text
    assert maya.get(f"{at}?version=3").status_code == 404
    for version in ("0", "x", "-1", "9" * 30):
        assert maya.get(f"{at}?version={version}").status_code == 422


def test_before_there_is_a_package_the_page_says_so(browser: Open, store: Store, catalogue: Any) -> None:
    made = Preparation.ask(store, catalogue)
    text = browser("maya").get(f"{BASE}/{made.change_id}").text
    assert "It is being prepared" in text
    assert "Nobody has looked yet" in text
    assert "shop-orders stays exhausted" in text, "the notes are there"


def test_without_an_offer_the_page_says_why(browser: Open, store: Store, catalogue: Any) -> None:
    made = Preparation.ask(store, catalogue, notes="# Move the printers\n\nWe move the printers to the second floor.\n")
    made.prepared()
    with store.read() as conn:
        request, reason = changes.offer_of(conn, made.change_id)
    assert request is None
    page = browser("maya").json(f"{BASE}/{made.change_id}")
    assert page["offer"]["request"] is None
    assert reason in html.unescape(browser("maya").get(f"{BASE}/{made.change_id}").text)
    assert send(browser("maya"), f"{BASE}/{made.change_id}/draft", {}).status_code == 404


def test_h11_script_in_the_notes_stays_text(browser: Open, store: Store, catalogue: Any) -> None:
    notes = NOTES.replace("# Restart", f"# {SCRIPT} Restart").replace("the shop channel", f"the shop channel {SCRIPT}")
    made = Preparation.ask(store, catalogue, notes=notes)
    made.prepared()
    maya, base = browser("maya"), f"{BASE}/{made.change_id}"
    evidence = maya.json(base)["package"]["retrieved"]
    for path in (BASE, base, *(f"{base}/evidence/{name}" for name in evidence)):
        text = maya.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
    page = Page(maya.get(base).text)
    assert all((attrs.get("src") or "").startswith("/holdpoint/static/") for attrs in page.all("script"))
    assert "{{7*7}}" in html.unescape(maya.get(base).text)


# -- Who may read it ----------------------------------------------------------------------------------------------------


def test_h12_to_whom_it_is_not_there_it_is_nowhere(
    browser: Open, catalogue: Any, change: Preparation, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        row.model_copy(update={"classification": "security"}) if row.name == "shop-orders" else row
        for row in catalogue.tables["services"]
    ]
    higher = replace(catalogue, tables={**catalogue.tables, "services": tuple(rows)})
    monkeypatch.setattr("plugins.console.web.visit.load_catalogue", lambda: higher)
    jonas = browser("jonas")
    assert jonas.json(BASE)["changes"] == []
    assert "Restart the order" not in jonas.get(BASE).text
    evidence = change.package().retrieved[0]
    for path in ("", "?version=1", f"/evidence/{evidence}", "?format=json"):
        there, none = jonas.get(at + path), jonas.get(f"{BASE}/{NONE}{path}")
        assert there.status_code == none.status_code == 404, path
        assert alike(there.text) == alike(none.text), path
    for path in ("draft", "propose/ask", "propose"):
        sent = {"plan": "{}"} if path != "draft" else {}
        sent |= {"statement": "{}", "response": "{}"} if path == "propose" else {}
        there, none = send(jonas, f"{at}/{path}", sent), send(jonas, f"{BASE}/{NONE}/{path}", sent)
        assert (there.status_code, there.text) == (none.status_code, none.text), path
        assert there.status_code in {404, 422}, path
    assert browser("maya").json(at)["package"]["version"] == 1, "who asked may read what was made of it"


def test_h12_a_version_above_the_grants_is_not_hinted_at(browser: Open, store: Store, change: Preparation, at: str) -> None:
    with store.begin() as conn:
        higher = {"version": 2, "label": "security", "labels": ("internal", "security"), "summary": "logons failed"}
        changes.add_package(conn, change.package().model_copy(update=higher), briefing=1, run_id="r")
    jonas = browser("jonas")
    text = jonas.get(at).text
    assert "logons failed" not in text
    assert "version 2" not in text
    hidden, none = jonas.get(f"{at}?version=2"), jonas.get(f"{at}?version=3")
    assert hidden.status_code == none.status_code == 404
    assert alike(hidden.text) == alike(none.text)
    assert jonas.json(BASE)["changes"][0]["package"]["version"] == 1
    assert browser("maya").json(at)["package"]["version"] == 2


def test_who_is_no_person_sees_nothing_and_nobody_is_led_to_sign_in(browser: Open, at: str) -> None:
    assert browser("stranger").get(at).status_code == 403
    assert "Restart" not in browser("stranger").get(at).text
    assert browser(None).get(at).status_code == 303


def test_an_incidents_page_does_not_show_a_change_nor_the_other_way_round(browser: Open, change: Preparation) -> None:
    assert browser("maya").get(f"/holdpoint/incidents/{change.change_id}").status_code == 404
    evidence = change.package().retrieved[0]
    assert browser("maya").get(f"/holdpoint/incidents/{change.change_id}/evidence/{evidence}").status_code == 404


@pytest.mark.parametrize("name", [NONE, "inc_" + "0" * 26, "..%2f..%2fetc", "chg_'; DROP TABLE incident", "x" * 500, "%00"])
def test_what_is_no_change_is_not_found(browser: Open, change: Preparation, name: str) -> None:
    for path in (name, f"{name}/evidence/{name}"):
        assert browser("maya").get(f"{BASE}/{path}").status_code in {404, 422}


# -- The plan -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(ground: Ground) -> Preparation:
    made = Preparation.ask(ground.store, ground.kit.catalogue, notes=soon(ground.now))
    made.prepared()
    return made


def test_an_offered_plan_is_shown_signed_and_proposed(browser: Open, ground: Ground, offered: Preparation) -> None:
    device, maya, at = passkey(ground, "maya"), browser("maya"), f"{BASE}/{offered.change_id}"
    assert [step["tool"] for step in maya.json(at)["offer"]["request"]["steps"]] == ["restart_service"]
    drafted = send(maya, f"{at}/draft", {})
    assert drafted.status_code == 201, drafted.text
    plan = drafted.json()["plan"]
    assert json.loads(plan)["contributors"] == ["change_request@service", "maya"]
    assert ground.count("hold") == 0, "showing keeps nothing"
    done = send(maya, f"{at}/propose", {"plan": plan} | asked(maya, device, f"{at}/propose/ask", {"plan": plan}))
    assert done.status_code == 201, done.text
    (held,) = maya.json(at)["offer"]["holds"]
    assert done.json()["at"] == f"/holdpoint/holds/{held['id']}"
    page = maya.json(done.json()["at"])
    assert any("(independence)" in why for why in page["obstacles"])
    assert f"/holdpoint/changes/{offered.change_id}" in maya.get(done.json()["at"]).text
    (entry,) = ground.entries(kind="change.proposed")
    assert (entry.subject, entry.actor, entry.payload["hold"]) == (offered.change_id, "maya", held["id"])  # type: ignore[index]
    again = send(maya, f"{at}/propose", {"plan": plan} | asked(maya, device, f"{at}/propose/ask", {"plan": plan}))
    assert again.status_code == 409, "a plan is proposed once"


def test_h03_a_plan_that_hides_the_machine_is_refused(browser: Open, ground: Ground, offered: Preparation) -> None:
    """Without the machine among its contributors it would need one approval less outside the lab."""
    device, maya, at = passkey(ground, "maya"), browser("maya"), f"{BASE}/{offered.change_id}"
    plan = json.loads(send(maya, f"{at}/draft", {}).json()["plan"])
    hidden = json.dumps(plan | {"contributors": ["maya"]}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    other = json.dumps(plan | {"incident": NONE}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for bent in (hidden, other):
        sent = {"plan": bent} | asked(maya, device, f"{at}/propose/ask", {"plan": bent})
        refused = send(maya, f"{at}/propose", sent)
        assert refused.status_code in {403, 404, 422}, refused.text
    assert (ground.count("hold"), ground.entries(kind="change.proposed")) == (0, [])


def test_h03_a_changed_plan_is_not_what_was_signed(browser: Open, ground: Ground, offered: Preparation) -> None:
    device, maya, at = passkey(ground, "maya"), browser("maya"), f"{BASE}/{offered.change_id}"
    plan = send(maya, f"{at}/draft", {}).json()["plan"]
    mine = asked(maya, device, f"{at}/propose/ask", {"plan": plan})
    bent = plan.replace("Restart the order service", "Restart the other service")
    assert bent != plan
    for body in (bent, "{}", "[]", "no plan", plan[:-1]):
        assert send(maya, f"{at}/propose", {"plan": body} | mine).status_code in {403, 422}
    assert ground.count("hold") == 0


def test_h02_who_may_not_propose_the_tool_makes_no_plan(browser: Open, ground: Ground, offered: Preparation) -> None:
    refused = send(browser("jonas"), f"{BASE}/{offered.change_id}/draft", {})
    assert refused.status_code == 403
    assert ground.count("plan") == 0


def test_without_a_passkey_nothing_can_be_signed(browser: Open, ground: Ground, offered: Preparation) -> None:
    at = f"{BASE}/{offered.change_id}"
    plan = send(browser("maya"), f"{at}/draft", {}).json()["plan"]
    assert send(browser("maya"), f"{at}/propose/ask", {"plan": plan}).status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("draft", {"request": "{}"}),
        ("propose/ask", {}),
        ("propose/ask", {"plan": "x"}),
        ("propose/ask", {"plan": "{}"}),
        ("propose/ask", {"plan": ["{}"]}),
        ("propose", {"plan": "{}"}),
        ("propose", {"plan": "{}", "statement": "{}", "response": "{}"}),
        ("propose", {"plan": "[" * 10_000, "statement": "{}", "response": "{}"}),
        ("propose", {"plan": "x" * 3_000_000, "statement": "{}", "response": "{}"}),
    ],
)
def test_garbage_makes_no_plan_and_no_hold(
    browser: Open, ground: Ground, offered: Preparation, path: str, fields: dict[str, Any]
) -> None:
    answer = send(browser("maya"), f"{BASE}/{offered.change_id}/{path}", fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["next_step"]
    assert (ground.count("plan"), ground.count("hold")) == (0, 0)


@pytest.mark.parametrize("path", ["draft", "propose/ask", "propose"])
def test_h03_a_post_that_no_page_of_ours_made_is_refused(browser: Open, change: Preparation, at: str, path: str) -> None:
    maya = browser("maya")
    from plugins.console.web import form_token

    said = [
        send(maya, f"{at}/{path}", {}, **{form_token.HEADER: ""}),
        send(maya, f"{at}/{path}", {}, **{form_token.HEADER: form_token.make("tomas")}),
        send(maya, f"{at}/{path}", {}, **{"Sec-Fetch-Site": "cross-site"}),
        send(maya, f"{at}/{path}", {}, **{"Sec-Fetch-Site": "", "Origin": "null"}),
        send(maya, f"{at}/{path}", {}, Authorization="Bearer maya"),
    ]
    assert [answer.status_code for answer in said] == [403] * 5
    assert send(browser(None), f"{at}/{path}", {}).status_code == 401


def test_an_api_token_may_look(browser: Open, change: Preparation, at: str) -> None:
    assert browser(None, Authorization="Bearer maya").json(at)["change"]["id"] == change.change_id


def test_a_package_that_was_tampered_with_is_said_to_fail_and_shows_nothing(
    browser: Open, store: Store, change: Preparation, at: str
) -> None:
    with store.begin() as conn:
        conn.execute(update(change_package).values(body='{"labels": ["internal"], "title": "<script>"}'))
    answer = browser("maya").get(at)
    assert answer.status_code == 500
    assert "<script>" not in answer.text
    with store.read() as conn:
        assert list(ledger.entries(conn, subject=change.change_id))


def test_the_trace_of_a_change_tells_its_story_and_names_its_hold(browser: Open, ground: Ground, offered: Preparation) -> None:
    device, maya, at = passkey(ground, "maya"), browser("maya"), f"{BASE}/{offered.change_id}"
    plan = send(maya, f"{at}/draft", {}).json()["plan"]
    send(maya, f"{at}/propose", {"plan": plan} | asked(maya, device, f"{at}/propose/ask", {"plan": plan}))
    found = maya.json(f"/holdpoint/trace?what={offered.change_id}")
    entries = {entry["kind"]: entry for entry in found["page"]["entries"]}
    assert {"change.requested", "package.drafted", "change.routed", "change.proposed"} <= set(entries)
    assert json.loads(plan)["hold"] in json.dumps(entries["change.proposed"])
    assert found["page"]["question"] == f"change:{offered.change_id}"
