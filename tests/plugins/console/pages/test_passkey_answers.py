"""What a passkey never answers, or answers to something else: at every address that takes one, nothing comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from include.contracts.hold import Hold
from include.contracts.statement import Vote
from include.holds.digest import body_of, read_statement
from include.holds.signatures.passkey import assertion_options
from tests.authenticator import Authenticator, b64, unb64
from tests.deciding import GARBAGE, asked, edited, passkey, send, signed
from tests.holds_kit import passkey_of
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground

Open = Callable[..., Browser]

PARTS = {
    "no base64": lambda _: "@@@@" * 20,
    "padded": lambda text: text + "==",
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda _: "",
    "other bytes": lambda text: b64(bytes(len(unb64(text)))),
    "long": lambda text: text * 200,
    "other spelling": lambda text: text.replace("-", "+").replace("_", "/") + "=",
}


@pytest.mark.parametrize("why", GARBAGE)
def test_h03_a_passkeys_answer_that_is_none_decides_nothing(browser: Open, ground: Ground, hold: Hold, why: str) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    before = ground.count("statement")
    for path, mine in ways(tomas, device, hold):
        answer = send(tomas, path, mine | {"response": GARBAGE[why](mine["response"])})
        assert answer.status_code in {403, 422}, (path, answer.text)
        assert answer.json()["next_step"]
        assert ground.count("statement") == before, path


@pytest.mark.parametrize("why", PARTS)
@pytest.mark.parametrize("part", ["authenticatorData", "clientDataJSON", "signature"])
def test_h03_garbage_in_a_part_of_the_answer_decides_nothing(
    browser: Open, ground: Ground, hold: Hold, part: str, why: str
) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    before = ground.count("statement")
    for path, mine in ways(tomas, device, hold):
        said = json.loads(mine["response"])
        said["response"][part] = PARTS[why](said["response"][part])
        answer = send(tomas, path, mine | {"response": json.dumps(said)})
        assert answer.status_code in {403, 422}, (path, answer.text)
        assert ground.count("statement") == before, path


def ways(browser: Browser, device: Authenticator, hold: Hold) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address that takes a passkey's answer, with a good one."""
    at = f"/holdpoint/holds/{hold.id}"
    yield f"{at}/revoke", asked(browser, device, f"{at}/revoke/ask", {"reason": "Not any more."})
    plan = send(browser, f"{at}/draft", {"request": edited(browser, hold)}).json()["plan"]
    yield f"{at}/propose", {"plan": plan, **asked(browser, device, f"{at}/propose/ask", {"plan": plan})}
    key = passkey_of(device, str(browser.account)).id
    yield "/holdpoint/keys/revoke", asked(browser, device, "/holdpoint/keys/revoke/ask", {"subject": key, "reason": "Lost."})
    yield f"{at}/vote", signed(browser, device, hold)


def bent(**said: Any) -> Callable[[], Authenticator]:
    def make() -> Authenticator:
        device = Authenticator()
        for name, value in said.items():
            setattr(device, name, value)
        return device

    return make


@pytest.mark.parametrize(
    "device",
    [
        bent(origin="https://evil.example"),
        bent(origin="http://localhost:8081"),
        bent(cross_origin=True),
        bent(more={"topOrigin": "https://evil.example"}),
        bent(flags=0x01),
        bent(flags=0x00),
    ],
    ids=["another site", "another port", "inside another site", "below another site", "user not verified", "nobody there"],
)
def test_h03_an_answer_given_elsewhere_or_by_nobody_decides_nothing(
    browser: Open, ground: Ground, hold: Hold, device: Callable[[], Authenticator]
) -> None:
    liar, tomas = device(), browser("tomas")
    honest = Authenticator()
    honest.private, honest.credential = liar.private, liar.credential
    passkey(ground, "tomas", honest)
    answer = send(tomas, f"/holdpoint/holds/{hold.id}/vote", signed(tomas, liar, hold))
    assert (answer.status_code, "rule signature" in answer.json()["message"]) == (403, True), answer.text
    assert ground.entries(kind="vote.refused")[-1].payload["rule"] == "signature"  # type: ignore[index]
    assert ground.hold(hold).state.value == "proposed"
    registered = send(tomas, "/holdpoint/keys/register", {}).json()
    answer = send(tomas, "/holdpoint/keys/enrol/ask", {"environments": ["lab"], "response": liar.create(registered)})
    assert answer.status_code == 422


def test_h03_the_answer_to_another_challenge_decides_nothing(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    at = f"/holdpoint/holds/{hold.id}"
    no = signed(tomas, device, hold, decision="reject", reason="Not now.", callouts=[])
    yes = signed(tomas, device, hold)
    for mine in (no | {"response": yes["response"]}, yes | {"response": no["response"]}):
        assert send(tomas, f"{at}/vote", mine).status_code == 403
    back = asked(tomas, device, f"{at}/revoke/ask", {"reason": "Not any more."})
    assert send(tomas, f"{at}/vote", back).status_code == 422, "a revocation is no vote"
    assert send(tomas, f"{at}/revoke", yes).status_code == 422, "a vote takes nothing back"
    assert send(tomas, f"{at}/vote", yes | {"response": device.answer("evil.example", "AAAA")}).status_code == 403
    assert ground.hold(hold).state.value == "proposed"


def test_h03_a_forged_digest_is_refused_although_it_is_signed(browser: Open, ground: Ground, hold: Hold) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    honest = read_statement(signed(tomas, device, hold)["statement"])
    assert isinstance(honest, Vote)
    key = passkey_of(device, "tomas")
    for change, rule in (
        ({"plan_digest": "0" * 64}, "plan_intact"),
        ({"view_digest": "0" * 64}, "view"),
        ({"environment": "production"}, "environment"),
        ({"callouts": ()}, "callouts"),
    ):
        said = honest.model_copy(update=change)
        mine = {"statement": body_of(said), "response": device.get(assertion_options(said, key, ground.kit.roots))}
        answer = send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine)
        assert (answer.status_code, f"rule {rule}" in answer.json()["message"]) == (403, True), answer.text
    altered = {"statement": body_of(honest).replace(honest.view_digest, "0" * 64), "response": mine["response"]}
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", altered).status_code == 403
    assert ground.hold(hold).state.value == "proposed"


@pytest.mark.parametrize("bend", [lambda text: text + " ", lambda text: text[:-1], lambda _: "{}", json.dumps])
def test_h03_a_statement_in_another_spelling_is_none(
    browser: Open, ground: Ground, hold: Hold, bend: Callable[[str], str]
) -> None:
    device, tomas = passkey(ground, "tomas"), browser("tomas")
    mine = signed(tomas, device, hold)
    assert send(tomas, f"/holdpoint/holds/{hold.id}/vote", mine | {"statement": bend(mine["statement"])}).status_code == 422
    assert ground.hold(hold).state.value == "proposed"
