"""Every language has every entry, and every entry can be searched."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from include.changes.fold import fold, label
from include.changes.language import Language
from include.changes.words import LANGUAGES, joined

PATTERNS = [field.name for field in fields(Language) if field.name not in ("labels", "types")]


@pytest.mark.parametrize("name", PATTERNS)
def test_entries_compile_and_match_nothing_empty(name: str) -> None:
    assert not re.compile(joined(name)).fullmatch("")


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_written_as_they_are_compared(language: str) -> None:
    own = LANGUAGES[language]
    assert own.labels.keys() == LANGUAGES["en"].labels.keys()
    assert own.types.keys() == LANGUAGES["en"].types.keys()
    assert len(own.months.split(" ")) == 12
    for phrases in own.labels.values():
        for phrase in phrases.split("|"):
            assert phrase.strip() == label(phrase), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_folded(language: str) -> None:
    for name in PATTERNS:
        value = getattr(LANGUAGES[language], name)
        assert value.isascii(), name
        if name in ("filler", "stop", "generic"):
            assert fold(value) == value
