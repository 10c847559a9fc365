"""What the assessment of a change request says: verdicts, findings, affected systems, conflicts, risk."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from include.contracts.base import Contract, Line, Plain, Slug

LineNumber = Annotated[int, Field(ge=0)]  # 1 is the first; 0: the document as a whole
ChangeId = Annotated[str, StringConstraints(pattern=r"^chg_[0-9a-hjkmnp-tv-z]{26}$")]
Says = Annotated[str, Field(max_length=400), Plain]  # quoted from the document, or about it


class Standing(StrEnum):
    """Is a thing that a change request needs in the document? `empty`: there is a place for it, with nothing to go by."""

    PRESENT = "present"
    EMPTY = "empty"
    MISSING = "missing"


class ChangeType(StrEnum):
    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """`blocker`: not ready for a decision; `warning`: somebody has to look at it; `info`: good to know."""

    BLOCKER = "blocker"
    WARNING = "warning"
    INFO = "info"


class Finding(Contract):
    """One thing that is wrong or open. `asks` is a question to the author; empty where none is needed."""

    rule: Slug
    severity: Severity
    line: LineNumber
    says: Says
    asks: Says = ""


class Aspect(Contract):
    """One of the things that a change request needs, and whether it is there."""

    name: Slug
    standing: Standing
    line: LineNumber
    reason: Says


class Step(Contract):
    """One step of the implementation. `undo` and `check` say where they come from: the step, the plan, or nowhere."""

    number: Annotated[int, Field(ge=1)]
    line: LineNumber
    text: Says
    changes_state: bool
    undo: Literal["step", "plan", "none"]
    check: Literal["step", "plan", "none"]


class Dependant(Contract):
    service: Slug
    owner: Slug


class AffectedSystem(Contract):
    """A name in the notes. `service` is empty where no catalogue knows it."""

    name: Line
    line: LineNumber
    declared: bool  # named where the document lists what is affected, not only somewhere in the text
    service: Slug | None = None
    owner: Slug | None = None
    tier: Annotated[int, Field(ge=1, le=4)] | None = None
    dependants: tuple[Dependant, ...] = ()


class ChangeWindow(Contract):
    """When the change is meant to happen, as far as that is certain: `start` and `end` only where date, time and zone are."""

    line: LineNumber
    text: Says
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class OtherChange(Contract):
    """Another change that is planned, for the search of conflicts."""

    id: Line
    services: tuple[Slug, ...]
    start: AwareDatetime
    end: AwareDatetime


class OpenIncident(Contract):
    id: Line
    service: Slug
    title: Line


class ChangeConflict(Contract):
    """What stands in the way. `certain` is false where the window's time zone is not known and it may only be so."""

    kind: Literal["freeze", "change", "incident"]
    name: Line
    certain: bool
    says: Says


class RiskReason(Contract):
    """What a number of the risk comes from."""

    rule: Slug
    points: Annotated[int, Field(ge=-4, le=4)]
    says: Says


class ChangeRisk(Contract):
    """Likelihood × impact, 1 to 5 each, with the reasons."""

    likelihood: Annotated[int, Field(ge=1, le=5)]
    impact: Annotated[int, Field(ge=1, le=5)]
    score: Annotated[int, Field(ge=1, le=25)]
    level: Literal["low", "medium", "high", "critical"]
    likelihood_reasons: tuple[RiskReason, ...]
    impact_reasons: tuple[RiskReason, ...]


class Assessment(Contract):
    """Everything that can be said about a change request without asking anybody. It approves nothing."""

    title: Says
    rollback: Standing
    validation: Standing
    type: ChangeType
    aspects: tuple[Aspect, ...]
    steps: tuple[Step, ...]
    affected: tuple[AffectedSystem, ...]
    unmatched: tuple[AffectedSystem, ...]
    window: ChangeWindow | None
    conflicts: tuple[ChangeConflict, ...]
    risk: ChangeRisk
    findings: tuple[Finding, ...]
