"""Who must release a plan and until when: the most demanding of the rules in approvals.yaml that match it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import ApprovalRule
from include.contracts.errors import Refused
from include.contracts.plan import LAB, Quorum, Risk, Window
from include.policy.calendar import freezes_between, frozen_throughout

MOST_APPROVALS = 10


@dataclass(frozen=True)
class Clocks:
    """UTC."""

    approve_by: datetime
    execute_by: datetime
    window: Window | None


def rules_for(catalogue: Catalogue, environment: str, risk: Risk) -> tuple[ApprovalRule, ...]:
    """The rules that match, by name; Refused where none does: what no rule covers cannot be proposed (H2)."""
    found = [
        rule
        for rule in catalogue.approvals
        if risk.value in rule.risks and ("*" in rule.environments or environment in rule.environments)
    ]
    if not found:
        raise Refused(
            f"No rule says who releases a plan of {risk.value} risk in {environment}.",
            next_step="ask for a reviewed row in approvals.yaml; without one nothing can be proposed there",
            rule="quorum",
        )
    return tuple(sorted(found, key=lambda rule: rule.name))


def quorum_of(rules: Collection[ApprovalRule], roles: Collection[str], contributors: Collection[str], environment: str) -> Quorum:
    """The most approvals that any rule asks for, one more where a machine had a hand in it; only sources that all allow."""
    machine = environment != LAB and any(name.endswith("@service") for name in contributors)
    most = max(rule.approvals for rule in rules) + machine
    sources = frozenset.intersection(*(frozenset(rule.outside_sources) for rule in rules))
    return Quorum(approvals=min(most, MOST_APPROVALS), roles=tuple(sorted(set(roles))), outside_sources=tuple(sorted(sources)))


def clocks_of(rules: Collection[ApprovalRule], proposed_at: datetime, window: Window | None) -> Clocks:
    """The shortest times that any rule allows, in whole seconds, and not beyond the window's end.

    :param proposed_at: UTC
    :raises Refused: the window is over, or begins only after the plan has expired
    """
    start = proposed_at.replace(microsecond=0)  # what people are shown is what counts
    approve_by = start + timedelta(minutes=min(rule.approve_within_minutes for rule in rules))
    execute_by = approve_by + timedelta(minutes=min(rule.execute_within_minutes for rule in rules))
    if window is None:
        return Clocks(approve_by, execute_by, None)
    window = Window(start=window.start.astimezone(UTC), end=window.end.astimezone(UTC))
    if window.end <= proposed_at:
        raise _outside(f"The window ended at {window.end:%Y-%m-%d %H:%M} UTC, before the plan was proposed.")
    if window.start >= execute_by:
        raise _outside(f"The window starts after the plan expires, at {execute_by:%Y-%m-%d %H:%M} UTC.")
    return Clocks(min(approve_by, window.end), min(execute_by, window.end), window)


def require_unfrozen(
    catalogue: Catalogue, services: Collection[str], environment: str, risk: Risk, clocks: Clocks, proposed_at: datetime
) -> None:
    """Refused where a freeze reaches into the window, or leaves the plan no moment before it expires."""
    start, end = (clocks.window.start, clocks.window.end) if clocks.window else (proposed_at, clocks.execute_by)
    freezes = freezes_between(catalogue, services, environment, risk, start, end)
    if freezes and (clocks.window is not None or frozen_throughout(freezes, start, end)):
        name, until = freezes[0].name, max(freeze.end for freeze in freezes).astimezone(UTC)
        raise Refused(
            f"The freeze {name} {'reaches into the window' if clocks.window else 'lasts until the plan has expired'}.",
            next_step=f"choose a time after {until:%Y-%m-%d %H:%M} UTC, or ask the freeze's owner",
            rule="freeze",
        )


def _outside(problem: str) -> Refused:
    return Refused(
        problem, next_step="choose a window within the plan's clocks, or propose it nearer to its window", rule="window"
    )
