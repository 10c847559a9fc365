"""Whether an expectation is met: typed, and without a guess where something is missing."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.plan import Expectation
from include.holds.expected import is_met, same

MORNING, LATER = "2026-11-20T09:00:00Z", "2026-11-20T09:00:00.5Z"


@pytest.mark.parametrize(
    ("op", "value", "actual", "met"),
    [
        ("eq", "RUNNING", "RUNNING", True),
        ("eq", "RUNNING", "running", False),
        ("eq", 1, True, False),
        ("eq", 1, 1.0, True),
        ("eq", None, None, True),
        ("eq", MORNING, "2026-11-20T10:00:00+01:00", True),
        ("ne", 4217, 4218, True),
        ("ne", 4217, 4217, False),
        ("ne", MORNING, "2026-11-20T10:00:00+01:00", False),
        ("gt", MORNING, LATER, True),  # as text, "." comes before "Z"
        ("gt", MORNING, MORNING, False),
        ("ge", MORNING, MORNING, True),
        ("lt", 10, 9, True),
        ("le", 10, 10.5, False),
        ("gt", MORNING, None, False),
        ("gt", 1, "2", False),
        ("gt", 1, True, False),
        ("lt", "b", "a", True),
        ("gt", [1], [2], False),
        ("in", ["RUNNING", "STARTING"], "STARTING", True),
        ("in", ["RUNNING"], "FATAL", False),
        ("in", "RUNNING", "RUN", False),
        ("in", [1], True, False),
    ],
)
def test_h07_an_expectation_is_compared_as_what_it_is(op: str, value: Any, actual: Any, met: bool) -> None:
    expected = Expectation.model_validate(
        {"tool": "t", "field": "f", "op": op, "value": value, "within_s": 1, "says": "x", "already_true": False}
    )
    assert is_met(expected, {"f": actual}) is met
    assert is_met(expected, {"g": actual}) is False


def test_the_same_value_is_the_same_json() -> None:
    assert same({"a": 1, "b": [None]}, {"b": [None], "a": 1})
    assert not same(0, False)
    assert not same("2026-11-20", "2026-11-20T00:00:00Z")
