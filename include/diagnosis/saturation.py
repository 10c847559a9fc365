"""A snapshot of metrics: what has reached its limit, and how many answers are errors.

Counters count from the start of the process, so a share of errors says that there were many, not when.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from include.contracts.diagnosis import Cause
from include.contracts.tools.get_metrics import MetricsSnapshot, Sample
from include.diagnosis.board import Analyser, Board, Origin, Standing
from include.diagnosis.case import Case, Line, Source
from include.diagnosis.finding import Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,150}", re.ASCII)  # the Prometheus data model's metric name
# A gauge of what is used beside one of what there is: suffixes, longest first.
_USED = ("_in_use", "_used_bytes", "_used", "_active", "_busy", "_open", "_length", "_depth", "_connections", "_open_fds")
_LIMIT = (
    "_size_bytes",
    "_capacity_bytes",
    "_total_bytes",
    "_max_connections",
    "_max_fds",
    "_size",
    "_max",
    "_limit",
    "_capacity",
)
_FREE = (("_avail_bytes", "_size_bytes"), ("_free_bytes", "_size_bytes"), ("_available", "_size"), ("_idle", "_size"))
_RATIO = re.compile(r"(?:_utili[sz]ation|_usage|_used|_saturation)(?:_ratio|_percent)$|_ratio_used$")
_FULL, _NEARLY_EMPTY = 0.95, 0.05
_ERROR_SHARE = 0.2
_MIN_REQUESTS = 20
_SCORE, _POOL_LOG = 72, 13
_MAX_FINDINGS = 5


@dataclass(frozen=True)
class Gauge:
    name: str
    labels: Mapping[str, str]
    value: float
    line: Line


def observe(case: Case) -> list[Finding]:
    found: list[Finding] = []
    for source in case.of_tool("get_metrics", MetricsSnapshot):
        gauges = list(_gauges(source))
        found += list(_limits(source.service, gauges))[:_MAX_FINDINGS]
        found += _error_share(source.service, gauges)
    return found


def _gauges(source: Source[MetricsSnapshot]) -> Iterator[Gauge]:
    for sample, line in source.items(source.output.samples):
        value = _number(sample)
        if value is not None and _NAME.fullmatch(sample.name) and line.text:
            yield Gauge(sample.name, sample.labels, value, line)


def _number(sample: Sample) -> float | None:
    value = float(sample.value)
    return value if math.isfinite(value) else None


def _limits(service: str | None, gauges: list[Gauge]) -> Iterator[Finding]:
    by_place = {(gauge.name, tuple(sorted(gauge.labels.items()))): gauge for gauge in gauges}
    for (name, labels), gauge in by_place.items():
        for other, used in _counterparts(name):
            limit = by_place.get((other, labels))
            if limit is not None and limit.value > 0 and _reached(gauge.value / limit.value, used=used):
                yield _limit(service, name, other, [gauge.line, limit.line], used=used)
                break
        if _RATIO.search(name) and (_FULL <= gauge.value <= 1 or _FULL * 100 <= gauge.value <= 100):
            yield _limit(service, name, "", [gauge.line], used=True)


def _counterparts(name: str) -> Iterator[tuple[str, bool]]:
    """Names of the gauge that says how much there is, and whether this one says what is used or what is left."""
    for suffix in _USED:
        if name.endswith(suffix):
            stem = name.removesuffix(suffix)
            yield from ((stem + limit, True) for limit in _LIMIT)
    for free, size in _FREE:
        if name.endswith(free):
            yield name.removesuffix(free) + size, False


def _reached(ratio: float, *, used: bool) -> bool:
    return ratio >= _FULL if used else ratio <= _NEARLY_EMPTY


def _limit(service: str | None, name: str, other: str, lines: list[Line], *, used: bool) -> Finding:
    return Finding(
        quote(f"limit:{service}:{name}:{lines[0].start}", lines, weight=85),
        Sign.SATURATION,
        service,
        details={"name": name, "limit": other, "used": "yes" if used else ""},
    )


def _error_share(service: str | None, gauges: list[Gauge]) -> list[Finding]:
    """Server errors among the answers that a `…_requests_total{code="…"}` counter has counted."""
    counted = [gauge for gauge in gauges if gauge.name.endswith("requests_total") and _code(gauge)]
    total = sum(gauge.value for gauge in counted)
    errors = [gauge for gauge in counted if _code(gauge).startswith("5")]
    if total < _MIN_REQUESTS or sum(gauge.value for gauge in errors) < _ERROR_SHARE * total:
        return []
    lines = [gauge.line for gauge in sorted(counted, key=_code)[:4]]
    return [Finding(quote(f"errors:{service}", lines, weight=50), Sign.ERROR_SHARE, service)]


def _code(gauge: Gauge) -> str:
    return next((gauge.labels[key] for key in ("code", "status", "status_code", "http_status") if key in gauge.labels), "")


def explain(board: Board) -> Verdict:
    causes = []
    for item in board.of_sign(Sign.SATURATION):
        origin = board.origin(item.service) or _own(board, item)
        if origin is not None:
            causes.append(_cause(board, item, origin))
    return Verdict(tuple(causes))


def _own(board: Board, item: Finding) -> Origin | None:
    """A limit reached in the incident's own service counts, less, also where something below it explains the trouble."""
    own = board.case.incident.service
    return Origin(own, Standing.BESIDE, (own,), ()) if own is not None and item.service == own else None


def _cause(board: Board, item: Finding, origin: Origin) -> Cause:
    logs = [found for found in board.of_sign(Sign.LOG, item.service) if found.fault in ("connection pool", "disk", "memory")]
    name, limit = item.details["name"], item.details["limit"]
    what = f"{name} has reached {limit}" if limit and item.details["used"] else f"{name} is at its end"
    supports = board.support(origin, item.key, *(found.key for found in logs[:2]))
    return Cause(
        analyser="saturation",
        statement=f"A limit is reached in {board.describe(origin)}: {what}",
        score=max(0, _SCORE + (_POOL_LOG if logs else 0) - board.discount(item.service)),
        supports=supports,
        against=board.against(item.service, supports),
        refuted_by=f"Look at {name} over the hours before the alert: if it stood there as high without trouble, this is not it.",
    )


ANALYSER = Analyser("saturation", observe, explain)
