"""What a person may read of change requests. What they may not is, to them, not there (H12).

Whoever handed the notes in may read what was made of them: it was read with their own permissions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, or_

from include.catalogue.catalogue import Catalogue
from include.contracts.cab import CabPackage
from include.contracts.errors import NotFound
from include.contracts.evidence import Evidence
from include.contracts.incident import Incident, IncidentKind
from include.contracts.plan import PlanRequest, WantedStep
from include.contracts.tools import production_tool, tool
from include.policy.labels import label_of
from include.policy.readable import readable
from include.store import changes, incidents, reads
from include.store.tables.incident import incident
from include.triage.reading import Reader


def listed(conn: Connection, who: Reader, *, after: tuple[str, str] | None, limit: int) -> list[Incident]:
    """The newest change requests that this person may read, from the one after (opened_at as stored, id) on."""
    rows = incidents.page(conn, _readable(who), after=after, limit=limit)
    return [item for item in map(incidents.from_row, rows) if _may_read(who, item)]


def newest_packages(conn: Connection, who: Reader, items: Collection[Incident]) -> dict[str, changes.Version]:
    """Change request to the newest version of its package that this person may read."""
    by_id = {item.id: item for item in items}
    found: dict[str, changes.Version] = {}
    for head in changes.heads(conn, by_id):
        if head.change_id not in found and _clears(who, by_id[head.change_id], head.labels, *head.services):
            found[head.change_id] = head
    return found


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
    return [head for head in changes.heads(conn, [item.id]) if _clears(who, item, head.labels, *head.services)]


def package(conn: Connection, who: Reader, item: Incident, version: int | None = None) -> CabPackage:
    """That version of its package, or the newest; NotFound where there is none for this person."""
    row = changes.latest(conn, item.id) if version is None else changes.of_version(conn, item.id, version)
    found = changes.read(row) if row is not None else None
    if found is None or not _clears(who, item, found.labels, *found.services):
        raise _nothing("package")
    return found


def evidence(conn: Connection, who: Reader, item: Incident, evidence_id: str) -> Evidence:
    """What was read for this request, where this person may read it; else NotFound."""
    found = reads.evidence_in(conn, item.id, evidence_id)
    if found is None or not _of_evidence(who, item, found):
        raise _nothing("evidence")
    return found


def sources(conn: Connection, who: Reader, item: Incident, names: Sequence[str]) -> list[Evidence]:
    """The evidence among `names` that `evidence()` would give to this person, in that order."""
    found = reads.evidence_by_ids(conn, names)
    return [found[name] for name in names if name in found and _of_evidence(who, item, found[name])]


def offer(conn: Connection, who: Reader, item: Incident) -> tuple[PlanRequest | None, str]:
    """The plan that it offers and why, or why it offers none; what was observed for it only where the person clears that."""
    request, reason = changes.offer_of(conn, item.id)
    if request is None or all(_clears(who, item, (_label(who.catalogue, step),), step.service) for step in request.steps):
        return request, reason
    return None, "What was observed for the plan is classified higher than you may read."


def _label(catalogue: Catalogue, step: WantedStep) -> str:
    """As high as the read that observed the step's target."""
    read = tool(production_tool(step.tool).read_back)
    return catalogue.highest((read.label, catalogue.service(step.service).classification))


def _readable(who: Reader) -> ColumnElement[bool]:
    mine = incident.c.principal == who.person.name
    return and_(
        incident.c.kind == IncidentKind.CHANGE.value,
        or_(mine, readable(who.catalogue, who.person.name, today=who.today)),
    )


def _may_read(who: Reader, item: Incident) -> bool:
    return _clears(who, item, (label_of(who.catalogue, item),))


def _of_evidence(who: Reader, item: Incident, found: Evidence) -> bool:
    service = found.params.get("service")
    return _clears(who, item, (found.label,), *([service] if isinstance(service, str) else []))


def _clears(who: Reader, item: Incident, labels: tuple[str, ...], *services: str) -> bool:
    """All of the labels, on the request's own service and on each that this part of it is about."""
    if item.principal == who.person.name:
        return True
    return all(who.clears(labels, service) for service in dict.fromkeys((item.service, *services)))


def _nothing(what: str) -> NotFound:
    return NotFound(f"There is no such {what}, or none that you may read.", next_step="look through the list of change requests")
