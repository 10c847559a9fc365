"""The page of keys: what is registered, enrolled and witnessed there, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.contracts.hold import Hold
from include.contracts.statement import Proposal
from include.holds.digest import body_of, digest_of, read_statement
from include.holds.signatures.passkey import assertion_options
from include.store import statements
from tests.authenticator import Authenticator
from tests.deciding import GARBAGE, asked, edited, enrolled, passkey, send, wanted
from tests.holds_kit import passkey_of
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground

Open = Callable[..., Browser]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"environments": []},
        {"environments": ["lab; rm -rf /"]},
        {"environments": ["<script>"]},
        {"environments": ["x"] * 30},
        {"environments": "lab", "person": "maya"},
    ],
    ids=str,
)
def test_an_enrolment_that_does_not_fit_is_told_so(
    browser: Open,
    ground: Ground,
    hold: Hold,
    fields: dict[str, Any],
) -> None:
    tomas, device = browser("tomas"), Authenticator()
    response = device.create(send(tomas, "/holdpoint/keys/register", {}).json())
    assert send(tomas, "/holdpoint/keys/enrol/ask", {"response": response, **fields}).status_code == 422


@pytest.mark.parametrize("why", GARBAGE)
def test_a_registration_that_is_none_is_told_so(
    browser: Open,
    hold: Hold,
    why: str,
) -> None:
    tomas, device = browser("tomas"), Authenticator()
    response = GARBAGE[why](device.create(send(tomas, "/holdpoint/keys/register", {}).json()))
    answer = send(tomas, "/holdpoint/keys/enrol/ask", {"environments": ["lab"], "response": response})
    assert answer.status_code == 422, answer.text


def test_h03_a_registration_is_the_signed_in_persons(browser: Open, ground: Ground) -> None:
    tomas, priya, device = browser("tomas"), browser("priya"), Authenticator()
    options = send(tomas, "/holdpoint/keys/register", {}).json()
    stolen = send(priya, "/holdpoint/keys/enrol/ask", {"environments": ["lab"], "response": device.create(options)})
    assert stolen.status_code == 422
    mine = asked(tomas, device, "/holdpoint/keys/enrol/ask", {"environments": ["lab"], "response": device.create(options)})
    assert send(priya, "/holdpoint/keys/enrol", mine).status_code == 403
    assert ground.count("statement") == 0


def test_h03_nobody_witnesses_their_own_key_nor_revokes_anothers(browser: Open, ground: Ground) -> None:
    device, tomas, other = passkey(ground, "tomas"), browser("tomas"), passkey(ground, "priya")
    _, second = enrolled(ground, "tomas")
    word = asked(tomas, device, "/holdpoint/keys/witness/ask", {"enrolment": second})
    answer = send(tomas, "/holdpoint/keys/witness", word)
    assert (answer.status_code, "rule independence" in answer.json()["message"]) == (403, True)
    assert send(tomas, "/holdpoint/keys/witness/ask", {"enrolment": "0" * 64}).status_code == 404
    wish = {"subject": passkey_of(other, "priya").id, "reason": "I do not like it."}
    back = asked(tomas, device, "/holdpoint/keys/revoke/ask", wish)
    answer = send(tomas, "/holdpoint/keys/revoke", back)
    assert (answer.status_code, "rule role" in answer.json()["message"]) == (403, True)


def test_of_several_passkeys_the_person_chooses(browser: Open, ground: Ground, hold: Hold) -> None:
    devices = {passkey_of(device, "tomas").id: device for device in (passkey(ground, "tomas"), passkey(ground, "tomas"))}
    tomas, at = browser("tomas"), f"/holdpoint/holds/{hold.id}"
    for path in (at, f"{at}/edit", "/holdpoint/keys"):
        text = tomas.get(path).text
        assert all(f'<option value="{name}">' in text for name in devices), path
    plan = send(tomas, f"{at}/draft", {"request": edited(tomas, hold)}).json()["plan"]
    for path, fields in (
        (f"{at}/ask", wanted(tomas, hold)),
        (f"{at}/revoke/ask", {"reason": "No."}),
        (f"{at}/propose/ask", {"plan": plan}),
        ("/holdpoint/keys/revoke/ask", {"subject": next(iter(devices)), "reason": "Lost."}),
    ):
        for name, device in devices.items():
            asked_ = send(tomas, path, fields | {"key": name}).json()
            assert read_statement(asked_["statement"]).key == name
            assert asked_["options"]["allowCredentials"][0]["id"] == device.credential_id
        assert send(tomas, path, fields | {"key": "key_" + "0" * 40}).status_code == 404


def test_only_a_key_steward_is_shown_whose_keys_wait(browser: Open, ground: Ground) -> None:
    enrolled(ground, "tomas")
    shown = {who: browser(who).json("/holdpoint/keys") for who in ("tomas", "priya", "ines")}
    assert {who: [each["person"] for each in page["waiting"]] for who, page in shown.items()} == {
        "tomas": ["tomas"],
        "priya": [],
        "ines": ["tomas"],
    }
    assert {who: page["steward"] for who, page in shown.items()} == {"tomas": False, "priya": False, "ines": True}


def test_h03_a_proposal_is_no_enrolment(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    key = passkey_of(device, "tomas")
    said = Proposal(person="tomas", key=key.id, at=ground.now, hold=hold.id, plan_digest=hold.plan_digest)
    mine = {"statement": body_of(said), "response": device.get(assertion_options(said, key, ground.kit.roots))}
    for path in ("enrol", "witness", "revoke"):
        assert send(tomas, f"/holdpoint/keys/{path}", mine).status_code == 403
    with ground.store.read() as conn:
        assert statements.find(conn, digest_of(said)) is None
