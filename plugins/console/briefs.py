"""A brief as a page for the person who is signed in to Airflow."""

from __future__ import annotations

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Brief
from include.contracts.catalogue import Person
from include.contracts.errors import Denied, NotFound
from include.contracts.evidence import Evidence
from include.drafting.render_html import render_html
from include.policy.permit import clears
from include.store import briefs, reads
from include.store.database import Store, now
from include.store.times import from_text


def brief_page(store: Store, catalogue: Catalogue, person: Person, incident_id: str, version: int | None) -> str:
    """HTML of the brief (its newest version where none is named); Denied or NotFound otherwise."""
    with store.read() as conn:
        brief = _find(conn, incident_id, version)
        today = from_text(now(conn)).date()
        if not clears(catalogue, person.name, brief.labels, brief.service, today=today):
            raise Denied("Not cleared for this brief.", next_step="ask the owner of its classification")
        evidence = _evidence(conn, brief)
    return render_html(brief, evidence, time_zone=person.time_zone)


def _find(conn: Connection, incident_id: str, version: int | None) -> Brief:
    row = briefs.latest(conn, incident_id) if version is None else briefs.of_version(conn, incident_id, version)
    if row is None:
        raise NotFound("There is no such brief.", next_step="look at the incident's ticket for the versions there are")
    return briefs.read(row)


def _evidence(conn: Connection, brief: Brief) -> dict[str, Evidence]:
    found = (reads.evidence_by_id(conn, evidence_id) for evidence_id in brief.retrieved)
    return {item.id: item for item in found if item is not None}
