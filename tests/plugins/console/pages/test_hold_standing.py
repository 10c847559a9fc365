"""Standard and emergency changes in the console: seen on the page that is signed, declared and reviewed with a passkey."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from include.contracts.hold import Hold, HoldState
from tests.authenticator import Authenticator
from tests.deciding import asked, passkey, send, signed
from tests.plugins.console.conftest import Browser
from tests.standing_kit import Standing
from tests.votes_kit import Ground

WHY = "Orders are lost, and nobody else can be reached."


@pytest.fixture
def standing(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standing:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    ground.kit.edit_people(lambda people: people["ines"]["roles"].append("auditor"))
    ground.edit("approvals", lab={"approvals": 2})
    return Standing(ground)


def declared(browser: Browser, device: Authenticator, hold: Hold, incident: str) -> dict[str, str]:
    found = asked(browser, device, f"/holdpoint/holds/{hold.id}/emergency/ask", {"incident": incident, "reason": WHY})
    done = send(browser, f"/holdpoint/holds/{hold.id}/emergency", found)
    assert done.status_code == 201, done.text
    return found


def test_an_emergency_is_declared_voted_on_and_reviewed_with_passkeys(
    browser: Callable[..., Browser], standing: Standing
) -> None:
    ground, hold, incident = standing.ground, standing.ground.propose(), standing.incident()
    at, priya = f"/holdpoint/holds/{hold.id}", browser("priya")
    assert priya.json(at)["urgent"]
    assert not browser("maya").json(at)["urgent"]
    declared(priya, passkey(ground, "priya"), hold, incident)
    page = html.unescape(browser("tomas").get(at).text)
    assert "Emergency change." in page
    assert WHY in page
    assert "quorum: nobody has approved the emergency who saw that it is one" in page
    done = send(browser("tomas"), f"{at}/vote", signed(browser("tomas"), passkey(ground, "tomas"), hold))
    assert (done.status_code, done.json()["state"]) == (201, "approved")
    assert "paged: the page to the chain of shop-orders was not sent" in html.unescape(browser("tomas").get(at).text)
    with ground.store.read() as conn:
        pages = tuple(conn.exec_driver_sql("SELECT id FROM delivery").scalars())
    standing.send(pages)
    ground.consume(hold)
    ines, device = browser("ines"), passkey(ground, "ines")
    assert ines.json(at)["reviewable"]
    assert not browser("priya").json(at)["reviewable"]
    review = asked(ines, device, f"{at}/review/ask", {"finding": "justified", "reason": "As the incident says."})
    assert send(ines, f"{at}/review", review).status_code == 201
    assert not ines.json(at)["reviewable"]
    assert ground.entries(kind="emergency.reviewed")


def test_what_fits_its_template_says_so(browser: Callable[..., Browser], standing: Standing) -> None:
    hold = standing.claim(standing.filed())
    page = html.unescape(browser("tomas").get(f"/holdpoint/holds/{hold.id}").text)
    assert "Standard change" in page
    assert "Nobody needs to vote" in page
    almost = standing.claim(standing.filed(max_risk="low"))
    page = html.unescape(browser("tomas").get(f"/holdpoint/holds/{almost.id}").text)
    assert "the bound max_risk" in page
    assert "2 approvals are still wanted." in page


def test_h03_a_login_without_a_signature_declares_nothing(browser: Callable[..., Browser], standing: Standing) -> None:
    ground, hold, incident = standing.ground, standing.ground.propose(), standing.incident()
    device, priya, at = passkey(standing.ground, "priya"), browser("priya"), f"/holdpoint/holds/{hold.id}"
    mine = asked(priya, device, f"{at}/emergency/ask", {"incident": incident, "reason": WHY})
    forged = Authenticator().get({"rpId": "localhost", "challenge": "AAAA"})
    for response in (forged, "{}", "[" * 9_000, json.dumps({"id": 1})):
        assert send(priya, f"{at}/emergency", mine | {"response": response}).status_code in {403, 422}
    assert send(browser("tomas"), f"{at}/emergency", mine).status_code == 403, "somebody else's statement is not carried"
    other = ground.propose()
    assert send(priya, f"/holdpoint/holds/{other.id}/emergency", mine).status_code == 422
    assert send(priya, f"{at}/review", mine).status_code == 422
    assert send(priya, f"{at}/vote", mine).status_code == 422
    assert ground.count("delivery") == 0
    assert ground.hold(hold).state is HoldState.PROPOSED


def test_h03_a_contributor_who_signs_is_refused(browser: Callable[..., Browser], standing: Standing) -> None:
    hold, incident = standing.ground.propose(), standing.incident()
    at, maya = f"/holdpoint/holds/{hold.id}", browser("maya")
    mine = asked(maya, passkey(standing.ground, "maya"), f"{at}/emergency/ask", {"incident": incident, "reason": WHY})
    assert send(maya, f"{at}/emergency", mine).status_code == 403
    assert (standing.ground.entries(kind="statement.refused")[-1].payload or {})["rule"] == "independence"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"incident": "inc_x", "reason": "x"},
        {"incident": 7, "reason": "x"},
        {"incident": "inc_" + "0" * 26},
        {"reason": ["x"]},
    ],
)
def test_h10_garbage_is_not_made_a_statement(
    browser: Callable[..., Browser], standing: Standing, fields: dict[str, object]
) -> None:
    hold = standing.ground.propose()
    passkey(standing.ground, "priya")
    for path in ("emergency/ask", "review/ask", "emergency", "review"):
        assert send(browser("priya"), f"/holdpoint/holds/{hold.id}/{path}", fields).status_code == 422


def test_h12_to_a_stranger_the_hold_is_not_there(browser: Callable[..., Browser], standing: Standing) -> None:
    hold, incident = standing.ground.propose(), standing.incident()
    standing.ground.edit("grants", **{"desk-reads": {"services": ["shop-payments"]}})
    jonas = browser("jonas")
    for path, fields in (("emergency/ask", {"incident": incident}), ("review/ask", {"finding": "justified"})):
        assert send(jonas, f"/holdpoint/holds/{hold.id}/{path}", {**fields, "reason": "x"}).status_code == 404
