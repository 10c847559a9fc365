from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.script_review.powershell.spans import Spans


def test_the_innermost_part() -> None:
    spans = Spans([(2, 10, "outer"), (4, 6, "inner"), (10, 12, "next")])
    assert "".join((spans.at(at) or "-")[0] for at in range(14)) == "--ooiioooonn--"


def test_nothing_is_in_nothing() -> None:
    assert Spans[str]([]).at(0) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=8), st.integers(-1, 50))
def test_as_a_plain_search_finds_it(raw: list[tuple[int, int]], at: int) -> None:
    parts: list[tuple[int, int]] = []
    for start, size in sorted(raw):
        end = start + size
        if all(end <= low or start >= high or (low < start and end < high) for low, high in parts):
            parts.append((start, end))
    around = [(low, high) for low, high in parts if low <= at < high]
    assert Spans((low, high, (low, high)) for low, high in parts).at(at) == (around[-1] if around else None)
