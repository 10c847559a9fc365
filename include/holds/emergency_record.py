"""What a declared emergency rests on, read anew each time: its incident, its page, and what became of earlier emergencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import NotFound
from include.contracts.hold import Way
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.contracts.plan import Plan
from include.holds.case import Case, Declared, Said
from include.holds.record import Broken
from include.store import deliveries, incidents, statements, uses
from include.store.ledger import LedgerRow
from include.store.tables.incident import incident as incident_table
from include.store.times import to_text

OPENED, SENT, USED = "incident.opened", "delivery.sent", uses.KINDS[Way.EMERGENCY]


def mark_of(declaration: str, service: str) -> str:
    """How the marks of a declaration's pages to a service's chain begin."""
    return f"holdpoint:emergency:{declaration}:{service}:l"


def read_declared(conn: Connection, plan: Plan, said: Said) -> Declared:
    """A declaration, with its incident and its pages as they are now."""
    incident = _incident(conn, said.declaration.incident)
    return Declared(
        said=said,
        incident=incident,
        services=frozenset() if incident is None else _services(conn, incident, plan.environment),
        paged={service: _paged(conn, said, service) for service in plan.services},
    )


def _incident(conn: Connection, incident_id: str) -> Incident | None:
    try:
        return incidents.get(conn, incident_id)
    except NotFound:
        return None


def _services(conn: Connection, incident: Incident, environment: str) -> frozenset[str]:
    """The services of the open incident, or of those that hang under it; what the ledger does not know of is no incident."""
    found = [incident]
    if incident.kind is IncidentKind.UMBRELLA:
        rows = conn.execute(select(incident_table).where(incident_table.c.umbrella_id == incident.id)).mappings()
        found = [incidents.from_row(row) for row in rows]
    return frozenset(
        each.service
        for each in found
        if each.service is not None
        and each.kind is IncidentKind.ALERT
        and each.status is IncidentStatus.OPEN
        and each.environment == environment
        and any(True for _ in statements.history(conn, (OPENED,), each.id))
    )


def _paged(conn: Connection, said: Said, service: str) -> frozenset[str]:
    """To whom a page of this declaration was sent: the row says so, and an entry since the declaration does."""
    if said.entered_at is None:
        return frozenset()
    since = to_text(said.entered_at)
    entries = statements.history(conn, (SENT,), said.declaration.incident)
    sent = {(entry.payload or {}).get("delivery") for entry in entries if entry.at >= since}
    rows = deliveries.marked(conn, mark_of(said.digest, service))
    return frozenset(row["recipient"] for row in rows if row["state"] == "sent" and row["id"] in sent)


def depends_on_them(catalogue: Catalogue, services: frozenset[str], environment: str) -> frozenset[str]:
    """These services, and those that depend on them, directly or through others, in this environment."""
    found, new = set(services), set(services)
    while new:
        new = {name for each in new for name in catalogue.dependants(each)} - found
        new = {name for name in new if environment in catalogue.services[name].environments}
        found |= new
    return frozenset(found)


def unreviewed(
    conn: Connection, catalogue: Catalogue, plan: Plan, look: Callable[[str], Case], reviewed: Callable[[Case], bool]
) -> tuple[str, ...]:
    """Holds of earlier emergencies of these services, or of services of the same owner, that no review has closed.

    :param look: a hold's case
    :param reviewed: has somebody reviewed it so that it counts?
    :raises Broken: the uses and the ledger do not agree
    """
    rows = uses.of_way(conn, Way.EMERGENCY)
    entries = {each.seq: (each.subject, _said(each)) for each in statements.history(conn, (USED,))}
    entered = {(seq, subject, said.get("declaration")) for seq, (subject, said) in entries.items()}
    if {(use.seq, use.hold_id, use.ref) for use in rows} != entered:
        raise Broken("the uses of emergencies and the ledger do not agree")
    found = [use.hold_id for use in rows if use.hold_id != plan.hold and _concerns(catalogue, plan, entries[use.seq][1])]
    return tuple(hold_id for hold_id in found if not reviewed(look(hold_id)))


def _said(entry: LedgerRow) -> Mapping[str, Any]:
    if entry.payload is None:
        raise Broken(f"what the ledger's entry {entry.seq} said was erased or lost")
    return entry.payload


def _concerns(catalogue: Catalogue, plan: Plan, used: Mapping[str, Any]) -> bool:
    """A service of both, or an owner of both as the catalogue has them today. The ledger says what it was."""
    if used["environment"] != plan.environment:
        return False
    return not _told(catalogue, plan.services).isdisjoint(_told(catalogue, used["services"]))


def _told(catalogue: Catalogue, services: Sequence[str]) -> set[tuple[str, str]]:
    owners = {("owner", catalogue.services[name].owner) for name in services if name in catalogue.services}
    return owners | {("service", name) for name in services}
