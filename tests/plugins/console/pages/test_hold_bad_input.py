"""Whatever is sent to the pages of holds and keys that is no honest decision: refused, said so, and nothing is kept."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from include.contracts.hold import Hold
from include.holds.digest import read_statement
from plugins.console.app import build_app
from plugins.console.web import form_token
from tests.deciding import asked, edited, passkey, send, signed, wanted
from tests.holds_kit import passkey_of
from tests.plans_kit import proposed, request, step
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground

Open = Callable[..., Browser]
NONE = "hold_" + "0" * 26


@pytest.fixture
def nothing_kept(ground: Ground, hold: Hold) -> Iterator[None]:
    """No statement, plan, view or hold more than before the test, and this hold where it was; refusals may be entered."""
    tables = ("statement", "plan", "hold", "view", "attempt")
    before = [ground.count(table) for table in tables]
    yield
    assert [ground.count(table) for table in tables] == before
    after = ground.hold(hold)
    assert (after.state, after.revision) == (hold.state, hold.revision)


# -- The request itself, at every address that takes one ---------------------------------------------------------------


def addresses() -> list[str]:
    """Every address below Holds and Keys that something is posted to."""
    build_app.cache_clear()
    found = [str(route.path) for route in build_app().routes if "POST" in (getattr(route, "methods", None) or ())]
    return sorted(path for path in found if path.startswith(("/holds", "/keys")))


def test_what_follows_looks_at_every_address() -> None:
    assert len(addresses()) == 18
    assert {"/holds/{hold_id}/vote", "/holds/{hold_id}/revoke", "/holds/{hold_id}/propose", "/keys/enrol"} <= set(addresses())


@pytest.mark.parametrize("path", addresses())
def test_h03_a_post_that_no_page_of_ours_made_is_refused(
    browser: Open, hold: Hold, path: str, nothing_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, tomas = "/holdpoint" + path.replace("{hold_id}", hold.id), browser("tomas")
    expired = form_token.make("tomas")
    said = {
        "no token": send(tomas, at, {}, **{form_token.HEADER: ""}),
        "somebody else's token": send(tomas, at, {}, **{form_token.HEADER: form_token.make("maya")}),
        "a token of one's own making": send(tomas, at, {}, **{form_token.HEADER: "9999999999.AAAA"}),
        "another site": send(tomas, at, {}, **{"Sec-Fetch-Site": "cross-site"}),
        "a site beside ours": send(tomas, at, {}, **{"Sec-Fetch-Site": "same-site"}),
        "another origin": send(tomas, at, {}, **{"Sec-Fetch-Site": "", "Origin": "https://evil.example"}),
        "a sandbox": send(tomas, at, {}, **{"Sec-Fetch-Site": "", "Origin": "null"}),
        "nobody says where from": send(tomas, at, {}, **{"Sec-Fetch-Site": ""}),
        "an API token": send(tomas, at, {}, Authorization="Bearer tomas"),
    }
    later = time.time() + form_token.LIFE_S + 2
    monkeypatch.setattr(form_token.time, "time", lambda: later)
    said["an expired token"] = send(tomas, at, {}, **{form_token.HEADER: expired})
    assert {why: answer.status_code for why, answer in said.items()} == dict.fromkeys(said, 403)
    assert send(browser(None), at, {}).status_code == 401
    assert tomas.get(at).status_code in {200, 404, 405}, "reading is not writing"


def test_h03_an_api_token_may_look_and_never_vote(browser: Open, ground: Ground, hold: Hold, nothing_kept: None) -> None:
    device = passkey(ground, "tomas")
    before = ground.count("statement")
    script = browser(None, Authorization="Bearer tomas")
    assert script.json(f"/holdpoint/holds/{hold.id}")["hold"]["id"] == hold.id
    mine = signed(browser("tomas"), device, hold)
    refused = send(script, f"/holdpoint/holds/{hold.id}/vote", mine, **{form_token.HEADER: form_token.make("tomas")})
    assert (refused.status_code, "API token may look" in refused.json()["message"]) == (403, True)
    assert ground.count("statement") == before
    ground.sql("DELETE FROM statement WHERE type IN ('holdpoint.enrolment.v1', 'holdpoint.witness.v1')")


@pytest.mark.parametrize("sent", ["", "[]", "null", "1", '"text"', "{", "{}}", '{"a": 1, "a": 2}', "[" * 100, "\x00", "NaN"])
@pytest.mark.parametrize("path", ["ask", "vote", "revoke/ask", "draft", "propose"])
def test_a_body_that_is_none_is_told_so(browser: Open, hold: Hold, path: str, sent: str, nothing_kept: None) -> None:
    answer = raw(browser("tomas"), f"/holdpoint/holds/{hold.id}/{path}", sent)
    assert answer.status_code == 422, answer.text
    assert answer.json()["next_step"]


def raw(browser: Browser, path: str, content: str | bytes, **headers: str) -> httpx.Response:
    said = {"Content-Type": "application/json", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    said[form_token.HEADER] = form_token.make(str(browser.account))
    return browser._send("POST", path, headers=said | headers, content=content)


# -- The form ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"view": "0" * 63},
        {"view": "Z" * 64},
        {"view": "../../etc/passwd"},
        {"view": None},
        {"decision": "maybe"},
        {"decision": ["approve", "reject"]},
        {"decision": "approve", "as": "tomas"},
        {"callouts": [{"id": "in-flight"}]},
        {"callouts": ["x"] * 1_000},
        {"callouts": ["<script>"]},
        {"callouts": "a b"},
        {"reason": "x" * 30_000},
        {"reason": "right-to-left \u202e"},
        {"reason": "half a character \ud800"},
        {"reason": "bell \x07"},
        {"key": "key_1"},
        {"person": "priya"},
    ],
    ids=str,
)
def test_a_form_that_does_not_fit_is_told_so(
    browser: Open, ground: Ground, hold: Hold, change: dict[str, Any], nothing_kept: None
) -> None:
    tomas = browser("tomas")
    answer = send(tomas, f"/holdpoint/holds/{hold.id}/ask", wanted(tomas, hold, **change))
    assert answer.status_code == 422, answer.text


def test_somebody_elses_passkey_cannot_be_asked_for(browser: Open, ground: Ground, hold: Hold) -> None:
    mine, other = passkey(ground, "tomas"), passkey(ground, "priya")
    tomas, name = browser("tomas"), passkey_of(other, "priya").id
    assert send(tomas, f"/holdpoint/holds/{hold.id}/ask", wanted(tomas, hold, key=name)).status_code == 404
    named = signed(tomas, mine, hold, key=passkey_of(mine, "tomas").id)
    assert read_statement(named["statement"]).key == passkey_of(mine, "tomas").id


@pytest.mark.parametrize(
    "name",
    [NONE, "..%2f..%2fetc%2fpasswd", "%2e%2e", "..%5cwindows", "%00", "hold_'; DROP TABLE hold;--", "x" * 500, "hold_%C3%A9"],
)
def test_an_address_that_is_no_holds_leads_nowhere(browser: Open, hold: Hold, name: str, nothing_kept: None) -> None:
    tomas = browser("tomas")
    for path in ("", "/edit", f"/changed?revision=0&votes=0&view={'0' * 64}"):
        answer = tomas.get(f"/holdpoint/holds/{name}{path}")
        assert answer.status_code in {404, 405, 422}, answer.url
    for path in ("ask", "draft", "revoke/ask", "propose/ask"):
        assert send(tomas, f"/holdpoint/holds/{name}/{path}", {}).status_code in {404, 405, 422}


def test_a_cursor_that_is_none_is_refused(browser: Open, ground: Ground) -> None:
    for after in ("x", "2026-11-20T10:00:00.000000Z~../../x", "2026-11-20T10:00:00.000000Z~" + "x" * 65, "'", "%00"):
        assert browser("tomas").get(f"/holdpoint/holds?after={after}").status_code == 422


# -- The edit ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", ["{}", None], ids=["empty steps", "whole steps"])
def test_a_plan_of_ten_thousand_steps_is_refused_at_once(browser: Open, hold: Hold, one: str | None, nothing_kept: None) -> None:
    maya = browser("maya")
    whole = json.loads(edited(maya, hold))
    steps = [json.loads(one) if one else whole["steps"][0]] * 10_000
    began = time.monotonic()
    answer = send(maya, f"/holdpoint/holds/{hold.id}/draft", {"request": json.dumps(whole | {"steps": steps})})
    assert answer.status_code == 422
    assert ("10000 steps, 50 at most" if one else "longer than") in answer.json()["message"]
    assert time.monotonic() - began < 5


def test_the_largest_plan_that_there_may_be_goes_through(browser: Open, ground: Ground) -> None:
    """Fifty steps, each with its own words: the form takes what a plan may hold."""
    several = [step(after_step=number or None) for number in range(50)]
    hold, _ = proposed(ground.store, ground.kit, request(*several, reason="Because. " * 2_000))
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    at = f"/holdpoint/holds/{hold.id}"
    assert tomas.get(at).status_code == 200
    drafted = send(tomas, f"{at}/draft", {"request": edited(tomas, hold, title="Otherwise")})
    assert drafted.status_code == 201, drafted.text
    plan = drafted.json()["plan"]
    assert len(plan) > 64 * 1024
    answer = asked(tomas, device, f"{at}/propose/ask", {"plan": plan})
    assert send(tomas, f"{at}/propose", {"plan": plan, **answer}).status_code == 201


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"steps": []}', '{"title": "a", "title": "b"}', '{"steps": "x"}', "[" * 5_000, '{"steps": [NaN]}', "\u202e"],
)
def test_a_request_that_is_none_is_told_so(browser: Open, hold: Hold, text: str, nothing_kept: None) -> None:
    answer = send(browser("maya"), f"/holdpoint/holds/{hold.id}/draft", {"request": text})
    assert answer.status_code == 422, answer.text


def test_h03_a_drafted_plan_that_was_changed_is_refused(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    at = f"/holdpoint/holds/{hold.id}"
    plan = send(tomas, f"{at}/draft", {"request": edited(tomas, hold)}).json()["plan"]
    other = plan.replace('"approvals":1', '"approvals":2')
    answer = asked(tomas, device, f"{at}/propose/ask", {"plan": other})
    for sent, rule in ((other, "derived"), (plan, "plan_intact")):
        refused = send(tomas, f"{at}/propose", {"plan": sent, **answer})
        assert (refused.status_code, f"rule {rule}" in refused.json()["message"]) == (403, True), refused.text
    for broken in (plan + " ", "{}", plan[:-1], json.dumps(json.loads(plan), indent=1)):
        assert send(tomas, f"{at}/propose", {"plan": broken, **answer}).status_code == 422
    assert ground.hold(hold).state.value == "proposed"


def test_h03_an_edit_is_of_the_hold_whose_page_it_is(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas, other = passkey(ground, "tomas"), browser("tomas"), ground.propose(request(title="Another"))
    plan = send(tomas, f"/holdpoint/holds/{hold.id}/draft", {"request": edited(tomas, hold)}).json()["plan"]
    answer = asked(tomas, device, f"/holdpoint/holds/{hold.id}/propose/ask", {"plan": plan})
    assert send(tomas, f"/holdpoint/holds/{other.id}/propose", {"plan": plan, **answer}).status_code == 422


# -- Whose it is -------------------------------------------------------------------------------------------------------


def test_a_vote_is_cast_where_it_belongs(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas, other = passkey(ground, "tomas"), browser("tomas"), ground.propose(request(title="Another"))
    assert send(tomas, f"/holdpoint/holds/{other.id}/vote", signed(tomas, device, hold)).status_code == 422
    back = asked(tomas, device, f"/holdpoint/holds/{hold.id}/revoke/ask", {"reason": "Not any more."})
    assert send(tomas, f"/holdpoint/holds/{other.id}/revoke", back).status_code == 422
    assert {ground.hold(each).state.value for each in (hold, other)} == {"proposed"}


def test_h12_somebody_elses_hold_is_not_there_at_any_address(
    browser: Open, ground: Ground, hold: Hold, nothing_kept: None
) -> None:
    ground.edit("grants", **{"desk-reads": {"services": ["shop-payments"]}})
    jonas = browser("jonas")
    for path in ("", "/edit", f"/changed?revision=0&votes=1&view={'0' * 64}"):
        hidden, missing = (jonas.get(f"/holdpoint/holds/{name}{path}") for name in (hold.id, NONE))
        assert (hidden.status_code, strip(hidden.text, hold.id)) == (404, strip(missing.text, NONE))
    fields = {"decision": "reject", "reason": "No.", "view": "0" * 64}
    for path, sent in (("ask", fields), ("revoke/ask", {"reason": "No."}), ("draft", {"request": json.dumps(REQUEST)})):
        hidden, missing = (send(jonas, f"/holdpoint/holds/{name}/{path}", sent) for name in (hold.id, NONE))
        assert (hidden.status_code, hidden.json()) == (404, missing.json())


REQUEST = {
    "environment": "lab",
    "title": "Mine",
    "reason": "Mine.",
    "steps": [
        {
            "tool": "restart_service",
            "service": "shop-payments",
            "params": {"process": "shop-payments"},
            "observed": {"state": "RUNNING", "pid": 1, "since": None},
            "observed_at": "2026-11-20T10:00:00Z",
        }
    ],
}


def strip(text: str, name: str) -> str:
    """Without the reader's own form token and the name that they gave themselves."""
    return re.sub(r"\d{10}\.[A-Za-z0-9_-]+", "", text).replace(name, "")


