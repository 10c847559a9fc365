"""The loaded catalogue: look-ups, and who is on call at a given time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from include.contracts.catalogue import (
    AlertSource,
    ApprovalRule,
    ApprovalSource,
    Channel,
    ClassificationLevel,
    EscalationChain,
    EscalationLevel,
    Freeze,
    Grant,
    Person,
    RaciKind,
    RaciRow,
    Rota,
    Service,
    Settings,
)
from include.contracts.change_desk import ChangeDesk
from include.contracts.errors import NotFound
from include.contracts.repository import Repository

Row = TypeVar("Row")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything the configuration says; immutable. `revision` names exactly this content."""

    folder: Path
    settings: Settings
    revision: str
    tables: Mapping[str, tuple[Any, ...]] = field(repr=False)

    @cached_property
    def classifications(self) -> dict[str, ClassificationLevel]:
        return self._by_name("classifications")

    @cached_property
    def people(self) -> dict[str, Person]:
        return self._by_name("people")

    @cached_property
    def rotas(self) -> dict[str, Rota]:
        return self._by_name("rotas")

    @cached_property
    def channels(self) -> dict[str, Channel]:
        return self._by_name("channels")

    @cached_property
    def escalations(self) -> dict[str, EscalationChain]:
        return self._by_name("escalations")

    @cached_property
    def services(self) -> dict[str, Service]:
        return self._by_name("services")

    @cached_property
    def sources(self) -> dict[str, AlertSource]:
        return self._by_name("sources")

    @cached_property
    def approval_sources(self) -> dict[str, ApprovalSource]:
        return self._by_name("approval_sources")

    @property
    def change_desks(self) -> tuple[ChangeDesk, ...]:
        """In the order of the file, which decides."""
        return self.tables["change_desks"]

    @cached_property
    def repositories(self) -> dict[str, Repository]:
        return self._by_name("repositories")

    @property
    def approvals(self) -> tuple[ApprovalRule, ...]:
        return self.tables["approvals"]

    @property
    def freezes(self) -> tuple[Freeze, ...]:
        return self.tables["freezes"]

    @property
    def grants(self) -> tuple[Grant, ...]:
        return self.tables["grants"]

    @property
    def raci(self) -> tuple[RaciRow, ...]:
        return self.tables["raci"]

    def _by_name(self, table: str) -> dict[str, Any]:
        return {row.name: row for row in self.tables[table]}

    def service(self, name: str) -> Service:
        return _get(self.services, name, "service", "services.yaml")

    def source(self, name: str) -> AlertSource:
        return _get(self.sources, name, "alert source", "sources.yaml")

    def repository(self, name: str) -> Repository:
        return _get(self.repositories, name, "repository", "repositories.yaml")

    def person(self, name: str) -> Person:
        return _get(self.people, name, "person", "people.yaml")

    def rank(self, label: str) -> int:
        """The rank of a classification; an unknown one ranks above all (H2: what is not known is not shown)."""
        level = self.classifications.get(label)
        return level.rank if level else 1_000_000

    def highest(self, labels: tuple[str, ...]) -> str:
        """The highest of some labels; at least one."""
        return max(labels, key=lambda label: (self.rank(label), label))

    @property
    def lowest(self) -> str:
        """The classification with the lowest rank."""
        return min(self.classifications, key=self.rank)

    def accountable(self, kind: RaciKind, name: str) -> RaciRow | None:
        """The RACI row for a thing: its own, else the kind's `*` row, else None."""
        own = {row.name: row for row in self.raci if row.kind is kind}
        return own.get(name) or own.get("*")

    def on_call(self, rota_name: str, at: datetime) -> Person:
        """Who is on call at `at` (aware): an explicit shift, else the rotation, else the fallback."""
        rota = _get(self.rotas, rota_name, "rota", "rotas.yaml")
        return self.person(_on_call_name(rota, at))

    def told(self, level: EscalationLevel, at: datetime) -> Person:
        """Whom a level of an escalation chain means at `at`: the person it names, or who is on call in its rota."""
        rota = level.tell.removeprefix("rota:")
        return self.on_call(rota, at) if rota != level.tell else self.person(level.tell)

    def dependants(self, service: str) -> tuple[str, ...]:
        """Services that depend on this one directly, sorted."""
        return tuple(sorted(name for name, row in self.services.items() if service in row.depends_on))


def _on_call_name(rota: Rota, at: datetime) -> str:
    for shift in rota.shifts:
        if shift.start <= at < shift.end:
            return shift.person
    if rota.rotation and rota.rotation_start and at >= rota.rotation_start:
        turns = (at - rota.rotation_start) // timedelta(days=rota.rotation_days)
        return rota.rotation[turns % len(rota.rotation)]
    return rota.fallback


def _get(rows: Mapping[str, Row], name: str, what: str, file: str) -> Row:
    try:
        return rows[name]
    except KeyError:
        known = ", ".join(sorted(rows)[:20])
        raise NotFound(f"There is no {what} {name!r}.", next_step=f"use one of: {known}; or add it to {file}") from None
