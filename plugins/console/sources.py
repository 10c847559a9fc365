"""The evidence that a draft retrieved, as its page lists it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from include.contracts.evidence import Evidence


@dataclass(frozen=True)
class Source:
    """Evidence that a draft retrieved, without its text. `cited`: a fact or a runbook of the draft quotes it."""

    id: str
    tool: str
    service: str | None
    place: str
    label: str
    collected_at: datetime
    cited: bool


def sources_of(found: Iterable[Evidence], used: Collection[str]) -> list[Source]:
    return [
        Source(
            item.id,
            item.tool,
            service if isinstance(service := item.params.get("service"), str) else None,
            item.place,
            item.label,
            item.collected_at,
            item.id in used,
        )
        for item in found
    ]
