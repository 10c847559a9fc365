"""One step of a plan, drawn from what a person asks for, the catalogue, the tool's contract and the writer's manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from include.catalogue.catalogue import Catalogue
from include.contracts.base import Contract
from include.contracts.catalogue import Service
from include.contracts.errors import BadInput, HoldpointError, Refused
from include.contracts.plan import LAB, Callout, Expectation, GuardField, Params, Step, WantedStep
from include.contracts.production import ProductionContract, ToolEntry, ToolManifest
from include.contracts.tools import TOOLS
from include.holds.expected import is_met
from include.holds.manifest import contract_digest
from include.store.canonical import canonical

CLOCK_SKEW = timedelta(minutes=5)
FRESH = timedelta(hours=1)
_NAMES_CHARS = 200


@dataclass(frozen=True)
class Tools:
    """The tools that this plan may name: those that stand in the manifest exactly as the code here has them."""

    environment: str
    manifest: Mapping[str, ToolEntry]

    @classmethod
    def of(cls, manifest: ToolManifest | None, environment: str) -> Tools:
        """:raises Refused: there is no manifest, or it is another environment's"""
        if manifest is None:
            raise Refused(
                "There is no signed tool manifest, so nothing can be planned.",
                next_step="put tools.json and tools.pub of the environment's writer into HOLDPOINT_TRUST",
                rule="derived",
            )
        if manifest.environment != environment:
            raise Refused(
                f"The tool manifest is that of {manifest.environment}, not of {environment}.",
                next_step="plan for the writer's own environment, or load the other writer's manifest",
                rule="environment",
            )
        return cls(environment, {entry.name: entry for entry in manifest.tools})

    def find(self, name: str) -> tuple[ProductionContract, ToolEntry]:
        """:raises Refused: no such tool, not in the manifest or not as there, or it does not act in the environment"""
        contract, entry = TOOLS.get(name), self.manifest.get(name)
        if not isinstance(contract, ProductionContract):
            raise _unknown(f"{name} is no tool that changes production.", "name one of ./holdpoint contracts check")
        if entry is None:
            raise _unknown(f"The writer of {self.environment} does not have {name}.", "name a tool of its manifest")
        if (entry.version, entry.digest) != (contract.version, contract_digest(contract)):
            raise _unknown(
                f"The writer of {self.environment} has another {name} than this installation.",
                "bring both to one version, then sign a new manifest (./holdpoint contracts manifest)",
            )
        if self.environment not in contract.environments:
            raise Refused(
                f"{name} does not act in {self.environment}.",
                next_step=f"use it in: {', '.join(contract.environments)}",
                rule="environment",
            )
        return contract, entry


@dataclass(frozen=True)
class Drawn:
    """A step, and what it was drawn from. `guard` None: left by an earlier step."""

    step: Step
    contract: ProductionContract
    service: Service
    guard: Contract | None
    callouts: tuple[Callout, ...]


def draw_steps(
    catalogue: Catalogue, tools: Tools, wanted: Sequence[WantedStep], *, contributors: Sequence[str], proposed_at: datetime
) -> tuple[Drawn, ...]:
    """All steps in their order.

    :param proposed_at: UTC
    :raises Refused: a tool or a service may not be used; the rule says why
    :raises BadInput: parameters, an observation or the order of steps do not fit
    """
    known = {name: tools.find(name) for name in sorted({step.tool for step in wanted})}
    found: list[Drawn] = []
    for number, step in enumerate(wanted, 1):
        with _told_of_step(number):
            contract, entry = known[step.tool]
            service = _service(catalogue, step.service, tools.environment)
            _require_observed(step, contributors, proposed_at)
            found.append(_draw(number, step, contract, entry, service, found))
    return tuple(_with_common_callouts(catalogue, tools.environment, found, proposed_at))


def _service(catalogue: Catalogue, name: str, environment: str) -> Service:
    service = catalogue.services.get(name)
    if service is None:
        raise _unknown(f"{name} is no service of the catalogue.", "name a service of services.yaml")
    if environment not in service.environments:
        raise Refused(
            f"{name} is not in {environment}.", next_step=f"use one of: {', '.join(service.environments)}", rule="environment"
        )
    if service.change_role is None:
        raise Refused(
            f"Nobody may release changes of {name}: it has no change_role.",
            next_step="its owner adds change_role to services.yaml",
            rule="role",
        )
    return service


def _require_observed(step: WantedStep, contributors: Sequence[str], proposed_at: datetime) -> None:
    if step.observed_by not in contributors:
        raise BadInput(
            "The guard was observed by somebody who did not contribute to the plan.",
            next_step="leave observed_by out, or name a contributor",
        )
    if step.observed_at.astimezone(UTC) > proposed_at + CLOCK_SKEW:
        raise BadInput("The guard was observed after the plan was proposed.", next_step="correct observed_at, or the clocks")


def _draw(
    number: int, wanted: WantedStep, contract: ProductionContract, entry: ToolEntry, service: Service, before: list[Drawn]
) -> Drawn:
    params = _checked(contract.input_model, wanted.params, "params")
    target = contract.target(params, service)
    guard = _guard(wanted, contract, target, before)
    fields = {} if guard is None else guard.to_json()
    step = Step(
        number=number,
        tool=contract.name,
        tool_version=entry.version,
        tool_digest=entry.digest,
        service=service.name,
        target=target,
        params=params.to_json(),
        says=contract.says(params, service.name),
        guard=tuple(_guard_fields(contract, wanted.after_step, fields)),
        observed_at=wanted.observed_at.astimezone(UTC),
        observed_by=str(wanted.observed_by),
        undo=contract.undo(params, guard),
        expectations=tuple(_expectation(each, guard, fields) for each in contract.expect(params, guard)),
        max_effect_s=contract.max_effect_s,
    )
    return Drawn(step, contract, service, guard, contract.call_out(params, guard, service))


