"""A service's metrics as it exposes them now (Prometheus text format 0.0.4 or OpenMetrics 1.0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import ServiceInput, stamp
from include.contracts.tool import Output, load_contract


class Sample(Output):
    """One sample; `value` as the exposition wrote it, because a float would not quote the same."""

    name: Line
    labels: dict[Line, str] = Field(default_factory=dict)
    value: Annotated[str, Field(pattern=r"^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+|[Ii]nf|NaN)$", max_length=40)]


class MetricsSnapshot(Output):
    samples: Annotated[tuple[Sample, ...], Field(max_length=2_000)]
    scraped_at: AwareDatetime
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for s in self.samples:
            labels = ",".join(f'{k}="{v}"' for k, v in sorted(s.labels.items()))
            yield (
                f"{s.name}{{{labels}}} {s.value} at {stamp(self.scraped_at)}"
                if labels
                else (f"{s.name} {s.value} at {stamp(self.scraped_at)}")
            )


CONTRACT = load_contract(
    {
        "name": "get_metrics",
        "version": 1,
        "tool_class": "read",
        "summary": "The service's own metrics at this moment",
        "owner": "sre",
        "input_model": ServiceInput,
        "output_model": MetricsSnapshot,
        "system": "metrics",
        "conn_id": "holdpoint_metrics",
        "label": "internal",
        "timeout_s": 15,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
