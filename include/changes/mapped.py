"""Steps of a change request as calls of registered production tools, where each of them says exactly one such call.

A document chooses no tool by its words alone: what comes of this is an offer, which a person has to sign as their own plan and
other people have to release. So the rule is narrow: every step that changes something is recognised by one contract, whole, and
names one thing of one affected service. If one step is anything else, there is no offer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from include.catalogue.catalogue import Catalogue
from include.contracts.change import Step
from include.contracts.errors import BadInput
from include.contracts.production import ProductionContract
from include.contracts.tools import production_tools

MAX_CALLS = 20


@dataclass(frozen=True)
class Call:
    """One step as a call of a tool, its parameters checked."""

    step: int
    tool: str
    service: str
    params: dict[str, JsonValue]


def calls_of(steps: Sequence[Step], catalogue: Catalogue, services: Collection[str]) -> tuple[tuple[Call, ...], str]:
    """The calls, or none; and why, in a sentence.

    :param services: those that the document affects
    """
    changing = [step for step in steps if step.changes_state]
    if not changing:
        return (), "The notes have no step that changes something."
    if len(changing) > MAX_CALLS:
        return (), f"The notes have more than {MAX_CALLS} steps that change something."
    calls = [_call(step, catalogue, services) for step in changing]
    missing = [step.number for step, call in zip(changing, calls, strict=True) if call is None]
    if missing:
        numbers = ", ".join(map(str, missing[:12]))
        return (), f"No registered tool does exactly what these steps say: {numbers}."
    return tuple(call for call in calls if call is not None), "Every step that changes something is a call of a registered tool."


def _call(step: Step, catalogue: Catalogue, services: Collection[str]) -> Call | None:
    """The one call that the step can mean; None where there is none, or more than one."""
    found = [
        Call(step.number, contract.name, service, params)
        for contract in production_tools()
        if contract.recognise is not None and (params := contract.recognise(step.text)) is not None
        for service in services
        if _fits(contract, params, catalogue, service)
    ]
    return found[0] if len(found) == 1 else None


def _fits(contract: ProductionContract, params: dict[str, JsonValue], catalogue: Catalogue, service: str) -> bool:
    try:
        contract.target(contract.input_model.model_validate(params), catalogue.service(service))
    except (BadInput, ValueError):
        return False
    return True
