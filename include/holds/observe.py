"""What a run of `gated_change` does before anybody decides: it claims its hold, and reads each step's guard again.

So the page shows how things are now beside how they were when the plan was made. A read that fails is shown as such.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from include.catalogue.catalogue import Catalogue
from include.contracts.base import clean_text
from include.contracts.errors import BadInput, Conflict, HoldpointError
from include.contracts.hold import Observation
from include.contracts.plan import Plan, Step
from include.contracts.production import ProductionContract
from include.contracts.tool import Output, ToolContract
from include.contracts.tools import production_tool, tool
from include.holds.states import WAITING
from include.holds.view import stored_plan
from include.policy.permit import Target, require
from include.store import hold_runs, holds, ledger, observations
from include.store.database import Store, day, now
from include.store.redacted_model import redact_model
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import OBSERVE

PRINCIPAL = "gated_change@service"

# Given the read tool's contract, the validated input and the principal: the answer, or ReadFailed.
Reader = Callable[[ToolContract, Any, str], Output]


def begin(store: Store, *, hold_id: str, run: str) -> tuple[int, ...]:
    """Claim the hold for this run. Returns the numbers of the steps to observe; none where the hold waits for nobody.

    :raises Conflict: it is not the run that was started for the hold
    :raises NotFound: there is no such hold
    :raises Refused: the stored plan is not the one that was proposed (rule `plan_intact`)
    """
    with store.begin() as conn:
        ledger.lock(conn)
        hold = holds.get(conn, hold_id)
        if not hold_runs.claim(conn, hold_id, run, actor=PRINCIPAL):
            raise Conflict(
                f"This run is not the one that was started for the hold {hold_id}.",
                next_step=f"look at the run {hold.run_id or 'that will be started for it'}; a run made by hand does nothing",
            )
    with store.read() as conn:
        plan = stored_plan(conn, hold)
    return tuple(step.number for step in plan.steps) if hold.state in WAITING else ()


@stage(OBSERVE)
def observe(store: Store, catalogue: Catalogue, *, hold_id: str, step: int, run: str, reader: Reader) -> Observation:
    """Make one step's read and keep what it says of the step's guard.

    :raises Conflict: the hold is another run's
    :raises Denied: no grant allows the read; a retry changes nothing
    :raises ReadFailed: the system did not answer; that is kept too
    """
    with store.read() as conn:
        if not hold_runs.claimed(conn, hold_id, run):
            raise Conflict("This run has claimed no hold.", next_step="look at the hold's own run")
        plan, today = stored_plan(conn, holds.get(conn, hold_id)), day(conn)
    wanted = _step(plan, step)
    contract = production_tool(wanted.tool)
    read = tool(contract.read_back)
    note(tool=read.name)
    try:
        fields = _fields(catalogue, plan, wanted, contract, read, reader, today)
    except HoldpointError as error:
        _keep(store, hold_id, wanted, read, run, {}, f"{error.code}: {error.message}")
        raise
    return _keep(store, hold_id, wanted, read, run, fields, None)


def _step(plan: Plan, number: int) -> Step:
    if not 1 <= number <= len(plan.steps):
        raise BadInput(f"The plan has no step {number}.", next_step="clear the whole run, so that its steps are counted again")
    return plan.steps[number - 1]


def _fields(
    catalogue: Catalogue, plan: Plan, step: Step, contract: ProductionContract, read: ToolContract, reader: Reader, today: date
) -> dict[str, Any]:
    service = catalogue.service(step.service)
    label = catalogue.highest((read.label, service.classification))
    require(catalogue, PRINCIPAL, read.name, Target(service.name, plan.environment, label), today=today)
    query = read.input_model.model_validate({"service": service.name, "environment": plan.environment})
    answer = redact_model(reader(read, query, PRINCIPAL))
    params = contract.input_model.model_validate_json(json.dumps(step.params))
    return contract.observe(params, answer).to_json()


def _keep(
    store: Store, hold_id: str, step: Step, read: ToolContract, run: str, fields: dict[str, Any], problem: str | None
) -> Observation:
    """The observation, and the read's entry in the ledger, where its content does not go."""
    told = None if problem is None else clean_text(" ".join(problem.split()))[:300]
    with store.begin() as conn:
        ledger.lock(conn)
        at = from_text(now(conn))
        kept = Observation(step=step.number, observed_at=at, observed_by=PRINCIPAL, fields=fields, problem=told)
        observations.add(conn, hold_id, kept)
        kind = "tool.called" if problem is None else "tool.failed"
        payload = {"tool": read.name, "service": step.service, "step": step.number}
        ledger.append(conn, actor=PRINCIPAL, kind=kind, subject=hold_id, run=run, payload=payload)
    return kept
