"""What a read for a change request answered, and its notes as evidence."""

from __future__ import annotations

from include.cab import reading
from include.triage.reading import reader
from plugins.console.pages.change import ChangePath
from plugins.console.quoted import EvidenceId, Position, Quoted, quoted
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()


@pages.page("/{change_id}/evidence/{evidence_id}", template="evidence.html")
def evidence(
    visit: Visiting, change_id: ChangePath, evidence_id: EvidenceId, start: Position = None, end: Position = None
) -> Quoted:
    """One read's answer, if this person may read it."""
    with visit.store.read() as conn:
        who = reader(conn, visit.catalogue, visit.person)
        item = reading.change(conn, who, change_id)
        found = reading.evidence(conn, who, item, evidence_id)
    return quoted("changes", item, found, start, end)
