from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.telemetry.attributes import ATTRIBUTES, ERROR, OPERATION, WORKFLOW, Said, Shape, fits, permitted

SENTENCE = "the database password is hunter2"


def test_what_may_be_said_and_what_may_leave_are_the_same() -> None:
    assert set(Said.__annotations__) == set(ATTRIBUTES)
    names = [attribute.name for attribute in (*ATTRIBUTES.values(), OPERATION, WORKFLOW, ERROR)]
    assert len(names) == len(set(names))
    assert all(name.startswith(("gen_ai.", "holdpoint.")) or name == "error.type" for name in names)
    # The conventions' own content attributes are opt-in; we never opt in.
    content = ("arguments", "result", "messages", "instructions", "description", "documents", "query", "definitions")
    assert not [name for name in names if name.endswith(content)]


@pytest.mark.parametrize("key", sorted(ATTRIBUTES))
@pytest.mark.parametrize(
    "garbage", [SENTENCE, "", "two\nlines", "é", "a" * 300, None, 1.5, -1, 2**60, b"x", ["x"], {"x": 1}, object(), float("nan")]
)
def test_h12_garbage_does_not_leave_and_fails_nobody(key: str, garbage: Any) -> None:
    assert permitted({key: garbage}) == {}


def test_h12_what_is_not_in_the_table_does_not_leave() -> None:
    assert permitted({"title": "x", "question": "y", "gen_ai.tool.call.arguments": "z"}) == {}


@given(st.text())
def test_h12_no_text_with_a_space_is_a_value_of_any_shape(text: str) -> None:
    assert not any(fits(shape, f"{text} {text}") for shape in Shape)


def test_a_flag_is_no_count_and_a_count_no_flag() -> None:
    assert permitted({"new": True, "version": 2}) == {"holdpoint.new": True, "holdpoint.version": 2}
    assert permitted({"new": 1, "version": True}) == {}
