"""The step: found where it is, not found where there is none."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.diagnosis.metric_change import change_point
from tests.fixtures.recorded.scenarios import ORDERS, at, course
from tests.include.diagnosis.support import diagnose, statements


def noise(level: float, count: int, spread: float = 0.02, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [level * (1 + chance.uniform(-spread, spread)) for _ in range(count)]


@pytest.mark.parametrize("split", [5, 40, 100, 150, 194])
@pytest.mark.parametrize(("low", "high"), [(0.05, 2.0), (100.0, 20.0), (0.0, 5.0), (10.0, 14.0)])
def test_a_step_is_found_where_it_is(split: int, low: float, high: float) -> None:
    step = change_point(noise(low, split) + noise(high, 200 - split, seed=2))
    assert step is not None
    assert step.at == split
    assert step.before < split <= step.after


@pytest.mark.parametrize(
    "values",
    [
        noise(5, 200),
        noise(5, 200, spread=0.4),
        [5.0] * 200,
        [0.0] * 200,
        noise(5, 100) + [50.0] * 4 + noise(5, 96),  # a spike that goes away
        [float(n % 2) for n in range(200)],
        [5.0, 50.0, 5.0],
        [],
        noise(10, 100) + noise(11, 100),  # a tenth more
    ],
    ids=range(9),
)
def test_no_step_where_there_is_none(values: list[float]) -> None:
    assert change_point(values) is None


@given(st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_any_values_give_positions_within_them(values: list[float]) -> None:
    step = change_point(values)
    if step is not None:
        assert 0 <= step.before < step.at <= step.after < len(values)


def test_a_long_series_is_thinned_out() -> None:
    values = noise(1, 6_000) + noise(9, 5_000, seed=3)
    started = time.perf_counter()
    step = change_point(values)
    assert time.perf_counter() - started < 2
    assert step is not None
    assert abs(step.at - 6_000) <= 40


def test_the_fact_gives_time_and_both_levels() -> None:
    values = [f"{value:.4f}" for value in noise(0.05, 230) + noise(2.0, 40, seed=2)]
    found = diagnose([course(ORDERS, "latency-p95", values, "s")])
    (fact,) = [item for item in found.observations if item.key.startswith("change:")]
    assert fact.statement.startswith('latency-p95{service="shop-orders"} went from 0.0')
    assert " to 2.0" in fact.statement or " to 1.9" in fact.statement
    assert "stepped at 2026-11-20T09:60" not in statements(found)[0]
    assert "stepped at 2026-11-20T10:00:00Z" in statements(found)[0]
    assert at(-5).isoformat().startswith("2026-11-20T10:00")


def test_values_that_are_no_numbers_are_left_out() -> None:
    values = ["NaN", "+Inf", "x"] * 40 + ["1"] * 20
    assert diagnose([course(ORDERS, "latency-p95", values)]).causes == ()
