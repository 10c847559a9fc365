"""`See Appendix C`: if the document has an Appendix C, what stands there is the answer; if not, the pointer is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.changes.fold import fold
from include.changes.places import Layout, Passage, Place

_REFERENCE = re.compile(
    r"\b(appendix|annex|attachment|section|chapter|part|anhang|anlage|abschnitt|kapitel|teil|annexe|chapitre|partie|anexo"
    r"|apartado|seccion|capitulo|allegato|sezione|capitolo)\s+([a-z]|\d{1,2}(?:\.\d{1,2}){0,3}|[ivx]{1,5})\b"
)
MAX_POINTERS = 10
MAX_WORDS = 15  # of what is no more than a pointer


def referred(layout: Layout, places: list[Place]) -> Iterator[Passage]:
    """The passages of the chapters that the pointers in these places name."""
    found = [text for place in places for text in place.texts[:3] if len(text.text.split()) <= MAX_WORDS][:MAX_POINTERS]
    for text in found:
        reference = _REFERENCE.search(fold(text.text[:300]))
        if reference:
            yield from _chapter(layout, reference[1], reference[2], text.line)


def _chapter(layout: Layout, word: str, number: str, pointer: int) -> Iterator[Passage]:
    """What stands below the heading of that number, up to the next heading; not the pointer itself."""
    named = re.compile(rf"^\W*(?:{word}\s+{re.escape(number)}(?![\w.]*\w)|{re.escape(number)}[.):]?\s)")
    headings = [place for place in layout.places if place.kind == "heading"]
    for place, after in zip(headings, [*headings[1:], None], strict=True):
        if named.match(fold(place.name[:200])):
            end = after.line if after else 10**9
            yield from (each for each in layout.passages if place.line < each.line < end and each.line != pointer)