def _checked(model: type[Contract], values: Params, what: str) -> Contract:
    """Through JSON, as it came: strict models take a time from text there, and no whole number from a fraction."""
    try:
        found = model.model_validate_json(json.dumps(values, allow_nan=False))
        canonical(found.to_json())
        return found
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, (what, *e['loc'])))}: {e['msg']}" for e in error.errors()[:5])
    except (ValueError, RecursionError) as error:
        problems = f"{what}: {error}"
    raise BadInput(f"{problems}.", next_step="./holdpoint contracts show TOOL has the schemas")


def _guard(wanted: WantedStep, contract: ProductionContract, target: str, before: list[Drawn]) -> Contract | None:
    """As observed; None where the last earlier step on the same target leaves it."""
    earlier = [each.step.number for each in before if each.step.target == target]
    if wanted.after_step is None:
        if earlier:
            raise BadInput(
                f"Step {earlier[-1]} changes {target} before it, so what was observed will not stand.",
                next_step=f"give after_step: {earlier[-1]} and no observed",
            )
        return _checked(contract.guard_model, wanted.observed, "observed")
    if wanted.observed:
        raise BadInput("It has both observed and after_step.", next_step="give one of them")
    if wanted.after_step != (earlier[-1] if earlier else None):
        raise BadInput(
            f"after_step names a step that is not the last one before it on {target}.",
            next_step=f"give after_step: {earlier[-1]}" if earlier else "give what is observed instead",
        )
    return None


def _guard_fields(contract: ProductionContract, after_step: int | None, fields: Mapping[str, Any]) -> Iterator[GuardField]:
    for name in sorted(contract.guard_model.model_fields):
        yield GuardField(field=name, value=fields.get(name), after_step=after_step)


def _expectation(said: Expectation, guard: Contract | None, fields: Mapping[str, Any]) -> Expectation:
    """What is not known is taken to be so already: then finding it would prove nothing (H7)."""
    return said.model_copy(update={"already_true": True if guard is None else is_met(said, fields)})


# -- Callouts that every tool's steps have -----------------------------------------------------------------------------


def _with_common_callouts(
    catalogue: Catalogue, environment: str, drawn: Sequence[Drawn], proposed_at: datetime
) -> Iterator[Drawn]:
    seen: set[str] = set()
    for each in drawn:
        with _told_of_step(each.step.number):
            found = [*each.callouts, *_of_step(each, proposed_at)]
        if each.service.name not in seen:  # once a service: who reads a thing twice reads it no more
            found += _of_service(catalogue, each.service, environment)
        seen.add(each.service.name)
        yield replace(each, callouts=tuple(_numbered(each.step.number, found)))


def _of_step(drawn: Drawn, proposed_at: datetime) -> Iterator[Callout]:
    step = drawn.step
    if step.undo.action is None:
        yield Callout(id="no-undo", says=step.undo.says)
    for position, expected in enumerate(step.expectations, 1):
        if expected.already_true:
            so = "is so already" if drawn.guard is not None else "may be so already"
            says = f"“{expected.says}” {so}: finding it proves nothing"
            yield Callout(id=f"already-true-{position}", says=says)
    if proposed_at - step.observed_at > FRESH:
        yield Callout(id="observed-long-ago", says=f"{step.target} was observed more than an hour before the plan was proposed")


def _of_service(catalogue: Catalogue, service: Service, environment: str) -> Iterator[Callout]:
    if service.tier == 1 and environment != LAB:
        yield Callout(id="tier-1", says=f"{service.name} is tier 1: an outage of it is one of the worst there are")
    names = [name for name in catalogue.dependants(service.name) if environment in catalogue.services[name].environments]
    for part, some in enumerate(_portions(names), 1):
        verb = "depends" if len(some) == 1 else "depend"
        yield Callout(id=f"dependants-{part}" if part > 1 else "dependants", says=f"{', '.join(some)} {verb} on {service.name}")


def _portions(names: Sequence[str]) -> list[list[str]]:
    """Names, as many as one line holds: nothing that is decided on is cut off."""
    lines: list[list[str]] = []
    for name in names:
        if not lines or len(", ".join([*lines[-1], name])) > _NAMES_CHARS:
            lines.append([])
        lines[-1].append(name)
    return lines


def _numbered(number: int, callouts: Sequence[Callout]) -> Iterator[Callout]:
    for callout in sorted(callouts, key=lambda each: each.id):
        yield Callout(id=f"step-{number}.{callout.id}", says=callout.says, step=number)


# -- Errors ------------------------------------------------------------------------------------------------------------


def _unknown(problem: str, next_step: str) -> Refused:
    return Refused(problem, next_step=next_step, rule="derived")


@contextmanager
def _told_of_step(number: int) -> Iterator[None]:
    """Errors inside say which step they are about."""
    where = f"Step {number}: "
    try:
        yield
    except ValidationError as error:
        problem = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise BadInput(f"{where}{problem}.", next_step="correct the step") from None
    except Refused as error:
        raise Refused(where + error.message, next_step=error.next_step, rule=error.rule) from None
    except HoldpointError as error:
        raise type(error)(where + error.message, next_step=error.next_step) from None
