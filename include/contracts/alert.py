"""The canonical alert: what every monitoring system's payload is turned into before anything else looks at it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from include.contracts.base import Contract, Digest, Line, Plain, Slug


class Severity(StrEnum):
    """Four levels; what a source calls anything else counts as `high`, because an unread alarm may be the worst one."""

    CRITICAL = "critical"
    HIGH = "high"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """3 for critical down to 0 for info."""
        return _RANKS[self]


_RANKS = {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.WARNING: 1, Severity.INFO: 0}


class AlertStatus(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


Label = Annotated[str, StringConstraints(max_length=2_000), Plain]
LabelName = Annotated[str, StringConstraints(min_length=1, max_length=200), Plain]
Url = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s]+$"), Plain]
Description = Annotated[str, StringConstraints(max_length=20_000), Plain]


class Alert(Contract):
    """One alert, firing or resolved.

    `service` and `environment` are what the payload says; whether they name anything is decided by exact match against
    what the source is bound to (H11), in `include/alerts`, never here.
    """

    source: Slug
    fingerprint: Digest  # ours: over the source's name and its own identity of the alert
    status: AlertStatus
    severity: Severity
    service: Line | None
    environment: Line | None
    title: Line
    description: Description = ""
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    owner: Line | None = None
    links: Annotated[tuple[Url, ...], Field(max_length=20)] = ()
    labels: Annotated[dict[LabelName, Label], Field(max_length=200, default_factory=dict)]
    notes: Annotated[tuple[Line, ...], Field(max_length=20)] = ()  # what was odd about the payload, for the brief
