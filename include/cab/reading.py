"""What a person may read of change requests. What they may not is, to them, not there (H12).

Whoever handed the notes in may read what was made of them: it was read with their own permissions.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, or_

from include.contracts.cab import CabPackage
from include.contracts.errors import NotFound
from include.contracts.evidence import Evidence
from include.contracts.incident import Incident, IncidentKind
from include.policy.labels import label_of
from include.policy.readable import readable
from include.store import changes, incidents, reads
from include.store.tables.incident import incident
from include.triage.reading import Reader


def listed(conn: Connection, who: Reader, *, after: tuple[str, str] | None, limit: int) -> list[Incident]:
    """The newest change requests that this person may read, from the one after (opened_at as stored, id) on."""
    rows = incidents.page(conn, _readable(who), after=after, limit=limit)
    return [item for item in map(incidents.from_row, rows) if _may_read(who, item)]


def change(conn: Connection, who: Reader, change_id: str) -> Incident:
    """The change request; NotFound where there is none for this person."""
    try:
        item = incidents.get(conn, change_id)
    except NotFound:
        item = None
    if item is None or item.kind is not IncidentKind.CHANGE or not _may_read(who, item):
        raise _nothing("change request")
    return item


def versions(conn: Connection, who: Reader, item: Incident) -> list[changes.Version]:
    """The versions of its package that this person may read, newest first."""
    return [head for head in changes.heads(conn, [item.id]) if _clears(who, item, head.labels)]


def package(conn: Connection, who: Reader, item: Incident, version: int | None = None) -> CabPackage:
    """That version of its package, or the newest; NotFound where there is none for this person."""
    row = changes.latest(conn, item.id) if version is None else changes.of_version(conn, item.id, version)
    found = changes.read(row) if row is not None else None
    if found is None or not _clears(who, item, found.labels):
        raise _nothing("package")
    return found


def evidence(conn: Connection, who: Reader, item: Incident, evidence_id: str) -> Evidence:
    """What was read for this request, where this person may read it; else NotFound."""
    found = reads.evidence_in(conn, item.id, evidence_id)
    if found is None or not _clears(who, item, (found.label,)):
        raise _nothing("evidence")
    return found


def _readable(who: Reader) -> ColumnElement[bool]:
    mine = incident.c.principal == who.person.name
    return and_(
        incident.c.kind == IncidentKind.CHANGE.value,
        or_(mine, readable(who.catalogue, who.person.name, today=who.today)),
    )


def _may_read(who: Reader, item: Incident) -> bool:
    return _clears(who, item, (label_of(who.catalogue, item),))


def _clears(who: Reader, item: Incident, labels: tuple[str, ...]) -> bool:
    return item.principal == who.person.name or who.clears(labels, item.service)


def _nothing(what: str) -> NotFound:
    return NotFound(f"There is no such {what}, or none that you may read.", next_step="look through the list of change requests")
