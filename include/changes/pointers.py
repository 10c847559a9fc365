"""`See Appendix C`: if the document has an Appendix C, what stands there is the answer; if not, the pointer is nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from include.changes.fold import fold
from include.changes.places import Layout, Passage, Place

_REFERENCE = re.compile(
    r"\b(appendix|annex|attachment|section|chapter|part|anhang|anlage|abschnitt|kapitel|teil|annexe|chapitre|partie|anexo"
    r"|apartado|seccion|capitulo|allegato|sezione|capitolo)\s+([a-z]|\d{1,2}(?:\.\d{1,2}){0,3}|[ivx]{1,5})\b"
)
_STEP = re.compile(r"\b(?:step|schritt|etape|paso|passo)\s+(\d{1,3})\b")
MAX_POINTERS = 10
MAX_WORDS = 15  # of what is no more than a pointer


def referred(layout: Layout, places: list[Place]) -> Iterator[Passage]:
    """The passages of the chapters that the pointers in these places name."""
    found = [text for place in places for text in place.texts[:3] if len(text.text.split()) <= MAX_WORDS][:MAX_POINTERS]
    references = {(each[1], each[2]): text for text in found if (each := _REFERENCE.search(fold(text.text[:300])))}
    if references:
        headings = [place for place in layout.places if place.kind == "heading"]
        for (word, number), text in references.items():
            yield from _chapter(layout, headings, word, number, text.line)


def steps_named(layout: Layout, places: list[Place]) -> Iterator[Passage]:
    """`If step 2 fails, go on with step 5`: the last step that such a sentence names, a table's row or a list's item."""
    found = [text for place in places for text in place.texts[:3] if len(text.text.split()) <= MAX_WORDS][:MAX_POINTERS]
    numbers = [named[-1] for text in found if (named := _STEP.findall(fold(text.text[:300])))]
    if numbers:
        work = [each for each in layout.passages if "steps" in each.topics or each.kind == "row"]
        items = [each for each in work if each.kind == "item" and each.ordered]
        for number in dict.fromkeys(numbers):
            rows = [each for each in work if each.block and each.block.cells[:1] == (number,) and each.kind == "row"]
            yield from rows[:1] or items[int(number) - 1 : int(number)]


def _chapter(layout: Layout, headings: list[Place], word: str, number: str, pointer: int) -> Iterator[Passage]:
    """What stands below the first heading of that number, up to the next heading; not the pointer itself."""
    named = re.compile(rf"^\W*(?:{word}\s+{re.escape(number)}(?![\w.]*\w)|{re.escape(number)}[.):]?\s)")
    at = next((at for at, place in enumerate(headings) if named.match(fold(place.name[:200]))), None)
    if at is None:
        return
    first, last = headings[at].line, headings[at + 1].line if at + 1 < len(headings) else sys.maxsize
    yield from (each for each in layout.passages if first < each.line < last and each.line != pointer)