def test_two_tabs_the_second_decision_is_on_a_page_that_is_gone(browser: Open, ground: Ground, hold: Hold) -> None:
    """In one tab the plan is edited, in the other the old page is approved, rejected, edited and withdrawn."""
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    at = f"/holdpoint/holds/{hold.id}"
    request_text = edited(tomas, hold)
    late = [(f"{at}/vote", signed(tomas, device, hold))]
    late.append((f"{at}/vote", signed(tomas, device, hold, decision="reject", reason="No.", callouts=[])))
    late.append((f"{at}/revoke", asked(tomas, device, f"{at}/revoke/ask", {"reason": "No."})))
    for number in range(2):
        plan = send(tomas, f"{at}/draft", {"request": request_text}).json()["plan"]
        late.append((f"{at}/propose", {"plan": plan, **asked(tomas, device, f"{at}/propose/ask", {"plan": plan})}))
        assert len(late) == 4 + number
    path, mine = late.pop()
    assert send(tomas, path, mine).status_code == 201
    for path, mine in late:
        assert send(tomas, path, mine).status_code in {403, 409}, path
    assert ground.hold(hold).state.value == "superseded"
    assert tomas.get(f"{at}/edit").status_code == 409
    page = tomas.get(at).text
    assert 'value="approve"' not in page
    assert "Somebody edited this plan" in page


def test_a_page_that_was_signed_out_says_so_and_stays(browser: Open, hold: Hold) -> None:
    nobody, at = browser(None), f"/holdpoint/holds/{hold.id}"
    assert nobody.get(at).status_code == 303
    clicked = nobody.get(at, **{"HX-Request": "true"})
    assert (clicked.status_code, "hx-redirect" in clicked.headers) == (401, True)
    path = f"{at}/changed?revision=0&votes=1&view={'0' * 64}"
    watching = nobody.get(path, **{"HX-Request": "true", "HX-Trigger": "watch"})
    assert (watching.status_code, "hx-redirect" in watching.headers, "signed out" in watching.text) == (401, False, True)
    assert "<html" not in watching.text
