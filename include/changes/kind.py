"""What a change says of itself: standard, normal, emergency. Urgency, risk and priority are no types."""

from __future__ import annotations

import re
from functools import cache

from include.changes.fold import fold, sentences
from include.changes.places import Layout, Passage
from include.changes.words import LANGUAGES
from include.contracts.change import ChangeType

MAX_WORDS = 12  # of a field's value that names the type
_NOT_THIS = frozenset({"history", "evidence", "approval", "excluded"})
_BOX = re.compile(r"\[ ?\]|\[[xX]\]|\( \)|\([xX]\)|[☐☑☒✓✔□■]")
_TICKED = re.compile(r"(?:\[[xX]\]|\([xX]\)|[☑☒✓✔■])\s*([^\[(☐☑☒✓✔□■]+)")
_DENIED = re.compile(
    r"\b(?:not|no|kein\w*|nicht|pas|unlike|like|last|previous|other|another|next|than|instead of|future|later|if|statt|future)\b"
)


@cache
def _value() -> re.Pattern[str]:
    """A type's word as the value of a field."""
    return re.compile("|".join(rf"(?P<{name}>\b(?:{_of(name)})\b)" for name in _names()))


@cache
def _phrase() -> re.Pattern[str]:
    """`normal change`, `changement normal`: the word beside "change"."""
    change = "|".join(language.change for language in LANGUAGES.values())
    return re.compile(
        "|".join(
            rf"(?P<{name}>\b(?:{_of(name)})[ -](?:{change})\b|\b(?:{change})(?: de| d'|:)? ?(?:{_of(name)})\b)"
            for name in _names()
        )
    )


def _names() -> tuple[str, ...]:
    return tuple(each.value for each in ChangeType if each is not ChangeType.UNKNOWN)


def _of(name: str) -> str:
    return "|".join(language.types[name] for language in LANGUAGES.values())


def change_type(layout: Layout) -> tuple[ChangeType, int, str]:
    """(type, line, what says so): a field first, then headings and fields, then prose. Two answers of one rank are none."""
    fields = [each for each in layout.passages if each.field and "type" in each.topics] + _below_heading(layout)
    for texts in (
        [(each.line, _short(each.text), _value()) for each in fields],
        [(place.line, place.name, _phrase()) for place in layout.places if place.kind == "heading"]
        + [(each.line, each.text, _phrase()) for each in layout.passages if each.kind == "field"],
        [(each.line, one, _phrase()) for each in layout.passages if _is_prose(each) for one in sentences(each.text)],
    ):
        found = [(name, line, text) for line, text, pattern in texts for name in _said(text, pattern)]
        kinds = {name for name, _, _ in found}
        if kinds:
            kind = ChangeType(kinds.pop()) if len(kinds) == 1 else ChangeType.UNKNOWN
            return kind, found[0][1], found[0][2]
    return ChangeType.UNKNOWN, fields[0].line if fields else 0, ""


def _below_heading(layout: Layout) -> list[Passage]:
    """Under `2. TYPE` stands the type alone, or nearly."""
    places = [place for place in layout.of("type") if place.kind == "heading" and place.texts]
    return [place.texts[0] for place in places if len(place.texts[0].text.split()) <= MAX_WORDS and not place.texts[0].field]


def _is_prose(passage: Passage) -> bool:
    return passage.kind in ("paragraph", "item") and not passage.topics & _NOT_THIS


def _short(text: str) -> str:
    ticked = _TICKED.findall(text[:300])
    if ticked or _BOX.search(text[:300]):  # `[ ] Standard [x] Normal`: the boxes decide
        return " ".join(ticked)
    return " ".join(next(sentences(text), "").split()[:MAX_WORDS])


def _said(text: str, pattern: re.Pattern[str]) -> set[str]:
    folded = fold(text[:1_000])
    return {
        str(found.lastgroup)
        for found in pattern.finditer(folded)
        if not _DENIED.search(folded[max(0, found.start() - 30) : found.start()])
    }
