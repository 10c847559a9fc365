"""All languages that change documents are read in. A new one is a file in `include/changes/languages` and a line here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from include.changes.language import Language
from include.changes.languages.english import ENGLISH
from include.changes.languages.french import FRENCH
from include.changes.languages.german import GERMAN
from include.changes.languages.italian import ITALIAN
from include.changes.languages.spanish import SPANISH

LANGUAGES: dict[str, Language] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN}


def joined(name: str) -> str:
    """One alternation of an entry over all languages, grouped by first letters: a search then tries few branches at a word."""
    assert name in {field.name for field in fields(Language)}
    groups: dict[str, list[str]] = {}
    for language in LANGUAGES.values():
        for branch in _branches(getattr(language, name)):
            plain = branch[:1].isalpha() and branch[1:2] not in ("?", "*", "+", "{")
            groups.setdefault(branch[0] if plain else "", []).append(branch)
    free = groups.pop("", [])
    parts = [f"{letter}(?:{'|'.join(branch[1:] for branch in branches)})" for letter, branches in sorted(groups.items())]
    return "|".join([*parts, *free])


def _branches(alternation: str) -> Iterator[str]:
    """The top-level branches of an alternation."""
    depth, start = 0, 0
    for position, char in enumerate(alternation):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            yield alternation[start:position]
            start = position + 1
    yield alternation[start:]
