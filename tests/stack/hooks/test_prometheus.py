"""query_metric_range on a real Prometheus."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.contracts.tools.query_metric_range import RangeQuery
from plugins.hooks.read.registry import read_hook

pytestmark = pytest.mark.stack
QUERIES = {
    "up": "up",
    "rate": "rate(prometheus_http_requests_total[10s])",
    "none": "no_such_metric",
    "nan": "0 / (up - up)",
    "many": '{__name__=~"go_.*|prometheus_.*"}',
    "broken": "sum(up",
    "costly": "label_replace(up, 'x', '$1', 'job', '(') ",
    "conflict": "up * on() group_left up * on() group_left prometheus_http_requests_total",
}


@pytest.fixture
def read(prometheus: str, catalogue: Any, connect: Callable[..., None], now: datetime) -> Callable[..., Any]:
    connect("holdpoint_prometheus", host=prometheus)
    rows = tuple(
        row.model_copy(update={"systems": {"prometheus": {"queries": QUERIES}}}) if row.name == "shop-orders" else row
        for row in catalogue.tables["services"]
    )
    placed = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})

    def ask(metric: str, minutes: int = 2, step_s: int = 1) -> Any:
        query = RangeQuery(
            service="shop-orders",
            environment="lab",
            since=now - timedelta(minutes=minutes),
            until=now,
            metric=metric,
            step_s=step_s,
        )
        return read_hook("query_metric_range", catalogue=placed, principal="incident_triage@service").read(query)

    return ask


def test_points_of_a_window(read: Callable[..., Any], now: datetime) -> None:
    result = read("up")
    (series,) = result.output.series
    assert series.labels["job"] == "self"
    assert {point.value for point in series.points} == {"1"}
    assert all(now - timedelta(minutes=2) <= point.at < now for point in series.points)
    assert len({point.at for point in series.points}) == len(series.points) >= 2
    assert not result.output.truncated


def test_values_are_as_the_api_wrote_them(read: Callable[..., Any]) -> None:
    assert all(math.isnan(float(point.value)) for series in read("nan").output.series for point in series.points)
    assert all(float(point.value) >= 0 for series in read("rate").output.series for point in series.points)


def test_no_such_metric_is_an_empty_answer(read: Callable[..., Any]) -> None:
    assert read("none").output.series == ()


def test_more_series_than_the_contract_holds(read: Callable[..., Any]) -> None:
    output = read("many").output
    assert (len(output.series), output.truncated) == (100, True)


def test_a_month_at_a_second_is_within_prometheus_limit(read: Callable[..., Any]) -> None:
    assert "in steps of" in read("up", minutes=31 * 24 * 60).place


@pytest.mark.parametrize("metric", ["broken", "costly"])
def test_promql_that_prometheus_does_not_accept(read: Callable[..., Any], metric: str) -> None:
    with pytest.raises((ConfigError, ReadFailed), match=r"does not accept the catalogued query|http 422, execution"):
        read(metric)


def test_promql_that_fails_while_it_runs(read: Callable[..., Any]) -> None:
    with pytest.raises(ReadFailed, match="http 422, execution"):
        read("conflict")
