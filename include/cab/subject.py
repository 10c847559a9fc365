"""What a change request is about: its notes as evidence that can be quoted, and the services of the catalogue that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from include.cab.sight import in_sight
from include.catalogue.catalogue import Catalogue
from include.changes.affected import affected
from include.changes.claims import set_aside
from include.changes.notes import Block, Notes
from include.changes.places import lay_out
from include.changes.read import read_notes
from include.contracts.base import clean_text
from include.contracts.cab import ChangeNotes
from include.contracts.evidence import Evidence, text_digest
from include.contracts.incident import Incident
from include.evidence.build import bounded
from include.store.redaction import redact_text

TOOL = "change_notes"
MAX_LINE = 2_000  # characters of one block that can be quoted


@dataclass(frozen=True)
class Subject:
    """The document, and its evidence: one line a block, `line 12: …`. What a document says about itself is in there too."""

    document: Notes
    evidence: Evidence


def subject_of(notes: ChangeNotes, item: Incident, *, label: str, at: datetime) -> Subject:
    """:param label: the classification of the request's own words"""
    document = read_notes(notes.text)
    text = redact_text(bounded("\n".join(_lines(document))))
    digest = text_digest(text)
    evidence = Evidence(
        id=f"{item.id}.notes.{digest[:12]}",
        tool=TOOL,
        params={"environment": item.environment, "origin": notes.origin.value},
        principal=item.principal,
        label=label,
        place=f"notes of {item.principal}",
        collected_at=at,
        text=text,
        digest=digest,
        output={"form": document.form, "lines": document.lines, "digest": notes.digest, "length": notes.length},
    )
    return Subject(document, evidence)


def services_of(document: Notes, catalogue: Catalogue, principal: str, environment: str, *, today: date) -> tuple[str, ...]:
    """The services that the notes name exactly, as far as the principal may know them: first those listed as affected."""
    found = affected(lay_out(set_aside(document)[0]), in_sight(catalogue, principal, environment, today=today))
    ordered = sorted((each for each in found if each.service), key=lambda each: not each.declared)
    return tuple(dict.fromkeys(str(each.service) for each in ordered))


def _lines(document: Notes) -> Iterator[str]:
    for block in document.blocks:
        if said := shown(block):
            yield f"line {block.line}: {said}"


def shown(block: Block) -> str:
    """A block on one line, with its field's name."""
    text = f"{block.key}: {block.text}" if block.key else block.text
    return clean_text(" ".join(text.split()))[:MAX_LINE]
