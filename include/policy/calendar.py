"""When steps may run: freezes of the catalogue and the window of a plan. All intervals are [start, end).

Times are compared as instants: two times of one zone would otherwise be compared by their wall clocks, and the hour that
exists twice in autumn would be one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Freeze
from include.contracts.plan import Plan, Risk, Window

_RANK = {"none": 0, Risk.LOW.value: 1, Risk.MEDIUM.value: 2, Risk.HIGH.value: 3}


def frozen(catalogue: Catalogue, plan: Plan, at: datetime) -> Freeze | None:
    """The freeze that keeps this plan from running at `at` (aware), if there is one."""
    return freeze_at(catalogue, plan.services, plan.environment, plan.risk, at)


def freeze_at(catalogue: Catalogue, services: Collection[str], environment: str, risk: Risk, at: datetime) -> Freeze | None:
    """The freeze that keeps a plan of this risk from running at `at` (aware); of several, the one that ends last."""
    now = at.astimezone(UTC)
    found = [freeze for freeze in _binding(catalogue, services, environment, risk) if _start(freeze) <= now < _end(freeze)]
    return max(found, key=lambda freeze: (_end(freeze), freeze.name), default=None)


def freezes_between(
    catalogue: Catalogue, services: Collection[str], environment: str, risk: Risk, start: datetime, end: datetime
) -> tuple[Freeze, ...]:
    """All freezes that bind such a plan for some of [start, end), by their start."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    found = [
        freeze for freeze in _binding(catalogue, services, environment, risk) if _start(freeze) < last and first < _end(freeze)
    ]
    return tuple(sorted(found, key=lambda freeze: (_start(freeze), _end(freeze), freeze.name)))


def frozen_throughout(freezes: Collection[Freeze], start: datetime, end: datetime) -> bool:
    """Do these freezes, by their start, leave no moment of [start, end)?"""
    free_from, last = start.astimezone(UTC), end.astimezone(UTC)
    for freeze in freezes:
        if _start(freeze) > free_from:
            return False
        free_from = max(free_from, _end(freeze))
    return free_from >= last


def in_window(window: Window | None, at: datetime) -> bool:
    """Is `at` (aware) inside the plan's window? A plan without one is bound by its clocks alone."""
    if window is None:
        return True
    return window.start.astimezone(UTC) <= at.astimezone(UTC) < window.end.astimezone(UTC)


def _binding(catalogue: Catalogue, services: Collection[str], environment: str, risk: Risk) -> list[Freeze]:
    return [
        freeze
        for freeze in catalogue.freezes
        if ("*" in freeze.environments or environment in freeze.environments)
        and ("*" in freeze.services or not frozenset(freeze.services).isdisjoint(services))
        and _RANK[risk.value] > _RANK[freeze.allows]
    ]


def _start(freeze: Freeze) -> datetime:
    return freeze.start.astimezone(UTC)


def _end(freeze: Freeze) -> datetime:
    return freeze.end.astimezone(UTC)
