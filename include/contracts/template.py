"""A standard change: a bounded template that two people sign once, so that plans which fit it exactly need no vote each time.

What a template does not mention it does not allow (H2). Everything in `Template` is covered by its digest, SHA-256 over its
canonical JSON after the line `holdpoint.template.v1`; who signs an endorsement signs that digest.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints, model_validator

from include.contracts.base import Contract, Digest, Line, Slug, Text
from include.contracts.plan import MAX_STEPS, Risk, TargetId
from include.contracts.statement import TemplateId

MAX_DAYS = 180  # from the first signature on
SIGNERS = 2
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Minutes = Annotated[int, Field(ge=1, le=43_200)]


class ParamBound(Contract):
    """What one parameter of a tool may be: one of `values`, byte for byte as JSON; or a whole number from `least` to `most`."""

    name: Slug
    values: Annotated[tuple[JsonValue, ...], Field(max_length=200)] = ()
    least: int | None = None
    most: int | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> ParamBound:
        numbers = self.least is not None and self.most is not None
        if (self.least is None) != (self.most is None) or numbers == bool(self.values):
            raise ValueError("a parameter has either values, or both least and most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least is above most")
        return self


class WantedTool(Contract):
    """One tool: on which services and targets, with which parameters, taken back by which undos of its contract.

    Every parameter of the tool is named. `observed` bounds guard fields as they were read; one that it does not name is a
    circumstance and no effect, and may be anything. A field that an earlier step leaves is not within any bound.
    """

    tool: Slug
    services: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=50)]
    targets: Annotated[tuple[TargetId, ...], Field(min_length=1, max_length=200)]
    params: Annotated[tuple[ParamBound, ...], Field(max_length=50)] = ()
    undos: Annotated[tuple[Slug, ...], Field(max_length=20)]  # none: only steps that cannot be taken back, each with its callout
    observed: Annotated[tuple[ParamBound, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> WantedTool:
        names = {"params": [bound.name for bound in self.params], "observed": [bound.name for bound in self.observed]}
        lists = {"services": self.services, "targets": self.targets, "undos": self.undos, **names}
        for what, found in lists.items():
            if len(set(found)) != len(found):
                raise ValueError(f"{what} names something twice")
        return self


class BoundTool(WantedTool):
    """… as the writer had it when the template was drafted: a tool that was changed since is another tool."""

    tool_version: Annotated[int, Field(ge=1)]
    tool_digest: Digest


class Hours(Contract):
    """When a release may be: on these days from `start` to before `end`, in UTC."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)]
    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _forward(self) -> Hours:
        if self.end <= self.start:
            raise ValueError("the hours end before they start; a night is two templates")
        return self


class Accepted(Contract):
    """A callout that the signers acknowledge in advance: by its id without the step's number; where `says` is given, only so."""

    id: Slug
    says: Line | None = None


class _Bounds(Contract):
    """`max_window_minutes` None: the plan has no window. `hours` None: at any hour. `max_uses_per_day`: in any 24 hours."""

    environment: Slug
    title: Line
    reason: Text
    owner: Slug
    max_steps: Annotated[int, Field(ge=1, le=MAX_STEPS)]
    max_risk: Annotated[Risk, Field(strict=False)]
    execute_within_minutes: Minutes  # from the proposal to the plan's execute_by
    max_window_minutes: Minutes | None = None
    hours: Hours | None = None
    max_uses_per_day: Annotated[int, Field(ge=1, le=100)]
    expires: AwareDatetime
    callouts: Annotated[tuple[Accepted, ...], Field(max_length=100)] = ()


class TemplateRequest(_Bounds):
    """What `templates draft` reads. All else in a template is made, not said."""

    tools: Annotated[tuple[WantedTool, ...], Field(min_length=1, max_length=20)]


class Template(_Bounds):
    format: Literal["holdpoint.template.v1"] = "holdpoint.template.v1"
    id: TemplateId
    tools: Annotated[tuple[BoundTool, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _each_once(self) -> Template:
        if len({bound.tool for bound in self.tools}) != len(self.tools):
            raise ValueError("a tool stands there twice")
        if len({each.id for each in self.callouts}) != len(self.callouts):
            raise ValueError("a callout stands there twice")
        return self

    @property
    def services(self) -> tuple[str, ...]:
        """The covered services, sorted."""
        return tuple(sorted({name for bound in self.tools for name in bound.services}))
