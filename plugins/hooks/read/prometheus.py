"""A catalogued metric over a window, from Prometheus' HTTP API."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from include.contracts.base import Contract, Line, Slug
from include.contracts.errors import ConfigError, HoldpointError, NotFound
from include.contracts.tools import query_metric_range
from include.contracts.tools.query_metric_range import MetricRange, Point, RangeQuery, Series
from include.evidence.sources import prometheus_api
from include.evidence.sources.limits import TextBudget, flat, one_line, read_failed
from include.evidence.sources.prometheus_api import Matrix, RawSeries
from plugins.hooks.read.base import Asked, ReadHook, ReadResult
from plugins.hooks.read.http_transport import BoundedHttp, Explain

_MAX_POINTS = 11_000  # of a series: Prometheus' own limit
_MAX_SERIES = 100
_LABEL_CHARACTERS = 300


class PrometheusLocation(Contract):
    """`queries`: metric → PromQL, sent as it stands: nothing is put into it. `units`: metric → unit."""

    queries: Annotated[dict[Slug, Annotated[str, StringConstraints(min_length=1, max_length=4_000)]], Field(min_length=1)]
    units: dict[Slug, Line] = Field(default_factory=dict)


class PrometheusHook(ReadHook):
    """Connection `holdpoint_prometheus`: host (with a path where there is a prefix), port, schema, login, password."""

    contract: ClassVar = query_metric_range.CONTRACT
    location: ClassVar = PrometheusLocation

    def _read(self, asked: Asked) -> ReadResult:
        query, at = asked.query, asked.at
        assert isinstance(query, RangeQuery)
        assert isinstance(at, PrometheusLocation)
        if query.metric not in at.queries:
            raise NotFound(
                f"{asked.service.name} has no catalogued metric {query.metric!r}.",
                next_step=f"use one of: {', '.join(sorted(at.queries))}; or add it to systems.prometheus.queries",
            )
        seconds = (query.until - query.since).total_seconds()
        step = max(query.step_s, math.ceil(seconds / (_MAX_POINTS - 1)))
        params = {
            "query": at.queries[query.metric],
            "start": f"{query.since.timestamp():.3f}",
            "end": f"{query.until.timestamp() - 0.001:.3f}",  # the window is half-open, the API's is not
            "step": str(step),
            "timeout": f"{max(1, int(asked.deadline.left()))}s",
        }
        connection = self.connection()
        http = BoundedHttp(self.with_address(connection), deadline=asked.deadline, agent=self.agent)
        matrix = prometheus_api.matrix(http.get("/api/v1/query_range", params, explain=_explain(query.metric)))
        series, cut = _series(matrix)
        partial = f" (partial: {matrix.warnings} warnings)" if matrix.warnings else ""
        coarser = f" in steps of {step} s" if step != query.step_s else ""
        output = MetricRange(
            metric=query.metric,
            unit=at.units.get(query.metric),
            series=series,
            truncated=cut or matrix.warnings > 0 or any(row.native for row in matrix.series),
        )
        return ReadResult(output, f"prometheus {query.metric} of {asked.service.name}{coarser}{partial}")


def _explain(metric: str) -> Explain:
    def explain(status: int, body: bytes) -> HoldpointError | None:
        kind = prometheus_api.error_type(body)
        if kind == "bad_data":
            return ConfigError(
                f"Prometheus does not accept the catalogued query of {metric!r}.",
                next_step=f"correct systems.prometheus.queries.{metric} in services.yaml; try it with promtool query range",
            )
        return read_failed("prometheus", "http", f"{status}, {kind}") if kind else None

    return explain


def _series(matrix: Matrix) -> tuple[tuple[Series, ...], bool]:
    """As many whole points as one piece of evidence holds, of the newest of each series; and whether any were left out."""
    budget, cut, found = TextBudget(), len(matrix.series) > _MAX_SERIES, []
    rows = matrix.series[:_MAX_SERIES]
    for row in rows:
        labels = {one_line(key): flat(value, _LABEL_CHARACTERS) for key, value in row.labels.items()}
        points = _points(row, sum(len(k) + len(v) + 4 for k, v in labels.items()), budget)
        cut = cut or len(points) < len(row.points)
        found.append(Series(labels=labels, points=tuple(points)))
    return tuple(found), cut


def _points(row: RawSeries, label_size: int, budget: TextBudget) -> list[Point]:
    points: list[Point] = []
    for at, value in reversed(row.points):
        if not budget.take(label_size + len(value) + 95):
            break
        points.append(Point(at=at, value=value))
    return points[::-1]
