"""From what a person asks for to the whole plan. Pure: the same arguments make the same bytes, today and when it is released.

A plan is never taken at its word: whoever accepts, shows or releases one makes it again with `rederive` and compares. So a
person's say ends with the request (`request_of`): which steps, why, when. Targets, guards, undo, expectations, callouts, risk,
quorum, clocks and digests come from the catalogue, the contracts and the writer's manifest.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from pydantic import ValidationError

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, HoldpointError, Refused
from include.contracts.plan import Callout, Plan, PlanRequest, WantedStep
from include.contracts.production import ToolManifest
from include.holds.digest import body_of, read_plan
from include.holds.drawn import Drawn, Tools, draw_steps
from include.holds.entries import entries_of
from include.holds.risk import assess
from include.holds.terms import clocks_of, quorum_of, require_unfrozen, rules_for


def derive(
    catalogue: Catalogue,
    tools: ToolManifest | None,
    request: PlanRequest,
    *,
    plan_id: str,
    hold_id: str,
    supersedes: str | None,
    contributors: Collection[str],
    proposed_at: datetime,
) -> Plan:
    """The plan.

    :param contributors: everybody who had a hand in it or in a plan that it supersedes; who observed a guard is one of them
    :param proposed_at: aware
    :raises Refused: a tool, service or environment may not be used, no rule says who releases it, the window is frozen (H2)
    :raises BadInput: something in the request does not fit
    """
    at = proposed_at.astimezone(UTC)
    known = Tools.of(tools, request.environment)
    drawn = draw_steps(catalogue, known, request.steps, contributors=sorted(set(contributors)), proposed_at=at)
    services = {each.service.name: each.service for each in drawn}
    risk, reasons = assess(drawn, request.environment)
    rules = rules_for(catalogue, request.environment, risk)
    clocks = clocks_of(rules, at, request.window)
    require_unfrozen(catalogue, services, request.environment, risk, clocks, at)
    roles = [str(service.change_role) for service in services.values()]
    try:
        plan = Plan(
            id=plan_id,
            hold=hold_id,
            supersedes=supersedes,
            environment=request.environment,
            title=request.title,
            reason=request.reason,
            incident=request.incident,
            evidence=request.evidence,
            risk=risk,
            risk_reasons=reasons,
            steps=tuple(each.step for each in drawn),
            callouts=_callouts(drawn),
            quorum=quorum_of(rules, roles, contributors, request.environment),
            contributors=tuple(sorted(set(contributors))),
            proposed_at=at,
            approve_by=clocks.approve_by,
            execute_by=clocks.execute_by,
            window=clocks.window,
            entries=entries_of(services.values(), {each.contract.name: each.step.tool_digest for each in drawn}),
            release_mode=request.release_mode,
            template=request.template,
        )
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'plan'}: {e['msg']}" for e in error.errors()[:5])
        raise BadInput(f"No plan comes of this: {problems}.", next_step="correct the request, or make two plans of it") from None
    return read_plan(body_of(plan))  # as everybody else will read it


def request_of(plan: Plan) -> PlanRequest:
    """What a person asked for: the part of a plan from which the rest is made."""
    steps = tuple(
        WantedStep(
            tool=step.tool,
            service=step.service,
            params=step.params,
            observed={field.field: field.value for field in step.guard if field.after_step is None},
            observed_at=step.observed_at,
            observed_by=step.observed_by,
            after_step=next((field.after_step for field in step.guard if field.after_step is not None), None),
        )
        for step in plan.steps
    )
    return PlanRequest(
        environment=plan.environment,
        title=plan.title,
        reason=plan.reason,
        steps=steps,
        incident=plan.incident,
        evidence=plan.evidence,
        window=plan.window,
        release_mode=plan.release_mode,
        template=plan.template,
    )


def rederive(plan: Plan, catalogue: Catalogue, tools: ToolManifest | None) -> Plan:
    """The plan as today's catalogue, contracts and manifest make it of the same inputs. Raises as `derive`."""
    return derive(
        catalogue,
        tools,
        request_of(plan),
        plan_id=plan.id,
        hold_id=plan.hold,
        supersedes=plan.supersedes,
        contributors=plan.contributors,
        proposed_at=plan.proposed_at,
    )


def require_derived(plan: Plan, catalogue: Catalogue, tools: ToolManifest | None) -> None:
    """Refused (rule `derived`) unless `rederive` makes exactly this plan, byte by byte."""
    try:
        same = body_of(rederive(plan, catalogue, tools)) == body_of(plan)
        why = "the catalogue, a tool or the plan itself was changed"
    except HoldpointError as error:
        same, why = False, error.message.rstrip(".")
    if not same:
        raise Refused(f"The plan is not what it would be made today: {why}."[:300], next_step="propose it anew", rule="derived")


def _callouts(drawn: tuple[Drawn, ...]) -> tuple[Callout, ...]:
    return tuple(callout for each in drawn for callout in each.callouts)
