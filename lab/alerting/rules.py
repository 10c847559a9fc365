"""The alert rules: each looks at a target's last seconds and says what is wrong, or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from lab.alerting.history import History

_WINDOW = 5.0  # seconds that rates are taken over
_FEWEST = 3  # requests in the window, below which a ratio says nothing
_ERROR_RATIO = 0.25
_LATENCY = 0.75  # seconds
_SATURATION = 0.9


@dataclass(frozen=True)
class Rule:
    """`check` gives a description while the condition holds, else "". It must hold for `hold` seconds before it fires."""

    alertname: str
    severity: str
    summary: str
    check: Callable[[History], str]
    hold: float = 3.0


def _down(history: History) -> str:
    return history.last.down and f"does not answer: {history.last.down}"


def _unhealthy(history: History) -> str:
    return history.last.unhealthy and f"/healthz answers 503: {history.last.unhealthy}"


def _errors(history: History) -> str:
    total = history.increase("http_requests_total", _WINDOW)
    failed = history.increase("http_requests_total", _WINDOW, lambda labels: labels.get("code", "").startswith("5"))
    if total < _FEWEST or failed / total <= _ERROR_RATIO:
        return ""
    return f"{failed / total:.0%} of {total:.0f} requests in {_WINDOW:g} s ended in a 5xx (limit {_ERROR_RATIO:.0%})"


def _latency(history: History) -> str:
    buckets = history.increases("http_request_duration_seconds_bucket", "le", _WINDOW)
    seconds = quantile(0.95, buckets)
    if buckets.get("+Inf", 0) < _FEWEST or not seconds > _LATENCY:
        return ""
    return f"95th percentile of request duration over {_WINDOW:g} s is {seconds:.2f} s (limit {_LATENCY:g} s)"


def _saturation(history: History) -> str:
    in_use, size = history.values("db_pool_in_use", _WINDOW), history.values("db_pool_size", _WINDOW)
    if not in_use or not size or not size[-1]:
        return ""
    missed = history.increase("db_pool_timeouts_total", _WINDOW)
    used = max(in_use[-2:]) / size[-1]
    if used < _SATURATION and not missed:
        return ""
    return f"{max(in_use[-2:]):.0f} of {size[-1]:.0f} database connections in use, {missed:.0f} time-outs in {_WINDOW:g} s"


def quantile(share: float, buckets: dict[str, float]) -> float:
    """A quantile from cumulative buckets, interpolated as `histogram_quantile` of PromQL does; NaN of none."""
    bounds = sorted((float(bound), count) for bound, count in buckets.items())
    if not bounds or not bounds[-1][1]:
        return math.nan
    rank, lower, below = share * bounds[-1][1], 0.0, 0.0
    for upper, count in bounds:
        if count >= rank:
            return lower if math.isinf(upper) else lower + (upper - lower) * (rank - below) / (count - below)
        lower, below = upper, count
    return lower


RULES: tuple[Rule, ...] = (
    Rule("ServiceDown", "critical", "service is down", _down),
    Rule("HealthCheckFailing", "warning", "health check fails", _unhealthy),
    Rule("HighErrorRate", "critical", "many requests fail", _errors),
    Rule("HighLatency", "warning", "requests are slow", _latency),
    Rule("DatabasePoolSaturated", "warning", "database connections are used up", _saturation),
)
