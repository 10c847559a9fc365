"""What `/holdpoint/metrics` says, in one table, and its text: Prometheus's format, or OpenMetrics for who asks for it.

Whoever may scrape may read it: numbers, states, severities, kinds of entries, names of alert sources; no service, no title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family


class Kind(StrEnum):
    GAUGE = "gauge"
    COUNTER = "counter"
    INFO = "info"  # always 1; its labels are what it says


class Metric(NamedTuple):
    """`name` as it is queried."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    means: str


Samples = Mapping[str, Mapping[tuple[str, ...], float]]
"""Metric's name -> values of its labels -> value. What is not known is left out, never said to be 0."""

METRICS: tuple[Metric, ...] = (
    Metric("holdpoint_build_info", Kind.INFO, ("version",), "the code that answers"),
    Metric("holdpoint_store_up", Kind.GAUGE, (), "1 where the store answered; at 0 nothing else of the store is said"),
    Metric("holdpoint_store_schema_info", Kind.INFO, ("revision",), "the store's schema"),
    Metric("holdpoint_heartbeat_timestamp_seconds", Kind.GAUGE, ("process",), "when this process's last sign of life left"),
    Metric("holdpoint_incidents_open", Kind.GAUGE, ("severity",), "open incidents of the last 30 days"),
    Metric("holdpoint_briefings_waiting", Kind.GAUGE, ("state",), "briefings without a brief"),
    Metric("holdpoint_briefings_overdue", Kind.GAUGE, (), "of these, past `brief_deadline_minutes`"),
    Metric("holdpoint_briefing_oldest_timestamp_seconds", Kind.GAUGE, (), "when the oldest of them was asked for"),
    Metric("holdpoint_deliveries_undelivered", Kind.GAUGE, ("state",), "pages that did not arrive, or not yet"),
    Metric("holdpoint_delivery_oldest_timestamp_seconds", Kind.GAUGE, (), "when the oldest page still due was written down"),
    Metric("holdpoint_holds", Kind.GAUGE, ("state",), "holds"),
    Metric(
        "holdpoint_hold_deadline_timestamp_seconds",
        Kind.GAUGE,
        ("state",),
        "the nearest end of a time to approve (`proposed`) or to execute (`approved`)",
    ),
    Metric("holdpoint_intake_alerts_total", Kind.COUNTER, ("source",), "alerts taken in, and posts not understood"),
    Metric("holdpoint_intake_unauthenticated_total", Kind.COUNTER, ("source",), "posts turned away"),
    Metric("holdpoint_ledger_entries_total", Kind.COUNTER, ("kind",), "entries of these kinds"),
    Metric("holdpoint_ledger_head_seq", Kind.GAUGE, (), "number of the newest entry"),
    Metric("holdpoint_ledger_unsealed_entries", Kind.GAUGE, (), "entries after the newest checkpoint; below 0 some are missing"),
    Metric("holdpoint_ledger_checkpoint_timestamp_seconds", Kind.GAUGE, (), "when the newest checkpoint says that it was made"),
)

KINDS = (
    "incident.opened", "incident.raised", "incident.resolved", "incident.attached", "incident.sheltered", "incident.escalated",
    "briefing.begun", "briefing.overdue", "brief.drafted", "tool.called", "tool.failed",
    "delivery.sent", "delivery.retry", "delivery.failed", "delivery.gave_up",
    "hold.proposed", "hold.approved", "hold.rejected", "hold.revoked", "hold.expired", "hold.executing",
    "change.requested", "change.overdue", "package.drafted", "draft.filed",
    "vote.cast", "vote.refused", "statement.refused", "release.refused",
)  # fmt: skip
"""The kinds of entries that are counted: `tool.failed` are failed reads, `*.refused` refusals."""


def render(samples: Samples, accept: str = "") -> tuple[bytes, str]:
    """The text, and its content type.

    :param accept: the request's header
    """
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder
    from prometheus_client.registry import Collector

    class Table(Collector):
        """What prometheus_client asks for families."""

        def collect(self) -> Iterator[Family]:
            return (_family(metric, samples[metric.name]) for metric in METRICS if samples.get(metric.name))

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Table())
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def _family(metric: Metric, found: Mapping[tuple[str, ...], float]) -> Family:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

    if metric.kind is Kind.INFO:
        info = InfoMetricFamily(metric.name.removesuffix("_info"), metric.means)
        for labels in found:
            info.add_metric((), dict(zip(metric.labels, labels, strict=True)))
        return info
    of = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = of(metric.name.removesuffix("_total"), metric.means, labels=metric.labels)
    for labels, value in sorted(found.items()):
        family.add_metric(labels, value)
    return family
