"""What a plan cites: an incident and its evidence, as far as the proposer may read them; the rest is not there (H12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import BadInput, NotFound
from include.contracts.incident import Incident
from include.policy.labels import label_of
from include.policy.permit import clears
from include.store import incidents
from include.store.tables.triage import evidence as table


def cited_incident(
    conn: Connection, catalogue: Catalogue, person: str, incident_id: str | None, evidence: Collection[str], *, today: date
) -> Incident | None:
    """The incident, its evidence checked; None where none is cited.

    :raises NotFound: one of them is not there, or not for this person
    :raises BadInput: evidence without its incident
    """
    if incident_id is None:
        if evidence:
            raise BadInput("The plan cites evidence and no incident.", next_step="name the incident that it is of")
        return None
    found = _incident(conn, incident_id)
    if found is None or not clears(catalogue, person, (label_of(catalogue, found),), found.service, today=today):
        raise _missing("incident")
    rows = conn.execute(select(table.c.id, table.c.label).where(table.c.incident_id == incident_id, table.c.id.in_(evidence)))
    readable = {row.id for row in rows if clears(catalogue, person, (row.label,), found.service, today=today)}
    if not readable.issuperset(evidence):
        raise _missing("evidence")
    return found


def _incident(conn: Connection, incident_id: str) -> Incident | None:
    try:
        return incidents.get(conn, incident_id)
    except NotFound:
        return None


def _missing(what: str) -> NotFound:
    return NotFound(f"There is no such {what}, or none that you may read.", next_step="look through ./holdpoint incidents list")
