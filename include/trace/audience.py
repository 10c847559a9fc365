"""What one person may see of the ledger (H12). Only a positive grant opens anything.

An entry is about what its subject is about: an incident; a hold's services; or a record whose first entry says `incident`,
`service` or `services`. Whoever clears all of that may see the entry, and of a hold whoever may release changes of its services.
A payload may be classified higher (a brief that used logon records): it is shown to who clears that too, and `withheld` from
the others.

What is about no service (a migration, a quarantine, a person's key) is for audit review: the people that `raci.yaml` names as its
responsible, accountable or consulted, and they need a grant for all services that clears it. It counts as high as any service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person, RaciKind
from include.policy.labels import label_by_origin
from include.policy.permit import clears
from include.store.database import day
from include.store.origins import Origin, Origins, labels_of


class Scope(NamedTuple):
    """What a subject is about. `general`: about no service, so for audit review only; `hold`: open to change roles too."""

    labels: frozenset[str]
    services: tuple[str | None, ...]
    general: bool = False
    hold: bool = False


class Audience:
    """One person, for the length of one transaction of `Store.read()`."""

    def __init__(self, conn: Connection, catalogue: Catalogue, person: Person) -> None:
        self._catalogue = catalogue
        self._person = person
        self._today = day(conn)
        self._origins = Origins(conn)
        self._scopes: dict[Origin, Scope] = {}
        self._cleared: dict[tuple[frozenset[str], str | None], bool] = {}
        self._reviews = any(
            row.kind is RaciKind.AUDIT_REVIEW and person.name in (row.responsible, row.accountable, *row.consulted)
            for row in catalogue.raci
        )

    @property
    def sees_everything(self) -> bool:
        """Nothing in the ledger is hidden from this person."""
        return self._reviews and self._clears(frozenset(self._catalogue.classifications), None)

    def may_see(self, subject: str) -> bool:
        """May this person know of entries about this subject?"""
        return self._allows(self._origins.of(subject), frozenset())

    def may_read(self, subject: str, payload: Mapping[str, Any]) -> bool:
        """May this person read this payload of an entry about this subject?"""
        return self._allows(self._origins.of(subject), labels_of(payload))

    def may_count(self, origin: Origin, labels: Collection[str]) -> bool:
        """May this person count entries about what has this origin, whose payloads claim these classifications?"""
        return self._allows(origin, frozenset(labels))

    def origin(self, subject: str) -> Origin:
        """What the subject is about."""
        return self._origins.of(subject)

    def learn(self, subjects: Iterable[str]) -> None:
        """Look up many subjects at once."""
        self._origins.learn(subjects)

    def _allows(self, origin: Origin, more: frozenset[str]) -> bool:
        scope = self._scope(origin)
        if scope.general and not self._reviews:
            return False
        labels = scope.labels | more
        return all(
            self._clears(labels, service) or (scope.hold and not more and self._may_release(service))
            for service in scope.services
        )

    def _may_release(self, service: str | None) -> bool:
        """As `include/holds/reading.py` has it, but for contributors: these only the plan names, and no entry."""
        row = self._catalogue.services.get(service or "")
        return row is not None and row.change_role in self._person.roles

    def _clears(self, labels: frozenset[str], service: str | None) -> bool:
        key = (labels, service)
        if key not in self._cleared:
            self._cleared[key] = clears(self._catalogue, self._person.name, tuple(labels), service, today=self._today)
        return self._cleared[key]

    def _scope(self, origin: Origin) -> Scope:
        if origin not in self._scopes:
            self._scopes[origin] = self._scope_of(origin)
        return self._scopes[origin]

    def _scope_of(self, origin: Origin) -> Scope:
        labels, found = frozenset(origin.labels), origin.incident
        if found is not None:
            own = label_by_origin(self._catalogue, found.service, found.source, umbrella=found.umbrella)
            return Scope(labels | {own}, (found.service,))
        if origin.services:
            known = self._catalogue.services
            of_services = {known[name].classification if name in known else self._highest() for name in origin.services}
            return Scope(labels | of_services, tuple(dict.fromkeys(origin.services)), hold=origin.hold)
        return Scope(frozenset({self._highest()}), (None,), general=True)

    def _highest(self) -> str:
        """As high as any service, as `label_of` has it for what is about all of them."""
        services = tuple(row.classification for row in self._catalogue.services.values())
        return self._catalogue.highest(services or tuple(self._catalogue.classifications))
