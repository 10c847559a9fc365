"""Words of all languages as patterns, and which of a sentence's words name something."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from include.changes.words import LANGUAGES, joined

_ELIDED = re.compile(r"^(?:l|d|n|s|c|j|qu|un|dell|all|nell|dall|sull)'")  # "l'état": the article says nothing
_WORD = re.compile(r"[^\W_][\w'/:%.@-]*")
# Something quoted exactly, a number, a path, a host's name, an address.
EXACT = re.compile(r"`[^`]+`|\"[^\"]+\"|\d|\b[^\W\d_]\w*[./_@\\]\w+|https?://|\b[A-Z]{2,}[_-]\w+|[=<>≥≤]")
DURATION = re.compile(
    r"\b\d+ ?(?:h|min|s|hours?|minutes?|seconds?|days?|stunden?|minuten?|tagen?|heures?|jours?|horas?|minutos?|dias?)\b"
)  # says when, not how


@cache
def rx(name: str, *, start: bool = False) -> re.Pattern[str]:
    """An entry of the vocabulary, whole words, in all languages; `start`: at the beginning of the text."""
    lead = r"^\W*" if start else r"(?<![\w-])"
    return re.compile(rf"{lead}(?:{joined(name)})(?!\w|-\w)")


@cache
def empty_words() -> frozenset[str]:
    return frozenset(
        word for language in LANGUAGES.values() for entry in (language.stop, language.generic) for word in entry.split("|")
    )


@cache
def stop_words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES.values() for word in language.stop.split("|"))


@lru_cache(maxsize=2_048)
def specific_words(folded: str) -> tuple[str, ...]:
    """The words that name something: no stop words, no "the change", no verbs of the trade."""
    return tuple(
        word
        for found in _WORD.findall(folded)
        if (word := _ELIDED.sub("", found.rstrip(".:'/-"))) and len(word) > 1 and word not in empty_words() and not _verb(word)
    )


@lru_cache(maxsize=4_096)
def _verb(word: str) -> bool:
    return any(rx(name, start=True).fullmatch(word) for name in ("act", "undo", "go_back", "check"))


def specific(folded: str) -> bool:
    return bool(EXACT.search(folded)) or bool(specific_words(folded))


def does(folded: str) -> bool:
    """Is there a verb that does something to a system?"""
    return bool(rx("act").search(folded) or rx("undo").search(folded))
