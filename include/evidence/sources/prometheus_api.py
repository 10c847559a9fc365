"""The answer of Prometheus' HTTP API `GET /api/v1/query_range` (https://prometheus.io/docs/prometheus/latest/querying/api/)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from include.evidence.sources.limits import Unreadable

ERROR_TYPES = frozenset(
    {"timeout", "canceled", "execution", "bad_data", "internal", "unavailable", "not_found", "not_acceptable"}
)


@dataclass(frozen=True)
class RawSeries:
    """Label → value, and (time, value as written), oldest first. `native`: it has histograms, which are left out."""

    labels: dict[str, str]
    points: tuple[tuple[datetime, str], ...]
    native: bool


@dataclass(frozen=True)
class Matrix:
    """All series. `warnings`: how many the answer carried, a partial answer among them."""

    series: tuple[RawSeries, ...]
    warnings: int


def error_type(body: bytes) -> str | None:
    """The `errorType` of an error answer where it is one of the API's own words; anything else might be content."""
    try:
        kind = json.loads(body).get("errorType")
    except (ValueError, RecursionError, AttributeError):
        return None
    return kind if isinstance(kind, str) and kind in ERROR_TYPES else None


def matrix(body: bytes) -> Matrix:
    """Read a `matrix`.

    :raises Unreadable: no JSON, no success, or another type of result
    """
    try:
        answer = json.loads(body)
        data = answer["data"]
        if answer["status"] != "success" or data["resultType"] != "matrix":
            raise Unreadable("not its format")
        series = tuple(_series(row) for row in data["result"])
        warnings = answer.get("warnings") or []
        return Matrix(series, len(warnings) if isinstance(warnings, list) else 1)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, AttributeError):
        raise Unreadable("not its format") from None


def _series(row: dict[str, Any]) -> RawSeries:
    labels = {str(key): str(value) for key, value in row["metric"].items()}
    points = tuple((_at(at), _value(value)) for at, value in row.get("values", ()))
    return RawSeries(labels, points, "histograms" in row)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(float(seconds) * 1000) / 1000, tz=UTC)  # the API gives milliseconds


def _value(value: object) -> str:
    if not isinstance(value, str) or len(value) > 40:
        raise Unreadable("not its format")
    float(value)  # Go's notation, "+Inf" and "NaN" included, is Python's
    return value
