from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fleet.answer import Bar, chart
from include.fleet.numbers import percentile


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 5), (90, 9), (91, 10), (100, 10)])
def test_percentiles_by_nearest_rank(percent: int, value: int) -> None:
    assert percentile([(number, 1) for number in range(1, 11)], percent) == value


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 5)), min_size=1), st.integers(1, 100))
def test_counted_values_are_as_good_as_the_values_themselves(values: list[tuple[int, int]], percent: int) -> None:
    spread = sorted(value for value, count in values for _ in range(count))
    assert percentile(values, percent) == spread[max(1, -(-len(spread) * percent // 100)) - 1]


def test_of_nothing_there_is_none() -> None:
    assert percentile([], 50) is None
    assert percentile([(3, 0)], 50) is None


def test_a_chart_has_the_largest_bars_and_says_how_many_are_left_out() -> None:
    made = chart("x", ("a",), [Bar(str(number), (number,)) for number in range(20)])
    assert [bar.total for bar in made.bars] == list(range(19, 7, -1))
    assert made.left_out == 7
