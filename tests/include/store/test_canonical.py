from __future__ import annotations

import math
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from include.store import canonical as module
from include.store.canonical import canonical

text = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False))
tree = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, text),
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(text, below, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(text, tree, max_size=5))
def test_the_quick_way_writes_what_rfc_8785_says(value: dict) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.0, 0.1, 1e21, -0.0, 2**53 - 1, {"é": 1}, {"\U0001f600": 1, "￿": 2}, {"\x7f\x1f": '\\"'}])
def test_the_corners_where_the_two_differ(value: object) -> None:
    assert canonical({"a": value}) == rfc8785.dumps({"a": value})


def test_the_quick_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.rfc8785, "dumps", lambda _: pytest.fail("the slow way was taken"))
    assert canonical({"b": [1, True, None, "x"], "a": {}}) == b'{"a":{},"b":[1,true,null,"x"]}'


class Colour(StrEnum):
    RED = "red"


def test_an_enumeration_is_its_text() -> None:
    assert canonical({"a": Colour.RED}) == b'{"a":"red"}'


@pytest.mark.parametrize("value", [2**53, -(2**63), math.nan, math.inf, "\ud800", b"bytes", {1, 2}, object()])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonical({"a": value})


def test_a_tree_without_end_is_refused() -> None:
    endless: dict = {}
    endless["again"] = endless
    with pytest.raises((ValueError, RecursionError)):
        canonical(endless)
