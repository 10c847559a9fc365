"""What the notes say of each question, as citations of their evidence. What a document claims about itself is not quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from include.cab.subject import MAX_LINE
from include.changes.claims import set_aside
from include.changes.notes import Notes
from include.changes.places import Passage, lay_out
from include.contracts.evidence import Citation, Evidence

TOPICS = ("scope", "steps", "affected", "purpose", "window", "technician", "reviewer", "rollback", "validation")
MAX_QUOTES = 20  # of one topic


def quotes_of(document: Notes, evidence: Evidence) -> Mapping[str, tuple[Citation, ...]]:
    """Topic to citations, in the notes' order.

    :param evidence: of these notes, as `subject_of` made it
    """
    lines = _by_line(evidence)
    layout = lay_out(set_aside(document)[0])
    found: dict[str, tuple[Citation, ...]] = {}
    for topic in TOPICS:
        passages = [each for place in layout.of(topic) if place.kind != "column" for each in place.texts if each.text.strip()]
        quotes = (quote for each in passages if (quote := _quote(each, lines, evidence)) is not None)
        found[topic] = tuple(dict.fromkeys(quotes))[:MAX_QUOTES]
    return found


def _by_line(evidence: Evidence) -> Mapping[int, list[tuple[int, str]]]:
    """Line of the notes to (where its text starts in the evidence, text), as many as there are blocks on it."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    start = 0
    for line in evidence.text.split("\n"):
        head, colon, said = line.partition(": ")
        number = head.removeprefix("line ")
        if colon and number.isdigit():
            found[int(number)].append((start + len(head) + len(colon), said))
        start += len(line) + 1
    return found


def _quote(passage: Passage, lines: Mapping[int, list[tuple[int, str]]], evidence: Evidence) -> Citation | None:
    """The block that the passage is of; of several on one line, the one that has its words."""
    words = " ".join(passage.text.split())[:60]
    here = lines.get(passage.block.line if passage.block is not None else passage.line, [])
    chosen = next(((start, said) for start, said in here if words in said), here[0] if here else None)
    if chosen is None or not chosen[1].strip():
        return None
    start, said = chosen[0], chosen[1][:MAX_LINE]
    return Citation(evidence=evidence.id, start=start, end=start + len(said), quote=said)
