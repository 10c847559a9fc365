"""What a read for an incident answered."""

from __future__ import annotations

from include.triage import reading
from plugins.console.pages.incident import IncidentId
from plugins.console.quoted import EvidenceId, Position, Quoted, quoted
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()


@pages.page("/{incident_id}/evidence/{evidence_id}", template="evidence.html")
def evidence(
    visit: Visiting, incident_id: IncidentId, evidence_id: EvidenceId, start: Position = None, end: Position = None
) -> Quoted:
    """One read's answer, if this person may read it."""
    with visit.store.read() as conn:
        who = reading.reader(conn, visit.catalogue, visit.person)
        item = reading.incident(conn, who, incident_id)
        found = reading.evidence(conn, who, item, evidence_id)
    return quoted("incidents", item, found, start, end)
