"""Is an expectation met by what was read? The same answer for the image before a step and for the one after it (H7)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from include.contracts.plan import Expectation
from include.store.canonical import canonical

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def is_met(expectation: Expectation, fields: Mapping[str, JsonValue]) -> bool:
    """False too where the field is missing or of a kind that cannot be compared."""
    if expectation.field not in fields:
        return False
    actual, wanted = _value(fields[expectation.field]), _value(expectation.value)
    if expectation.op == "in":
        return isinstance(wanted, list) and any(same(fields[expectation.field], each) for each in wanted)
    if expectation.op in {"eq", "ne"}:
        return same(fields[expectation.field], expectation.value) == (expectation.op == "eq")
    comparable = type(actual) is type(wanted) or (_number(actual) and _number(wanted))
    return comparable and isinstance(actual, int | float | str | datetime) and _ORDERS[expectation.op](actual, wanted)


def same(one: JsonValue, other: JsonValue) -> bool:
    """The same JSON value, or the same time in two spellings."""
    left, right = _value(one), _value(other)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left == right
    return canonical({"value": one}) == canonical({"value": other})  # in Python True == 1; in JSON it is another thing


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value(value: JsonValue) -> Any:
    """A time as an instant, so that two spellings of it are one; all else as it is."""
    if not isinstance(value, str) or len(value) < len("2026-11-20T10:00Z") or value[4:5] != "-":
        return value
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return at.astimezone(UTC) if at.tzinfo else value
