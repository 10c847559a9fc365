"""Does a plan fit a template exactly? One rule a bound; what a template does not mention it does not allow (H2).

Each refusal names the bound that does not fit. The plan under judgement is made of its bytes, and `derived` has compared it with
what today's catalogue makes of it; so its targets, callouts and risk are not the proposer's say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from pydantic import JsonValue

from include.contracts.plan import Callout, Plan, Risk, Step
from include.contracts.template import DAYS, BoundTool, Hours, ParamBound, Template
from include.holds.case import Case, No, known
from include.holds.rules import AllOf, rule
from include.store.canonical import canonical

_LEVELS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)
_OF_STEP = re.compile(r"step-([0-9]+)\.([a-z0-9][a-z0-9_.-]*)")
_FIT = "the plan does not fit the template"


def _both(case: Case) -> tuple[Plan, Template]:
    return known(case.plan), known(known(case.claimed).template)


def _bounded(case: Case) -> Iterator[tuple[Step, BoundTool]]:
    """Each step with the row of the template for its tool; No where there is none."""
    plan, template = _both(case)
    rows = {bound.tool: bound for bound in template.tools}
    for step in plan.steps:
        if step.tool not in rows:
            raise No(f"the bound tools: step {step.number} uses {step.tool}, which the template does not name")
        yield step, rows[step.tool]


@rule("fit", f"{_FIT}: the bound template: the plan claims another")
def claims_this(case: Case) -> bool:
    plan, template = _both(case)
    return plan.template == template.id


@rule("fit", f"{_FIT}: the bound environment")
def fits_environment(case: Case) -> bool:
    plan, template = _both(case)
    return plan.environment == template.environment


@rule("fit", f"{_FIT}: the bound max_steps")
def fits_steps(case: Case) -> bool:
    plan, template = _both(case)
    return 1 <= len(plan.steps) <= template.max_steps


@rule("fit", f"{_FIT}: the bound tools")
def fits_tools(case: Case) -> bool:
    for step, bound in _bounded(case):
        if (step.tool_version, step.tool_digest) != (bound.tool_version, bound.tool_digest):
            raise No(f"the bound tools: {step.tool} was changed since the template was drafted")
    return True


@rule("fit", f"{_FIT}: the bound services")
def fits_services(case: Case) -> bool:
    for step, bound in _bounded(case):
        if step.service not in bound.services:
            raise No(f"the bound services: step {step.number} touches {step.service}")
    return True


@rule("fit", f"{_FIT}: the bound targets")
def fits_targets(case: Case) -> bool:
    for step, bound in _bounded(case):
        if step.target not in bound.targets:
            raise No(f"the bound targets: step {step.number} acts on another target")
    return True


@rule("fit", f"{_FIT}: the bound params")
def fits_params(case: Case) -> bool:
    for step, bound in _bounded(case):
        rows = {row.name: row for row in bound.params}
        if rows.keys() != step.params.keys():
            raise No(f"the bound params: step {step.number} has other parameters than the template names")
        for name, row in rows.items():
            if not _within(row, step.params[name]):
                raise No(f"the bound params: step {step.number}: {name} is not within what the template allows")
    return True


@rule("fit", f"{_FIT}: the bound observed")
def fits_observed(case: Case) -> bool:
    for step, bound in _bounded(case):
        found = {field.field: field for field in step.guard if field.after_step is None}
        for row in bound.observed:
            if row.name not in found or not _within(row, found[row.name].value):
                raise No(f"the bound observed: step {step.number}: {row.name} is not within what the template allows")
    return True


@rule("fit", f"{_FIT}: the bound undos")
def fits_undos(case: Case) -> bool:
    for step, bound in _bounded(case):
        if step.undo.action is not None and step.undo.action not in bound.undos:
            raise No(f"the bound undos: step {step.number} would be taken back by {step.undo.action}")
    return True


def _within(bound: ParamBound, value: JsonValue) -> bool:
    """As JSON: to Python, 1 == 1.0 == True."""
    if bound.values:
        return any(canonical({"value": value}) == canonical({"value": each}) for each in bound.values)
    number = isinstance(value, int) and not isinstance(value, bool)
    return number and bound.least is not None and bound.most is not None and bound.least <= value <= bound.most  # type: ignore[operator]


@rule("fit", f"{_FIT}: the bound max_risk")
def fits_risk(case: Case) -> bool:
    plan, template = _both(case)
    return _LEVELS.index(plan.risk) <= _LEVELS.index(template.max_risk)


@rule("fit", f"{_FIT}: the bound execute_within_minutes")
def fits_clock(case: Case) -> bool:
    plan, template = _both(case)
    return plan.execute_by - plan.proposed_at <= timedelta(minutes=template.execute_within_minutes)


@rule("fit", f"{_FIT}: the bound max_window_minutes")
def fits_window(case: Case) -> bool:
    plan, template = _both(case)
    if template.max_window_minutes is None:
        return plan.window is None
    length = known(plan.window).end - known(plan.window).start
    return length <= timedelta(minutes=template.max_window_minutes)


@rule("fit", f"{_FIT}: the bound callouts")
def fits_callouts(case: Case) -> bool:
    plan, template = _both(case)
    accepted = {each.id: each for each in template.callouts}
    for callout in plan.callouts:
        found = accepted.get(_name(callout))
        if found is None or found.says not in (None, callout.says):
            raise No(f"the bound callouts: {callout.id} is not acknowledged by the template")
    return True


def _name(callout: Callout) -> str:
    """A callout's id without its step's number; "" where it is not spelled as a step's callouts are."""
    found = _OF_STEP.fullmatch(callout.id)
    return found[2] if found and found[1] == str(callout.step) else ""


@rule("hours", "now is outside the hours of the template")
def within_hours(case: Case) -> bool:
    hours = _both(case)[1].hours
    return hours is None or _in(hours, case)


def _in(hours: Hours, case: Case) -> bool:
    at = case.now  # UTC, as the store's clock is
    return DAYS[at.weekday()] in hours.days and hours.start <= f"{at:%H:%M}" < hours.end


FITS = AllOf(
    claims_this,
    fits_environment,
    fits_steps,
    fits_tools,
    fits_services,
    fits_targets,
    fits_params,
    fits_observed,
    fits_undos,
    fits_risk,
    fits_clock,
    fits_window,
    fits_callouts,
)
