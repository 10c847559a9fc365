"""May this principal use this tool on this target today? Default deny: only a positive grant allows (H2).

No rule subtracts: a grant that does not match adds nothing, so a missing attribute can only deny.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Grant
from include.contracts.errors import Denied
from include.contracts.tool import ToolClass
from include.contracts.tools import TOOLS


@dataclass(frozen=True)
class Target:
    """What a tool would touch. `service` or `environment` None is matched by a `*` grant only."""

    service: str | None
    environment: str | None
    label: str


@dataclass(frozen=True)
class Decision:
    """`grant` names the rule that allowed it; `reason` is for the ledger and the operator, free of content."""

    allowed: bool
    grant: str | None
    reason: str


def decide(catalogue: Catalogue, principal: str, tool: str, target: Target, *, today: date) -> Decision:
    """Look for one grant that allows exactly this."""
    if tool not in TOOLS:
        return Decision(False, None, f"{tool} is not a registered tool")
    if target.label not in catalogue.classifications:
        return Decision(False, None, f"{target.label} is not a classification of the catalogue")
    for grant in _grants_of(catalogue, principal, today):
        if _covers(grant, tool, target.service, target.environment) and target.label in grant.classifications:
            return Decision(True, grant.name, f"allowed by the grant {grant.name}")
    return Decision(False, None, f"no grant allows {principal} to use {tool} here")


def require(catalogue: Catalogue, principal: str, tool: str, target: Target, *, today: date) -> Decision:
    """`decide`, or Denied."""
    decision = decide(catalogue, principal, tool, target, today=today)
    if not decision.allowed:
        raise Denied(
            f"Denied: {decision.reason}.",
            next_step="if the work needs it, ask the tool's owner for a reviewed row in grants.yaml; a retry changes nothing",
        )
    return decision


def readable_labels(
    catalogue: Catalogue, principal: str, tool: str, service: str | None, environment: str | None, *, today: date
) -> frozenset[str]:
    """The classifications this principal may read with this tool there; empty when none.

    :param environment: None asks for what holds in some environment (for sources that belong to no environment, as runbooks)
    """
    return frozenset(
        label
        for grant in _grants_of(catalogue, principal, today)
        if _matches(grant.tools, tool)
        and _matches(grant.services, service)
        and (environment is None or _matches(grant.environments, environment))
        for label in grant.classifications
        if label in catalogue.classifications
    )


def clears(catalogue: Catalogue, person: str, labels: tuple[str, ...], service: str | None, *, today: date) -> bool:
    """May this person read a document that used all these labels about this service, by whatever tool?

    To be permitted to propose a change of a service is not to be permitted to read about it.
    """
    readable = {
        label
        for grant in _grants_of(catalogue, person, today)
        if _matches(grant.services, service) and not all(map(_changes_production, grant.tools))
        for label in grant.classifications
    }
    return bool(labels) and set(labels) <= readable and set(labels) <= set(catalogue.classifications)


def _grants_of(catalogue: Catalogue, principal: str, today: date) -> Iterator[Grant]:
    person = catalogue.people.get(principal)
    roles = frozenset(person.roles) if person else frozenset()
    is_service = principal.endswith("@service")
    if person is None and not is_service:
        return
    for grant in catalogue.grants:
        expired = grant.expires is not None and grant.expires < today
        if not expired and (principal in grant.principals or not roles.isdisjoint(grant.roles)):
            yield grant


def _covers(grant: Grant, tool: str, service: str | None, environment: str | None) -> bool:
    return _names(grant, tool) and _matches(grant.services, service) and _matches(grant.environments, environment)


def _names(grant: Grant, tool: str) -> bool:
    """`*` never stands for a tool that changes production: whoever wrote it may have known of none."""
    return tool in grant.tools if _changes_production(tool) else _matches(grant.tools, tool)


def _changes_production(tool: str) -> bool:
    return tool in TOOLS and TOOLS[tool].tool_class is ToolClass.PRODUCTION_WRITE


def _matches(patterns: tuple[str, ...], value: str | None) -> bool:
    return "*" in patterns or (value is not None and value in patterns)
