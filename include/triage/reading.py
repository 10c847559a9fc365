"""What a person may read of incidents and briefs. What they may not is, to them, not there (H12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Brief
from include.contracts.catalogue import Person
from include.contracts.errors import NotFound
from include.contracts.evidence import Evidence
from include.contracts.incident import Incident, IncidentKind
from include.policy.labels import label_of
from include.policy.permit import clears
from include.policy.readable import readable
from include.store import briefs, incidents, reads
from include.store.database import day
from include.store.tables.incident import incident as incident_table
from include.store.times import from_text

_NOTHING = "There is no such {}, or none that you may read."


@dataclass(frozen=True)
class Reader:
    """A person, what the catalogue grants them, and the day it is."""

    catalogue: Catalogue
    person: Person
    today: date

    def clears(self, labels: Collection[str], service: str | None) -> bool:
        return clears(self.catalogue, self.person.name, tuple(labels), service, today=self.today)


def reader(conn: Connection, catalogue: Catalogue, person: Person) -> Reader:
    """The person as a reader today, by the store's clock."""
    return Reader(catalogue, person, day(conn))


def listed(conn: Connection, who: Reader, *, after: tuple[str, str] | None, limit: int) -> list[Incident]:
    """The newest incidents that this person may read, from the one after (opened_at as stored, id) on."""
    no_change = incident_table.c.kind != IncidentKind.CHANGE.value
    condition = and_(no_change, readable(who.catalogue, who.person.name, today=who.today))
    found = [incidents.from_row(row) for row in incidents.page(conn, condition, after=after, limit=limit)]
    return [item for item in found if _may_read(who, item)]


def newest_briefs(conn: Connection, who: Reader, items: Collection[Incident]) -> dict[str, briefs.Version]:
    """Incident id to the newest version of its brief that this person may read."""
    services = {item.id: item.service for item in items}
    found: dict[str, briefs.Version] = {}
    for head in briefs.heads(conn, services):
        if head.incident_id not in found and who.clears(head.labels, services[head.incident_id]):
            found[head.incident_id] = head
    return found


def incident(conn: Connection, who: Reader, incident_id: str) -> Incident:
    """The incident; NotFound where there is none for this person."""
    try:
        item = incidents.get(conn, incident_id)
    except NotFound:
        item = None
    if item is None or item.kind is IncidentKind.CHANGE or not _may_read(who, item):
        raise NotFound(_NOTHING.format("incident"), next_step="look through the list of incidents")
    return item


def versions(conn: Connection, who: Reader, item: Incident) -> list[briefs.Version]:
    """The versions of its brief that this person may read, newest first."""
    return [head for head in briefs.heads(conn, [item.id]) if who.clears(head.labels, item.service)]


def brief(conn: Connection, who: Reader, item: Incident, version: int) -> Brief:
    """That version of its brief; NotFound where there is none for this person."""
    row = briefs.of_version(conn, item.id, version)
    found = briefs.read(row) if row is not None else None
    if found is None or not who.clears(found.labels, found.service):
        raise NotFound(_NOTHING.format("brief"), next_step="the incident's page names the versions there are")
    return found


def evidence(conn: Connection, who: Reader, item: Incident, evidence_id: str) -> Evidence:
    """What was read for this incident, where this person may read it; else NotFound."""
    found = reads.evidence_in(conn, item.id, evidence_id)
    if found is None or not who.clears((found.label,), item.service):
        raise NotFound(_NOTHING.format("evidence"), next_step="the incident's page names what was read")
    return found


def sources(conn: Connection, who: Reader, item: Incident, names: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """Where and when the evidence among `names` was read that `evidence()` would give to this person, by its id."""
    rows = [row for row in reads.evidence_places(conn, item.id, names) if who.clears((row["label"],), item.service)]
    return {row["id"]: (row["place"], from_text(row["collected_at"])) for row in rows}


def _may_read(who: Reader, item: Incident) -> bool:
    return who.clears((label_of(who.catalogue, item),), item.service)
