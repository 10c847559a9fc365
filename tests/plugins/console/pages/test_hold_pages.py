"""Holds and keys in the console: found, read whole, decided with a passkey; and whatever else is sent there."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from include.contracts.hold import Hold
from include.contracts.statement import Vote
from include.holds.digest import body_of
from include.holds.signatures.passkey import assertion_options
from tests.authenticator import Authenticator
from tests.deciding import passkey, send, signed, wanted
from tests.holds_kit import passkey_of, store_time
from tests.plans_kit import request
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground


def test_what_waits_for_me_stands_first(browser: Callable[..., Browser], hold: Hold) -> None:
    listed = browser("tomas").json("/holdpoint/holds")
    assert [row["hold"]["id"] for row in listed["mine"]] == [hold.id]
    listed = browser("maya").json("/holdpoint/holds")
    assert ([], [hold.id]) == (listed["mine"], [row["hold"]["id"] for row in listed["others"]])
    assert "Nothing waits for your decision" in browser("maya").get("/holdpoint/holds").text


def test_h12_who_may_not_read_the_service_finds_no_hold(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    ground.edit("grants", **{"desk-reads": {"services": ["shop-payments"]}})
    stranger = browser("jonas")
    assert stranger.json("/holdpoint/holds") | {"mine": [], "others": [], "decided": []} == stranger.json("/holdpoint/holds")
    for path in ("", "/edit", f"/changed?view={'0' * 64}&revision=0&votes=0"):
        assert stranger.get(f"/holdpoint/holds/{hold.id}{path}").status_code == 404
    assert send(stranger, f"/holdpoint/holds/{hold.id}/ask", {"decision": "approve", "view": "0" * 64}).status_code == 404


def test_h12_a_refusal_tells_a_stranger_nothing_of_the_hold(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    """A vote with a good signature, by somebody to whom the hold is not there: all states look alike."""
    device, stranger = passkey(ground, "jonas"), browser("jonas")
    ground.edit("grants", **{"desk-reads": {"services": ["shop-payments"]}})
    key, roots, over = passkey_of(device, "jonas"), ground.kit.roots, ground.propose()
    ground.reject(over, "tomas")
    said = {"environment": "lab", "plan_digest": "0" * 64, "view_digest": "0" * 64, "decision": "approve"}
    found = set()
    for name in (hold.id, over.id, "hold_" + "0" * 26):
        vote = Vote(person="jonas", key=key.id, at=ground.now, hold=name, **said)
        sent = {"statement": body_of(vote), "response": device.get(assertion_options(vote, key, roots))}
        found.add(send(stranger, f"/holdpoint/holds/{name}/vote", sent).text)
    assert len(found) == 1, found


def test_the_page_says_everything_that_is_decided(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    plan, text = ground.plan(hold), browser("tomas").get(f"/holdpoint/holds/{hold.id}").text
    said = [plan.title, plan.reason, hold.plan_digest, *plan.risk_reasons, *(callout.says for callout in plan.callouts)]
    for step in plan.steps:
        said += [step.says, step.target, step.undo.says, *(each.says for each in step.expectations)]
    for words in said:
        assert words in html.unescape(text), words


def test_an_owner_approves_with_a_passkey(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    done = send(tomas, f"/holdpoint/holds/{hold.id}/vote", signed(tomas, device, hold))
    assert done.status_code == 201, done.text
    assert done.json()["state"] == "approved"
    assert ground.judge(hold).releasable
    assert "Tom" in tomas.get(f"/holdpoint/holds/{hold.id}").text


def test_h03_the_requesters_vote_is_refused_and_said_before(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, maya = passkey(ground, "maya"), browser("maya")
    assert any("(independence)" in why for why in maya.json(f"/holdpoint/holds/{hold.id}")["obstacles"])
    done = send(maya, f"/holdpoint/holds/{hold.id}/vote", signed(maya, device, hold))
    assert (done.status_code, done.json()["error"]) == (403, "refused")
    assert ground.hold(hold).state.value == "proposed"


def test_h03_a_swap_between_page_and_click_is_refused(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    mine = signed(tomas, device, hold, view="0" * 64)
    refused = send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine)
    assert refused.status_code == 403
    assert ground.entries(kind="vote.refused")[-1].payload["rule"] == "view"  # type: ignore[index]


def test_h03_a_login_without_a_signature_decides_nothing(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    mine = signed(tomas, device, hold)
    other = Authenticator()
    for response in (other.get({"rpId": "localhost", "challenge": "AAAA"}), "{}", "[" * 10_000, json.dumps({"id": 1}), "\x00"):
        refused = send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine | {"response": response})
        assert refused.status_code in {403, 422}, refused.text
    assert ground.hold(hold).state.value == "proposed"


def test_h03_somebody_elses_statement_is_not_carried(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device = passkey(ground, "tomas")
    mine = signed(browser("tomas"), device, hold)
    refused = send(browser("priya"), f"/holdpoint/holds/{hold.id}/vote", mine)
    assert refused.status_code == 403
    assert ground.hold(hold).state.value == "proposed"


def test_two_tabs_one_vote(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    first, second = signed(tomas, device, hold), signed(tomas, device, hold)
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", first).status_code == 201
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", first).status_code in {403, 409}
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", second).status_code in {201, 403, 409}
    assert ground.judge(hold).approvals == ("tomas",)


def test_the_open_page_is_told_when_something_changed(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    tomas = browser("tomas")
    page = tomas.json(f"/holdpoint/holds/{hold.id}")
    address = f"/holdpoint/holds/{hold.id}/changed?view={page['view_digest']}&revision={page['hold']['revision']}"
    address += f"&votes={page['statements']}"
    assert not tomas.json(address)["changed"]
    asked = tomas.get(address, **{"HX-Request": "true"})
    assert (asked.status_code, asked.text.strip()) == (200, "")
    ground.reject(hold, "priya")
    assert tomas.json(address) | {"changed": True, "page": False, "state": "rejected"} == tomas.json(address)
    asked = tomas.get(address, **{"HX-Request": "true"})
    assert (asked.status_code, "Reload" in asked.text) == (286, True)
    assert tomas.get(address).status_code == 200


def test_a_rejection_needs_a_reason_and_stops_it(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    bare = send(tomas, f"/holdpoint/holds/{hold.id}/ask", wanted(tomas, hold, decision="reject"))
    assert bare.status_code == 422
    mine = signed(tomas, device, hold, decision="reject", reason="Not before the sale ends.", callouts=[])
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine).json()["state"] == "rejected"


def test_an_edit_supersedes_and_its_editor_may_not_approve(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    request = json.loads(tomas.json(f"/holdpoint/holds/{hold.id}/edit")["request"]) | {"title": "Restart it, but at noon"}
    drafted = send(tomas, f"/holdpoint/holds/{hold.id}/draft", {"request": json.dumps(request)})
    assert drafted.status_code == 201, drafted.text
    plan = drafted.json()["plan"]
    asked = send(tomas, f"/holdpoint/holds/{hold.id}/propose/ask", {"plan": plan}).json()
    sent = {"plan": plan, "statement": asked["statement"], "response": device.get(asked["options"])}
    done = send(tomas, f"/holdpoint/holds/{hold.id}/propose", sent)
    assert done.status_code == 201, done.text
    assert ground.hold(hold).state.value == "superseded"
    new = tomas.json("/holdpoint/holds")["others"][0]["hold"]
    assert any("independence" in why for why in tomas.json(f"/holdpoint/holds/{new['id']}")["obstacles"])


def test_a_passkey_is_registered_and_counts_once_witnessed(browser: Callable[..., Browser], ground: Ground, hold: Hold) -> None:
    device, tomas = Authenticator(), browser("tomas")
    options = send(tomas, "/holdpoint/keys/register", {}).json()
    asked = send(tomas, "/holdpoint/keys/enrol/ask", {"environments": ["lab"], "response": device.create(options)})
    assert asked.status_code == 201, asked.text
    mine = {"statement": asked.json()["statement"], "response": device.get(asked.json()["options"])}
    enrolled = send(tomas, "/holdpoint/keys/enrol", mine)
    assert enrolled.status_code == 201, enrolled.text
    page = tomas.json("/holdpoint/keys")
    assert [each["mine"] for each in page["waiting"]] == [True]
    assert tomas.json(f"/holdpoint/holds/{hold.id}")["keys"] == []

    witness = passkey(ground, "ines")
    ines = browser("ines")
    asked = send(ines, "/holdpoint/keys/witness/ask", {"enrolment": enrolled.json()["enrolment"]})
    word = {"statement": asked.json()["statement"], "response": witness.get(asked.json()["options"])}
    assert send(ines, "/holdpoint/keys/witness", word).status_code == 201
    assert len(tomas.json(f"/holdpoint/holds/{hold.id}")["keys"]) == 1
    for account in ("tomas", "ines"):
        assert browser(account).get("/holdpoint/keys").status_code == 200


@pytest.mark.parametrize("name", ["hold_" + "0" * 26, "..%2f..%2fetc", "hold_'; DROP TABLE hold", "x" * 500])
def test_what_is_no_hold_is_not_found(browser: Callable[..., Browser], ground: Ground, name: str) -> None:
    assert browser("tomas").get(f"/holdpoint/holds/{name}").status_code in {404, 422}
    assert store_time(ground.store)


def test_script_in_every_text_stays_text(browser: Callable[..., Browser], ground: Ground) -> None:
    script = "<script>alert(1)</script>"
    hold = ground.propose(request(title=f"Restart {script}", reason=f"Because {script}"))
    texts = [browser("tomas").get(f"/holdpoint/holds/{hold.id}{path}").text for path in ("", "/edit")]
    ground.reject(hold, "priya", reason=f"No {script}")
    texts += [browser("tomas").get(path).text for path in (f"/holdpoint/holds/{hold.id}", "/holdpoint/holds")]
    for text in texts:
        assert script not in text
        assert "&lt;script&gt;" in text
