"""What somebody's words ask for, and what would come of them: said before any tool runs and before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from include.alerts.classify import R_RISK_CHANGE, classify_question
from include.alerts.question import MAX_LENGTH
from include.changes.claims import set_aside
from include.changes.places import lay_out
from include.changes.read import read_notes, text_of
from include.contracts.errors import BadInput
from include.contracts.incident import Classification, Intent, Risk

MAX_BYTES = 200_000  # of what is typed or pasted; a document from a file may be longer (`holdpoint change request`)
R_NOTES = "Rule change-notes: it has the parts of a change document, such as its rollback and its window."
_PARTS = ("affected", "implementation", "purpose", "reviewer", "rollback", "scope", "technician", "validation", "window")
_MIN_PARTS = 3


class Way(StrEnum):
    """What comes of what was asked. None of them changes anything."""

    BRIEF = "brief"  # read about, and answered by a brief
    CHANGE = "change"  # prepared for the people who decide about changes
    PERSON = "person"  # passed on as it is


WAYS = {
    Way.BRIEF: "A brief is drafted: what your permissions let you read is read, and nothing is changed.",
    Way.CHANGE: "A change is prepared: its notes are assessed, and its owner has a review task. Nothing is approved or changed.",
    Way.PERSON: "A person gets it as a task, as it is. Nothing is read, and nobody is paged.",
}
"""Each way in words, for whoever chooses."""

_OF_INTENT = {Intent.DIAGNOSE: Way.BRIEF, Intent.SECURITY: Way.BRIEF, Intent.CHANGE: Way.CHANGE, Intent.UNCLEAR: Way.PERSON}


@dataclass(frozen=True)
class Preview:
    """`way` is what would come of it, `says` that in words; `ways` are those that a person may choose."""

    classification: Classification
    way: Way
    says: str
    ways: tuple[Way, ...]


def preview(text: str) -> Preview:
    """Intent and risk with their reasons, by fixed rules. Nothing is looked up, and nothing is kept.

    :raises BadInput: empty, no text, over 200,000 bytes; or over 4,000 characters and no notes of a change
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise BadInput(
            f"This is longer than {MAX_BYTES} bytes.", next_step="shorten it; a document: ./holdpoint change request NOTES"
        )
    if text.lstrip("\ufeff \r\n\t").startswith("%PDF-"):
        raise BadInput("This is a PDF, not text.", next_step="paste what it says")
    if not text.strip():
        raise BadInput("There is nothing to look at.", next_step="ask a question, or paste the notes of a change")
    found = _classified(text_of(text))
    way = _OF_INTENT[found.intent]
    question = len(text.strip()) <= MAX_LENGTH
    if way is not Way.CHANGE and not question:
        raise BadInput(
            f"This is too long for a question of 1 to {MAX_LENGTH} characters, and does not read as notes of a change.",
            next_step="ask it shorter; or say in the notes what is done, why, when, and how it is taken back",
        )
    return Preview(found, way, WAYS[way], tuple(Way) if question else (Way.CHANGE,))


def _classified(text: str) -> Classification:
    """By the words; and a document that is built as change notes are is one, whatever verbs its title has."""
    found = classify_question(text)
    if found.intent is Intent.CHANGE or not _is_notes(text):
        return found
    return Classification(intent=Intent.CHANGE, risk=Risk.HIGH, reasons=(R_NOTES, R_RISK_CHANGE))


def _is_notes(text: str) -> bool:
    layout = lay_out(set_aside(read_notes(text))[0])
    return sum(any(place.kind != "column" for place in layout.of(part)) for part in _PARTS) >= _MIN_PARTS
