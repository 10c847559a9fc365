"""Which topic a heading, a field's name or a column's header speaks of."""

from __future__ import annotations

from functools import cache, lru_cache

from include.changes.fold import fold, label
from include.changes.questions import asks_for
from include.changes.words import LANGUAGES

MAX_WORDS = 9
# Under these names people look for a section, so a word of their own beside it is forgiven: "Rollback of the gateway".
_SPECIFIC = frozenset({"rollback", "validation", "test_plan", "evidence", "prechecks", "communication", "trigger", "approval"})
# Too common to speak for a label with other words in it.
_COMMON = frozenset({"affected", "purpose", "scope", "steps", "technician", "window", "risk", "history", "type"})
# A word of the trade in every language: at the end of a short label it is what the label is about.
# Only as the whole label: a migration's way back. "Server down" is none.
_WHOLE = {"down": frozenset({"rollback"})}
_EVERYWHERE = frozenset({"rollback", "backout", "fallback"})


@cache
def _phrases() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language in LANGUAGES.values():
        for topic, phrases in language.labels.items():
            for phrase in phrases.split("|"):
                found.setdefault(phrase.strip(), set()).add(topic)
    return {phrase: frozenset(topics) for phrase, topics in found.items()}


@cache
def _filler() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES.values() for word in language.filler.split("|"))


@lru_cache(maxsize=4_096)
def topics(text: str, *, exact: bool = False) -> frozenset[str]:
    """The topics of a label; none for what is no label. `exact`: the whole label must be a known phrase (a document's title)."""
    asked = asks_for(text)
    if asked and not exact:
        return frozenset({asked})
    parts = [text, *text.split("/"), *text.split("(")[:1]] if ("/" in text or "(" in text) else [text]
    found: frozenset[str] = frozenset()
    for part in parts:
        name = label(part)
        found |= _WHOLE.get(name, frozenset()) | _phrases().get(name, frozenset())
        if not exact:
            found |= _contained(name)
    return found


def is_label(text: str) -> bool:
    """Is this, as a whole, a name under which people look for something in a change document?"""
    return len(text) < 100 and bool(topics(text))


def is_phrase(text: str) -> bool:
    """Is it one of the phrases itself, word for word?"""
    return label(text) in _phrases()


def is_known(text: str, topic: str) -> bool:
    """Does the label as a whole name this topic, in so many words?"""
    return topic in _phrases().get(label(fold(text)), frozenset())


def _contained(name: str) -> frozenset[str]:
    """Topics of phrases inside a short label whose other words are filler."""
    words = name.split()
    if not 1 < len(words) <= MAX_WORDS:
        return frozenset()
    found: set[str] = set()
    covered = 0
    position = 0
    while position < len(words):
        length, here = _longest(words, position)
        found |= here
        covered += length or (words[position] in _filler())
        position += length or 1
    open_ = len(words) - covered
    if len(words) <= 4 and words[-1] in _EVERYWHERE:
        found.add("rollback")
        open_ = min(open_, 1)  # "Piano di rollback"
    if open_ == 0:
        return frozenset(found)
    return frozenset(found & _SPECIFIC) if open_ == 1 else frozenset()


def _longest(words: list[str], position: int) -> tuple[int, frozenset[str]]:
    """The longest phrase that starts at this word: its length, its topics."""
    for length in range(min(5, len(words) - position), 0, -1):
        here = _phrases().get(" ".join(words[position : position + length]))
        if here and (length > 1 or not here <= _COMMON):
            return length, here
    return 0, frozenset()
