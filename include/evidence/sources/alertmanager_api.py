"""The answer of Alertmanager's `GET /api/v2/alerts`: the schema `gettableAlert` of its OpenAPI description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from include.evidence.sources.limits import Unreadable
from include.evidence.sources.stamps import parse_time


@dataclass(frozen=True)
class RawAlert:
    """`state`: active, suppressed or unprocessed."""

    labels: dict[str, str]
    annotations: dict[str, str]
    state: str
    started_at: datetime
    fingerprint: str


def alerts(body: bytes) -> tuple[RawAlert, ...]:
    """Read the list.

    :raises Unreadable: no JSON, or not such a list
    """
    try:
        rows = json.loads(body)
        if not isinstance(rows, list):
            raise Unreadable("not its format")
        return tuple(_alert(row) for row in rows)
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        raise Unreadable("not its format") from None


def _alert(row: dict[str, Any]) -> RawAlert:
    started = row["startsAt"]
    at = parse_time(started, UTC) if isinstance(started, str) else None
    state = row["status"]["state"]
    if at is None or not isinstance(state, str):
        raise Unreadable("not its format")
    return RawAlert(_strings(row["labels"]), _strings(row.get("annotations") or {}), state, at, str(row["fingerprint"]))


def _strings(value: dict[str, Any]) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()}
