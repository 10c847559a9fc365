"""Holds: the record of one plan's way to its release, and what a person is shown before deciding."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from include.contracts.base import Contract, Digest, Line, Principal, Slug, Text
from include.contracts.plan import Callout, Expectation, Plan, ReleaseMode, Risk, StepNumber, TargetId
from include.contracts.statement import HoldId, IncidentId, PlanId, TemplateId


class HoldState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    EXECUTING = "executing"
    UNDOING = "undoing"
    FROZEN = "frozen"
    IN_DOUBT = "in_doubt"
    VERIFIED = "verified"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    CLOSED = "closed"


class Hold(Contract):
    """A row of the store: a cache over signed statements and steps, never an authority. `revision` counts its transitions."""

    id: HoldId
    plan_id: PlanId
    plan_digest: Digest
    environment: Slug
    state: Annotated[HoldState, Field(strict=False)]
    revision: Annotated[int, Field(ge=0)]
    title: Line
    risk: Annotated[Risk, Field(strict=False)]
    release_mode: Annotated[ReleaseMode, Field(strict=False)]
    proposed_at: AwareDatetime
    approve_by: AwareDatetime
    execute_by: AwareDatetime
    supersedes: HoldId | None
    superseded_by: HoldId | None
    run_id: str | None


class Observation(Contract):
    """A step's guard fields as read again after the proposal."""

    step: StepNumber
    observed_at: AwareDatetime
    observed_by: Principal
    fields: dict[Slug, JsonValue]
    problem: Line | None = None  # why it could not be read; then `fields` is empty


class Difference(Contract):
    """One guard field of one step: as planned against as last read. `changed` None: not read, or left by an earlier step."""

    step: StepNumber
    target: TargetId
    field: Slug
    planned: JsonValue
    now: JsonValue
    changed: bool | None
    problem: Line | None = None  # why it could not be read


class ViewStep(Contract):
    number: StepNumber
    says: Line
    target: TargetId
    service: Slug
    owner: Slug
    undo: Line
    expectations: tuple[Expectation, ...]


class Way(StrEnum):
    """How an approval was reached: by the plan's quorum, by a signed template that it fits, or by one vote in an emergency."""

    ORDINARY = "ordinary"
    STANDARD = "standard"
    EMERGENCY = "emergency"


class ShownTemplate(Contract):
    """The standard change that a plan claims to be, as people are shown it. Whether the signatures count is judged."""

    id: TemplateId
    digest: Digest
    title: Line
    reason: Text
    owner: Slug
    expires: AwareDatetime
    signers: tuple[Slug, ...]


class ShownEmergency(Contract):
    """The newest declaration of an emergency: who votes on a page with it votes on an emergency change."""

    declaration: Digest
    person: Slug
    at: AwareDatetime
    until: AwareDatetime
    incident: IncidentId
    reason: Text


class View(Contract):
    """What was shown, whole; its digest is part of each vote. No age, and nothing else that changes while one reads."""

    format: Literal["holdpoint.view.v1"] = "holdpoint.view.v1"
    hold: HoldId
    plan_digest: Digest
    environment: Slug
    title: Line
    reason: Text
    risk: Annotated[Risk, Field(strict=False)]
    risk_reasons: tuple[Line, ...]
    steps: tuple[ViewStep, ...]
    differences: tuple[Difference, ...]
    observed_at: AwareDatetime | None
    callouts: tuple[Callout, ...]
    deciders: tuple[Line, ...]  # who may decide, and how many of them must
    clocks: tuple[Line, ...]
    template: ShownTemplate | None = None
    emergency: ShownEmergency | None = None
    plan: Plan


class Verdict(Contract):
    """One rule's answer. `reason` is for the ledger and the reader, free of content that the reader may not see."""

    rule: Slug
    ok: bool
    reason: Line


class OutsideRecord(Contract):
    """An approval kept by another system, as fetched from it.

    `record` and `account` are that system's immutable ids. `plan_digest` was found in text that the approver wrote; what anybody
    else wrote, a template or a field with a default, does not count.
    """

    source: Slug
    record: Line
    account: Line
    decision: Literal["approve", "reject"]
    plan_digest: Digest
    decided_at: AwareDatetime
    fetched_at: AwareDatetime


class Attempt(Contract):
    """An approval consumed: at most one a hold, ever."""

    id: Line
    hold: HoldId
    plan_digest: Digest
    opened_at: AwareDatetime
    opened_by: Principal
    execute_by: AwareDatetime
