"""A request is read strictly: what two readers could read differently is refused, and the error says what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.contracts.errors import BadInput
from include.holds.request import MAX_BYTES, read_request

STEP: dict[str, Any] = {
    "tool": "restart_service",
    "service": "shop-orders",
    "params": {"process": "shop-orders"},
    "observed": {"state": "RUNNING", "pid": 4217, "since": "2026-11-20T09:00:00Z"},
    "observed_at": "2026-11-20T10:28:00Z",
}
REQUEST: dict[str, Any] = {"environment": "lab", "title": "Restart", "reason": "It is stuck.", "steps": [STEP]}


def raw(**changes: Any) -> bytes:
    return json.dumps(REQUEST | changes).encode()


def test_a_request_is_read_in_any_layout() -> None:
    wanted = read_request(json.dumps(REQUEST, indent=2).encode())
    assert (wanted.environment, wanted.steps[0].observed["pid"], wanted.release_mode) == ("lab", 4217, "sensor")


GARBAGE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "Expecting value"),
    "no JSON": (b"{'a': 1}", "property name"),
    "not UTF-8": (b'{"title": "\xff"}', "utf-8"),
    "UTF-16": (json.dumps(REQUEST).encode("utf-16"), "utf-8|codec"),
    "a list": (b"[]", "an object"),
    "nested": (b"[" * 200_000, "nested|JSON|depth"),
    "a key twice": (raw().replace(b'"title"', b'"title": "Stop", "title"'), "stands there twice"),
    "a key twice, deep": (raw().replace(b'"pid"', b'"pid": 1, "pid"'), "stands there twice"),
    "2**53 + 1": (raw().replace(b"4217", str(2**53 + 1).encode()), r"beyond 2\*\*53"),
    "a number of 400 digits": (raw().replace(b"4217", b"9" * 400), r"beyond 2\*\*53"),
    "NaN": (raw().replace(b"4217", b"NaN"), "NaN"),
    "a fraction for a step": (raw(steps=[STEP | {"after_step": 1.0}]), "after_step"),
    "10,000 steps": (raw(steps=[{}] * 10_000), "10000 steps, 50 at most"),
    "no steps": (raw(steps=[]), "steps"),
    "too large": (raw(reason="x" * MAX_BYTES), "more than"),
    "surplus": (raw(quorum={"approvals": 1}), "quorum: Extra"),
    "surplus in a step": (raw(steps=[STEP | {"undo": "none"}]), "steps.0.undo"),
    "no time zone": (raw(steps=[STEP | {"observed_at": "2026-11-20T10:28:00"}]), "observed_at"),
    "NFD": (raw(title="Cafe\u0301"), "normal form C"),
    "bidi": (raw(title="Restart \u202eredro"), r"U\+202E"),
    "invisible": (raw(reason="Re\u200bstart"), r"U\+200B"),
    "a tag character": (raw(reason="Restart\U000e0041"), r"U\+E0041"),
    "half a character": (raw().replace(b"Restart", b"\\ud800"), "hex escape|surrogate"),
    "an environment that looks like another": (raw(environment="l\u0430b"), "environment"),
    "a service that looks like another": (raw(steps=[STEP | {"service": "shop-orders\u200b"}]), "service"),
    "a title of two lines": (raw(title="Restart\nall"), "title"),
    "an incident that is none": (raw(incident="../etc"), "incident"),
    "a window backwards": (
        raw(window={"start": "2026-11-20T12:00:00Z", "end": "2026-11-20T12:00:00Z"}),
        "ends before it starts",
    ),
}


@pytest.mark.parametrize(("body", "says"), GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_request_is_refused_in_words(body: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_request(body)
    assert len(caught.value.message) < 1_500
