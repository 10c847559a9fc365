"""The example catalogue's own queries, on a real Prometheus that scrapes the lab."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.tools.query_metric_range import RangeQuery
from plugins.hooks.read.registry import read_hook

pytestmark = pytest.mark.stack
CATALOGUE = load_catalogue(EXAMPLE, "")
METRICS = [
    (name, metric)
    for name, row in sorted(CATALOGUE.services.items())
    for metric in row.systems.get("prometheus", {}).get("queries", {})
]


@pytest.mark.parametrize(("service", "metric"), METRICS)
def test_a_catalogued_metric_has_points(shop_prometheus: str, connect: Callable[..., None], service: str, metric: str) -> None:
    connect("holdpoint_prometheus", host=shop_prometheus)
    now = datetime.now(UTC)
    query = RangeQuery(service=service, environment="lab", since=now - timedelta(minutes=5), until=now, metric=metric, step_s=1)
    result = read_hook("query_metric_range", catalogue=CATALOGUE, principal="incident_triage@service").read(query)
    if metric != "error-share":  # a share of errors has no series while there are none
        assert result.output.series[0].points
    assert not result.output.truncated


def test_the_catalogue_has_metrics() -> None:
    assert METRICS
