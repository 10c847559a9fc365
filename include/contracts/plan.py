"""The plan: what people decide on, and the one list of what its digest covers (H3).

Everything in `Plan` is covered, by SHA-256 over its canonical JSON after the line `holdpoint.plan.v1`
(`include/holds/digest.py`). Any edit makes another digest, and votes for the old one are void. What is *not* in here is not
decided: states, votes, the page's looks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints, model_validator

from include.contracts.base import Contract, Digest, Line, Principal, Slug, Text
from include.contracts.statement import HoldId, PlanId, TemplateId

MAX_STEPS = 50
LAB = "lab"  # the environment that isolates nothing and where nothing real is lost
# One thing in one system, in the one spelling its contract makes: `supervisor:shop-orders`.
TargetId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}:[A-Za-z0-9][A-Za-z0-9_.:/@=,+-]{0,199}$")]
# What a plan is made for: an incident, or a change request.
CaseId = Annotated[str, StringConstraints(pattern=r"^(inc|chg)_[0-9a-z]{26}$")]
StepNumber = Annotated[int, Field(ge=1, le=MAX_STEPS)]
Params = dict[Slug, JsonValue]


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReleaseMode(StrEnum):
    """Who waits: a run of `gated_change` (an operator sees it), or none until the hold is released (where hundreds wait)."""

    SENSOR = "sensor"
    ON_APPROVAL = "on_approval"


class GuardField(Contract):
    """One thing that must still be so when the step runs: as observed, or as an earlier step leaves it."""

    field: Slug
    value: JsonValue = None
    after_step: StepNumber | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> GuardField:
        if self.after_step is not None and self.value is not None:
            raise ValueError("a guard field has a value as observed, or names the step it comes after, not both")
        return self


class Undo(Contract):
    """How a completed step is taken back: a verb of the same tool's contract and its parameters; or why it cannot be."""

    action: Slug | None
    params: Params = Field(default_factory=dict)
    says: Line  # for people: what it will do, or the reason that there is none

    @model_validator(mode="after")
    def _no_params_without(self) -> Undo:
        if self.action is None and self.params:
            raise ValueError("params without an action")
        return self


class Expectation(Contract):
    """What verification will read, by another principal, and what it must find within `within_s` seconds.

    `already_true`: it was so before the step, so finding it proves nothing; then a callout says so (H7).
    """

    tool: Slug  # a read tool
    field: Slug
    op: Literal["eq", "ne", "gt", "ge", "lt", "le", "in"]
    value: JsonValue
    within_s: Annotated[int, Field(ge=1, le=86_400)]
    says: Line
    already_true: bool


class Callout(Contract):
    """A risk that each approver acknowledges by itself."""

    id: Slug
    says: Line
    step: StepNumber | None = None


class Step(Contract):
    number: StepNumber
    tool: Slug
    tool_version: Annotated[int, Field(ge=1)]
    tool_digest: Digest  # from the writer's signed manifest
    service: Slug
    target: TargetId
    params: Params
    says: Line  # the step in people's words, made by the tool's contract
    guard: Annotated[tuple[GuardField, ...], Field(min_length=1, max_length=50)]
    observed_at: AwareDatetime
    observed_by: Principal
    undo: Undo
    expectations: Annotated[tuple[Expectation, ...], Field(min_length=1, max_length=20)]
    max_effect_s: Annotated[int, Field(ge=1, le=86_400)]


class Quorum(Contract):
    """How many different people must approve, each holding every one of `roles`; which outside records may stand for a vote."""

    approvals: Annotated[int, Field(ge=1, le=10)]
    roles: Annotated[tuple[Slug, ...], Field(min_length=1)]  # the change roles of all touched services
    outside_sources: tuple[Slug, ...] = ()


class Window(Contract):
    """When the steps may run: [start, end)."""

    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _forward(self) -> Window:
        if self.end <= self.start:
            raise ValueError("the window ends before it starts")
        return self


class Entry(Contract):
    """A row of the catalogue, or a tool's contract, as it stood when the plan was made."""

    kind: Literal["service", "tool"]
    name: Slug
    digest: Digest


class Plan(Contract):
    format: Literal["holdpoint.plan.v1"] = "holdpoint.plan.v1"
    id: PlanId
    hold: HoldId
    supersedes: HoldId | None
    environment: Slug
    title: Line
    reason: Text
    incident: CaseId | None = None
    evidence: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^ev_[0-9a-z]{26}$")], ...], Field(max_length=100)] = ()
    risk: Annotated[Risk, Field(strict=False)]
    risk_reasons: Annotated[tuple[Line, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)]
    callouts: Annotated[tuple[Callout, ...], Field(max_length=200)] = ()
    quorum: Quorum
    contributors: Annotated[tuple[Principal, ...], Field(min_length=1, max_length=100)]  # sorted; of superseded plans too
    proposed_at: AwareDatetime
    approve_by: AwareDatetime
    execute_by: AwareDatetime
    window: Window | None = None
    entries: Annotated[tuple[Entry, ...], Field(min_length=2)]
    release_mode: Annotated[ReleaseMode, Field(strict=False)] = ReleaseMode.SENSOR
    template: TemplateId | None = None  # the standard change that it claims to be; whether it fits is judged at the release

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        if [step.number for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError("steps are numbered 1, 2, 3 …")
        if len({callout.id for callout in self.callouts}) != len(self.callouts):
            raise ValueError("two callouts share an id")
        if any(callout.step is not None and callout.step > len(self.steps) for callout in self.callouts):
            raise ValueError("a callout names a step that is not there")
        late = [g for step in self.steps for g in step.guard if g.after_step is not None and g.after_step >= step.number]
        if late:
            raise ValueError("a guard names a step that is not before its own")
        if not self.proposed_at < self.approve_by <= self.execute_by:
            raise ValueError("the clocks run proposed_at < approve_by <= execute_by")
        if list(self.contributors) != sorted(set(self.contributors)):
            raise ValueError("contributors are sorted, each once")
        return self

    @property
    def services(self) -> tuple[str, ...]:
        """The touched services, sorted."""
        return tuple(sorted({step.service for step in self.steps}))


class WantedStep(Contract):
    """One step as a person asks for it. `observed` gives the guard's fields where an earlier step does not leave them.

    `observed_by`: a contributor; left out, it is who drafts the plan.
    """

    tool: Slug
    service: Slug
    params: Params = Field(default_factory=dict)
    observed: Params = Field(default_factory=dict)
    observed_at: AwareDatetime
    observed_by: Principal | None = None
    after_step: StepNumber | None = None


class PlanRequest(Contract):
    """What `plans propose PLAN.json` and the console's edit send. All else in a plan is made, not said."""

    environment: Slug
    title: Line
    reason: Text
    steps: Annotated[tuple[WantedStep, ...], Field(min_length=1, max_length=MAX_STEPS)]
    incident: CaseId | None = None
    evidence: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^ev_[0-9a-z]{26}$")], ...], Field(max_length=100)] = ()
    window: Window | None = None
    release_mode: Annotated[ReleaseMode, Field(strict=False)] = ReleaseMode.SENSOR
    template: TemplateId | None = None
