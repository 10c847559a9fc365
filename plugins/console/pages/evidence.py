"""What a read answered, whole, with the words that a citation quotes marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query

from include.contracts.evidence import Evidence
from include.contracts.incident import Incident
from include.triage import reading
from plugins.console.pages.incident import IncidentId
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

EvidenceId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Position = Annotated[int | None, Query(ge=0, le=1_000_000)]


@dataclass(frozen=True)
class Line:
    """`number` counts from 1. `marked` is what the citation covers of it, between `before` and `after`."""

    number: int
    before: str
    marked: str
    after: str


@dataclass(frozen=True)
class Quoted:
    """`start` and `end` are the citation's, as positions in the evidence's text; None where nothing is marked."""

    incident: Incident
    evidence: Evidence
    start: int | None
    end: int | None

    def lines(self) -> list[Line]:
        start, end = (self.start, self.end) if self.start is not None and self.end is not None else (0, 0)
        found, position = [], 0
        for number, line in enumerate(self.evidence.text.split("\n"), 1):
            left = min(max(start - position, 0), len(line))
            right = min(max(end - position, left), len(line))
            found.append(Line(number, line[:left], line[left:right], line[right:]))
            position += len(line) + 1
        return found


@pages.page("/{incident_id}/evidence/{evidence_id}", template="evidence.html")
def evidence(
    visit: Visiting, incident_id: IncidentId, evidence_id: EvidenceId, start: Position = None, end: Position = None
) -> Quoted:
    """One read's answer, if this person may read it."""
    with visit.store.read() as conn:
        who = reading.reader(conn, visit.catalogue, visit.person)
        item = reading.incident(conn, who, incident_id)
        found = reading.evidence(conn, who, item, evidence_id)
    spanned = start is not None and end is not None and start < end <= len(found.text)
    return Quoted(item, found, start if spanned else None, end if spanned else None)
