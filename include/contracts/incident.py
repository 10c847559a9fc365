"""An incident: what one or more alerts, or a person's question, are about."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.alert import Severity
from include.contracts.base import Contract, Line, Principal, Slug


class IncidentKind(StrEnum):
    ALERT = "alert"
    QUESTION = "question"  # asked by a person, from a form or the command line
    UNREADABLE = "unreadable"  # an authenticated post that could not be understood: it pages (H10)
    UMBRELLA = "umbrella"  # one incident for a storm of them
    CHANGE = "change"  # a change request: no incident, but claimed, read for and routed like one (ADR 0011)


class IncidentStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"  # said by its own source; the ticket stays its owner's


class Intent(StrEnum):
    """What is wanted, decided before any tool runs."""

    DIAGNOSE = "diagnose"
    SECURITY = "security"  # logons, certificates, intrusion: security reads first, the brief is labelled higher
    CHANGE = "change"  # somebody wants something changed: answered with a pointer to the change request, never done here
    UNCLEAR = "unclear"  # goes to a person as it is


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Classification(Contract):
    """Intent and risk of an incident with the reasons, shown to the reader before the evidence."""

    intent: Intent
    risk: Risk
    reasons: Annotated[tuple[Line, ...], Field(min_length=1, max_length=10)]


class Incident(Contract):
    """One generation of an incident.

    `key` is source-scoped; `generation` counts the incidents that key has had, so that next month's outage is a new one.
    `briefing` counts the briefings asked for: the first, and one more for each rise in severity.
    """

    id: Slug
    key: Annotated[str, Field(max_length=200)]
    generation: Annotated[int, Field(ge=1)]
    briefing: Annotated[int, Field(ge=1)] = 1
    kind: IncidentKind
    status: IncidentStatus
    source: Slug
    principal: Principal  # whose permissions the run has (H12)
    service: Slug | None  # a catalogue entry, or None when nothing matched exactly
    environment: Slug | None
    severity: Severity
    title: Line
    question: Annotated[str, Field(max_length=4_000)] | None = None
    owner: Slug  # a person: never nobody (H13)
    alert_count: Annotated[int, Field(ge=0)] = 0
    opened_at: AwareDatetime
    started_at: AwareDatetime  # the earliest start its alerts state
    resolved_at: AwareDatetime | None = None
