"""A named, catalogued metric of a service over a window (Prometheus `/api/v1/query_range`).

The PromQL stands in the catalogue under the metric's name: no free-form query passes through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line, Slug
from include.contracts.reads import WindowInput, stamp
from include.contracts.tool import Output, load_contract


class RangeQuery(WindowInput):
    """`metric` is a key of the service's `prometheus.queries` in the catalogue."""

    metric: Slug
    step_s: Annotated[int, Field(ge=1, le=86_400)] = 30


class Point(Output):
    at: AwareDatetime
    value: Annotated[str, Field(max_length=40)]  # as the API wrote it


class Series(Output):
    labels: dict[Line, str]
    points: Annotated[tuple[Point, ...], Field(max_length=11_000)]


class MetricRange(Output):
    metric: Slug
    unit: Line | None = None
    series: Annotated[tuple[Series, ...], Field(max_length=100)]
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for s in self.series:
            labels = ",".join(f'{k}="{v}"' for k, v in sorted(s.labels.items()))
            for point in s.points:
                yield f"{stamp(point.at)} {self.metric}{{{labels}}} {point.value}"


CONTRACT = load_contract(
    {
        "name": "query_metric_range",
        "version": 1,
        "tool_class": "read",
        "summary": "A catalogued metric of a service over a window of time",
        "owner": "sre",
        "input_model": RangeQuery,
        "output_model": MetricRange,
        "system": "prometheus",
        "conn_id": "holdpoint_prometheus",
        "label": "internal",
        "timeout_s": 30,
        "retry": {"attempts": 2, "delay_s": 2},
        "idempotency": "safe",
    }
)
