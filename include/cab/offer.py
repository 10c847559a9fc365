"""The plan that a change request would make, where its steps are calls of registered tools; otherwise it is for people only.

Nobody has proposed it: the requester reads it, and may sign it as their own. Guards are observed now, under the workflow's own
identity, so the workflow is a contributor of the plan and one more person must approve it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from include.cab.sight import in_sight
from include.cab.subject import services_of
from include.catalogue.catalogue import Catalogue
from include.changes.mapped import Call, calls_of
from include.changes.notes import Notes
from include.changes.read import read_notes
from include.contracts.cab import Origin
from include.contracts.change import Assessment, Standing
from include.contracts.errors import Conflict, HoldpointError
from include.contracts.incident import Incident
from include.contracts.plan import Params, PlanRequest, WantedStep, Window
from include.contracts.tool import Output, ToolContract
from include.contracts.tools import production_tool, tool
from include.policy.permit import Target, decide, require
from include.store import changes, ledger
from include.store.database import Store, day, now
from include.store.redacted_model import redact_model
from include.store.times import from_text
from include.telemetry.spans import stage
from include.telemetry.stages import OFFER
from include.triage.begin import require_claim

PRINCIPAL = "change_request@service"
# Given the read tool's contract, the validated input and the principal: the answer, or ReadFailed.
Reader = Callable[[ToolContract, Any, str], Output]


@stage(OFFER)
def offer_plan(
    store: Store, catalogue: Catalogue, *, change_id: str, briefing: int, run: str, reader: Reader
) -> tuple[PlanRequest | None, str]:
    """Make and keep the offer, or the reason why there is none.

    :raises Conflict: this run does not have the preparation, or nothing was assessed in it
    :raises ReadFailed: a target could not be observed; the reason is kept, and clearing the task tries again
    """
    with store.read() as conn:
        item = require_claim(conn, change_id, briefing, run)
        found = changes.assessment_of(conn, change_id, briefing)
        notes, today = changes.notes_of(conn, change_id), day(conn)
    if found is None:
        raise Conflict("Nothing was assessed yet.", next_step="clear the task assess_change; it may be that it failed")
    if notes.origin is not Origin.NOTES:
        said = "Only notes that a person handed in are read for a plan; a ticket's or a brief's words choose no tool."
        return _keep(store, item, briefing, run, None, said)
    calls, reason = _calls(catalogue, item, read_notes(notes.text), found, today)
    if not calls:
        return _keep(store, item, briefing, run, None, reason)
    try:
        request = _request(store, catalogue, item, found, calls, reader, today)
    except HoldpointError as error:
        _keep(store, item, briefing, run, None, f"A target could not be observed ({error.code}).")
        raise
    return _keep(store, item, briefing, run, request, reason)


def _calls(catalogue: Catalogue, item: Incident, document: Notes, found: Assessment, today: date) -> tuple[tuple[Call, ...], str]:
    """Of the calls, all or none: the requester must be allowed to propose each."""
    sight = in_sight(catalogue, item.principal, str(item.environment), today=today)
    services = services_of(document, catalogue, item.principal, str(item.environment), today=today)
    calls, reason = calls_of(document, found.steps, sight, services)
    for call in calls:
        label = catalogue.highest((tool(call.tool).label, catalogue.service(call.service).classification))
        target = Target(call.service, item.environment, label)
        if not decide(catalogue, item.principal, call.tool, target, today=today).allowed:
            return (), f"{item.principal} may not propose {call.tool} on {call.service}."
    return calls, reason


def _request(
    store: Store, catalogue: Catalogue, item: Incident, found: Assessment, calls: tuple[Call, ...], reader: Reader, today: date
) -> PlanRequest:
    steps: list[WantedStep] = []
    last: dict[str, int] = {}  # target -> the step that leaves it
    for number, call in enumerate(calls, 1):
        contract, service = production_tool(call.tool), catalogue.service(call.service)
        target = contract.target(contract.input_model.model_validate(call.params), service)
        observed = {} if target in last else _observed(catalogue, item, call, reader, today)
        with store.read() as conn:
            at = from_text(now(conn))
        steps.append(
            WantedStep(
                tool=call.tool,
                service=call.service,
                params=call.params,
                observed=observed,
                observed_at=at,
                observed_by=PRINCIPAL,
                after_step=last.get(target),
            )
        )
        last[target] = number
    return PlanRequest(
        environment=str(item.environment),
        title=item.title,
        reason=_reason(item, found),
        steps=tuple(steps),
        incident=item.id,
        window=_window(found),
    )


def _reason(item: Incident, found: Assessment) -> str:
    said = [each.reason for each in found.aspects if each.name == "purpose" and each.standing is Standing.PRESENT]
    return f"{said[0] if said else item.title} (change request {item.id})"


def _window(found: Assessment) -> Window | None:
    window = found.window
    if window is None or window.start is None or window.end is None:
        return None
    return Window(start=window.start, end=window.end)


def _observed(catalogue: Catalogue, item: Incident, call: Call, reader: Reader, today: date) -> Params:
    """The guard's fields as they are now, read under the workflow's own identity."""
    contract, service = production_tool(call.tool), catalogue.service(call.service)
    read = tool(contract.read_back)
    label = catalogue.highest((read.label, service.classification))
    require(catalogue, PRINCIPAL, read.name, Target(service.name, item.environment, label), today=today)
    query = read.input_model.model_validate({"service": service.name, "environment": item.environment})
    answer = redact_model(reader(read, query, PRINCIPAL))
    return contract.observe(contract.input_model.model_validate(call.params), answer).to_json()


def _keep(
    store: Store, item: Incident, briefing: int, run: str, request: PlanRequest | None, reason: str
) -> tuple[PlanRequest | None, str]:
    with store.begin() as conn:
        ledger.lock(conn)
        changes.keep_offer(conn, item.id, briefing, request, reason, at=now(conn))
        payload = {
            "briefing": briefing,
            "offered": request is not None,
            "reason": reason,
            "steps": [{"tool": step.tool, "service": step.service} for step in request.steps] if request else [],
        }
        ledger.append(conn, actor=PRINCIPAL, kind="change.offered", subject=item.id, run=run, payload=payload)
    return request, reason
