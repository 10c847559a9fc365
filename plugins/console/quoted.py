"""What a read answered, whole, with the words that a citation quotes marked in it: the page that incidents and changes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query

from include.contracts.evidence import Citation, Evidence
from include.contracts.incident import Incident

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
    """`start` and `end` are the citation's, as positions in the evidence's text; None where nothing is marked.

    `incident` is what it was read for: in the section `incidents`, or as a change request in `changes`.
    """

    section: str
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


def quoted(section: str, item: Incident, found: Evidence, start: int | None, end: int | None) -> Quoted:
    """The page of it; a span that is none of its text marks nothing."""
    spanned = start is not None and end is not None and start < end <= len(found.text)
    return Quoted(section, item, found, start if spanned else None, end if spanned else None)


def span_href(base: str, citation: Citation) -> str:
    """Where a citation leads: to its words on the evidence's page, below `base`."""
    return f"{base}/{quote(citation.evidence)}?start={citation.start}&end={citation.end}#span"
