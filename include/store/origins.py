"""What a ledger entry's subject is about: an incident, services, or nothing of these. Who may know of it is decided elsewhere.

An entry is about what its subject is about: an incident; a hold's services; or a record whose first entry says `incident`,
`service` or `services`. An erasure is about what the erased entry is about. None of that changes once it is there, so that it can
be kept with counts (`include/store/tallies.py`); a classification may change, and is no part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from include.contracts.incident import IncidentKind
from include.store import holds
from include.store.erasure import erased_seq
from include.store.schema import ledger
from include.store.schema import payload as payload_table
from include.store.tables.incident import incident

_CASES, _HOLD = ("inc_", "chg_"), "hold_"
_MAX_STEPS = 4  # from an erasure to its entry, from that to its record, from that to its incident
_CHUNK = 500


class IncidentOrigin(NamedTuple):
    """What an incident's classification comes from; see `include/policy/labels.py`."""

    service: str | None
    source: str
    umbrella: bool


class Origin(NamedTuple):
    """`labels` are those that the record's first entry claims. With neither an incident nor services: about none of these."""

    incident: IncidentOrigin | None = None
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    hold: bool = False

    def text(self) -> str:
        """One text for one origin."""
        return json.dumps(self, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str) -> Origin:
        """The origin that `text()` wrote; GENERAL for anything else, which only tampering brings."""
        try:
            found, services, labels, hold = json.loads(text)
            return cls(IncidentOrigin(*found) if found else None, tuple(services), tuple(labels), hold is True)
        except (ValueError, TypeError, RecursionError):
            return GENERAL


GENERAL = Origin()


class Origins:
    """Looked up once each, for the length of one transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[str, Origin] = {}

    def of(self, subject: str) -> Origin:
        return self._of(subject, 0)

    def learn(self, subjects: Iterable[str]) -> None:
        """Look up many incidents at once."""
        new = sorted({subject for subject in subjects if subject.startswith(_CASES)} - self._known.keys())
        columns = incident.c.id, incident.c.service, incident.c.source, incident.c.kind
        for start in range(0, len(new), _CHUNK):
            wanted = select(*columns).where(incident.c.id.in_(new[start : start + _CHUNK]))
            for name, service, source, kind in self._conn.execute(wanted):
                umbrella = kind == IncidentKind.UMBRELLA.value
                self._known[name] = Origin(IncidentOrigin(service, source, umbrella))

    def _of(self, subject: str, steps: int) -> Origin:
        if subject not in self._known:
            self.learn([subject])
        if subject not in self._known:
            self._known[subject] = self._look_up(subject, steps)
        return self._known[subject]

    def _look_up(self, subject: str, steps: int) -> Origin:
        if steps >= _MAX_STEPS or subject.startswith(_CASES):
            return GENERAL
        erased = erased_seq(subject)
        if erased is not None:
            about = self._conn.scalar(select(ledger.c.subject).where(ledger.c.seq == erased))
            return self._of(about, steps + 1) if isinstance(about, str) else GENERAL
        if subject.startswith(_HOLD) and (touched := holds.services_of(self._conn, subject)):
            return Origin(services=tuple(touched), hold=True)
        return self._of_opening(self._opening(subject), steps)

    def _of_opening(self, opening: Mapping[str, Any], steps: int) -> Origin:
        named, labels = opening.get("incident"), tuple(sorted(labels_of(opening)))
        if isinstance(named, str) and named.startswith(_CASES):
            found = self._of(named, steps + 1)
            return found._replace(labels=tuple(sorted({*found.labels, *labels})))
        services = tuple(dict.fromkeys(_names(opening)))
        return Origin(services=services, labels=labels) if services else GENERAL

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


def _names(opening: Mapping[str, Any]) -> Sequence[str]:
    more = opening.get("services")
    said = [opening.get("service"), *(more if isinstance(more, list) else ())]
    return [name for name in said if isinstance(name, str)]


def labels_of(payload: Mapping[str, Any]) -> frozenset[str]:
    """The classifications that a payload claims, its own and those of a document in it."""
    found: set[str] = set()
    for said in (payload, *(value for value in payload.values() if isinstance(value, dict))):
        for value in (said.get("label"), *(said["labels"] if isinstance(said.get("labels"), list) else ())):
            if value is not None:
                found.add(str(value))  # what is no classification, nobody clears
    return frozenset(found)
