"""Deciding in the console with a passkey, for tests: what its scripts send, and what a browser's passkey answers.

device = passkey(ground, "tomas")
done = send(browser, f"/holdpoint/holds/{hold.id}/vote", signed(browser, device, hold))
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from include.contracts.hold import Hold
from include.contracts.statement import Witness
from include.holds import enrolment
from plugins.console.web import form_token
from tests.authenticator import Authenticator, b64
from tests.holds_kit import answer, enrolment_of, passkey_of
from tests.plugins.console.conftest import Browser
from tests.votes_kit import Ground

GARBAGE: dict[str, Callable[[str], str]] = {
    "no JSON": lambda _: "not json at all",
    "no object": lambda _: "[1, 2]",
    "empty": lambda _: "{}",
    "nested": lambda _: "[" * 9_000,
    "a key twice": lambda good: good[:-1] + ', "id": "AAAA"}',
    "no response": lambda good: json.dumps({**json.loads(good), "response": None}),
    "a number for an id": lambda good: json.dumps({**json.loads(good), "id": 7}),
    "another id": lambda good: json.dumps({**json.loads(good), "id": b64(b"x" * 32)}),
    "huge": lambda good: json.dumps({**json.loads(good), "more": "x" * 25_000}),
    "NUL": lambda _: "\x00" * 50,
}
"""What a browser never answers, made of what it does."""


def send(browser: Browser, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
    """JSON, as sign.js sends it; `headers` say otherwise."""
    usual = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Sec-Fetch-Site": "same-origin",
        form_token.HEADER: form_token.make(str(browser.account)),
    }
    wanted = {name: value for name, value in (usual | headers).items() if value}
    return browser._send("POST", path, headers=wanted, content=json.dumps(fields))


def enrolled(ground: Ground, person: str, device: Authenticator | None = None) -> tuple[Authenticator, str]:
    """A passkey that waits for its witness, and its enrolment's digest."""
    device = device or Authenticator()
    said = enrolment_of(passkey_of(device, person), ground.now)
    return device, enrolment.enrol(ground.store, ground.kit.roots, answer(device, said, ground.kit.roots))


def passkey(ground: Ground, person: str, device: Authenticator | None = None) -> Authenticator:
    """A passkey of that person's that counts: enrolled, and witnessed by another key steward."""
    kit = ground.kit
    device, digest = enrolled(ground, person, device)
    other = "priya" if person == "ines" else "ines"
    if person == "ines":
        kit.edit_people(lambda rows: rows[other]["roles"].append("security"))
    word = Witness(**kit.stated(other, ground.now), enrolment=digest, enrolled_person=person)
    enrolment.witness(ground.store, kit.roots, kit.sign(word))
    return device


def wanted(browser: Browser, hold: Hold, **fields: Any) -> dict[str, Any]:
    """An approval's form on the page as it is now, every risk acknowledged; `fields` say otherwise."""
    page = browser.json(f"/holdpoint/holds/{hold.id}")
    callouts = [callout["id"] for callout in page["view"]["callouts"]]
    return {"decision": "approve", "view": page["view_digest"], "callouts": callouts} | fields


def signed(browser: Browser, device: Authenticator, hold: Hold, **fields: Any) -> dict[str, Any]:
    """What is sent to `…/vote`: the statement that was asked for, and the passkey's answer."""
    return asked(browser, device, f"/holdpoint/holds/{hold.id}/ask", wanted(browser, hold, **fields))


def asked(browser: Browser, device: Authenticator, path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Any statement that the console makes at this address, with the passkey's answer to it."""
    found = send(browser, path, fields)
    assert found.status_code == 201, found.text
    return {"statement": found.json()["statement"], "response": device.get(found.json()["options"])}


def edited(browser: Browser, hold: Hold, **changes: Any) -> str:
    """The request of the hold's edit form, changed."""
    return json.dumps(json.loads(browser.json(f"/holdpoint/holds/{hold.id}/edit")["request"]) | changes)
