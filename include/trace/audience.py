"""What one person may see of the ledger (H12). Only a positive grant opens anything.

An entry is about what its subject is about: an incident; a hold's services; or a record whose first entry says `incident`,
`service` or `services`. Whoever clears all of that may see the entry, and of a hold whoever may release changes of its services.
A payload may be classified higher (a brief that used logon records): it is shown to who clears that too, and `withheld` from
the others.

What is about no service (a migration, a quarantine, a person's key) is for audit review: the people that `raci.yaml` names as its
responsible, accountable or consulted, and they need a grant for all services that clears it. It counts as high as any service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person, RaciKind
from include.policy.labels import label_of
from include.policy.permit import clears
from include.store import holds, incidents
from include.store.database import day
from include.store.erasure import erased_seq
from include.store.schema import ledger
from include.store.schema import payload as payload_table
from include.store.tables.incident import incident

_CASES, _HOLD = ("inc_", "chg_"), "hold_"
_MAX_STEPS = 4  # from an erasure to its entry, from that to its record, from that to its incident


class Scope(NamedTuple):
    """What a subject is about. `general`: about no service, so for audit review only; `hold`: open to change roles too."""

    labels: frozenset[str]
    services: tuple[str | None, ...]
    general: bool = False
    hold: bool = False


class Audience:
    """One person, for the length of one transaction of `Store.read()`."""

    def __init__(self, conn: Connection, catalogue: Catalogue, person: Person) -> None:
        self._conn = conn
        self._catalogue = catalogue
        self._person = person
        self._today = day(conn)
        self._scopes: dict[str, Scope] = {}
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
        return self._allows(self._scope(subject), frozenset())

    def may_read(self, subject: str, payload: Mapping[str, Any]) -> bool:
        """May this person read this payload of an entry about this subject?"""
        return self._allows(self._scope(subject), _labels(payload))

    def learn(self, subjects: Iterable[str]) -> None:
        """Look up many subjects at once."""
        new = {subject for subject in subjects if subject.startswith(_CASES)} - self._scopes.keys()
        for row in self._conn.execute(select(incident).where(incident.c.id.in_(new))).mappings() if new else ():
            item = incidents.from_row(row)
            self._scopes[item.id] = Scope(frozenset({label_of(self._catalogue, item)}), (item.service,))

    def _allows(self, scope: Scope, more: frozenset[str]) -> bool:
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

    def _scope(self, subject: str, steps: int = 0) -> Scope:
        if subject not in self._scopes:
            self.learn([subject])
        if subject not in self._scopes:
            self._scopes[subject] = self._look_up(subject, steps) or self._general()
        return self._scopes[subject]

    def _look_up(self, subject: str, steps: int) -> Scope | None:
        if steps >= _MAX_STEPS or subject.startswith(_CASES):
            return None
        erased = erased_seq(subject)
        if erased is not None:
            about = self._conn.scalar(select(ledger.c.subject).where(ledger.c.seq == erased))
            return self._scope(about, steps + 1) if isinstance(about, str) else None
        if subject.startswith(_HOLD) and (touched := holds.services_of(self._conn, subject)):
            return self._of_services(touched, {})._replace(hold=True)
        opening = self._opening(subject)
        named = opening.get("incident")
        if isinstance(named, str) and named.startswith(_CASES):
            found = self._scope(named, steps + 1)
            return found._replace(labels=found.labels | _labels(opening))
        said = [opening.get("service"), *(opening["services"] if isinstance(opening.get("services"), list) else ())]
        names = [name for name in said if isinstance(name, str)]
        return self._of_services(names, opening) if names else None

    def _opening(self, subject: str) -> Mapping[str, Any]:
        """What the first entry about it says; empty where it was erased."""
        first = (
            select(payload_table.c.body)
            .join_from(ledger, payload_table, ledger.c.seq == payload_table.c.seq, isouter=True)
            .where(ledger.c.subject == subject)
            .order_by(ledger.c.seq)
            .limit(1)
        )
        try:
            said = json.loads(self._conn.scalar(first) or b"null")
        except (ValueError, RecursionError):  # only tampering brings it
            said = None
        return said if isinstance(said, dict) else {}

    def _of_services(self, names: Sequence[str], opening: Mapping[str, Any]) -> Scope:
        known = self._catalogue.services
        own = {known[name].classification if name in known else self._highest() for name in names}
        return Scope(frozenset(own) | _labels(opening), tuple(dict.fromkeys(names)))

    def _general(self) -> Scope:
        return Scope(frozenset({self._highest()}), (None,), general=True)

    def _highest(self) -> str:
        """As high as any service, as `label_of` has it for what is about all of them."""
        services = tuple(row.classification for row in self._catalogue.services.values())
        return self._catalogue.highest(services or tuple(self._catalogue.classifications))


def _labels(payload: Mapping[str, Any]) -> frozenset[str]:
    """The classifications that a payload claims, its own and those of a document in it."""
    found: set[str] = set()
    for said in (payload, *(value for value in payload.values() if isinstance(value, dict))):
        for value in (said.get("label"), *(said["labels"] if isinstance(said.get("labels"), list) else ())):
            if value is not None:
                found.add(str(value))  # what is no classification, nobody clears
    return frozenset(found)
