"""CODEOWNERS: who owns which paths of a repository. The last line that fits decides, also when it names nobody.

Format: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
The file is foreign: patterns run in linear time, and a line that is not of the format is noted and owns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import re2

from include.script_review.repository.patterns import Patterns, problem

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")  # the first that there is
MAX_BYTES = 3 * 1024 * 1024  # GitHub reads no larger one
MAX_LINES = 20_000
_OWNER = re2.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]{0,63}(?:/[A-Za-z0-9][A-Za-z0-9_.-]{0,99})?|[^@\s]{1,64}@[^@\s]{1,190}")


class Line(NamedTuple):
    """`number` counts from 1. `owners` as written: `@user`, `@org/team`, an e-mail address; empty: on purpose nobody's."""

    number: int
    pattern: str
    owners: tuple[str, ...]


class Note(NamedTuple):
    """A line that is passed over, 0 for the whole file, and why."""

    number: int
    why: str


class Owners:
    """One CODEOWNERS file.

    :ivar lines: those that count, in their order
    :ivar notes: what is wrong with the others
    """

    def __init__(self, lines: Iterable[Line] = (), notes: Iterable[Note] = ()) -> None:
        self.lines, self.notes = tuple(lines), tuple(notes)
        self._patterns = Patterns([line.pattern for line in self.lines])

    def of(self, path: str) -> tuple[str, ...]:
        """Who owns a path; empty where nobody does."""
        line = self.deciding(path)
        return line.owners if line is not None else ()

    def deciding(self, path: str) -> Line | None:
        """The line that says so."""
        found = self._patterns.last(path)
        return None if found is None else self.lines[found]


def place_of(paths: Iterable[str]) -> str | None:
    """Which of a repository's files is its CODEOWNERS."""
    known = set(paths)
    return next((place for place in PLACES if place in known), None)


def read_owners(data: bytes) -> Owners:
    """The file's lines. Never raises for what it says."""
    if len(data) > MAX_BYTES:
        return Owners(notes=[Note(0, f"larger than {MAX_BYTES} bytes: nothing of it counts")])
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    lines: list[Line] = []
    notes: list[Note] = []
    for number, raw in enumerate(text.split("\n")[:MAX_LINES], 1):
        found = _line(number, raw)
        if isinstance(found, Line):
            lines.append(found)
        elif found is not None:
            notes.append(found)
    if text.count("\n") > MAX_LINES:
        notes.append(Note(0, f"more than {MAX_LINES} lines: the rest does not count"))
    return Owners(lines, notes)


def _line(number: int, raw: str) -> Line | Note | None:
    """A blank line and a comment are neither."""
    words = _words(raw)
    if not words:
        return None
    pattern, *owners = words
    if (why := problem(pattern)) is not None:
        return Note(number, why)
    if pattern.startswith("\\#"):
        return Note(number, "a pattern cannot begin with an escaped #")
    if "\ufffd" in raw or "\0" in raw:
        return Note(number, "characters that are none")
    wrong = sum(_OWNER.fullmatch(owner) is None for owner in owners)
    return (
        Note(number, "an owner that is no @user, no @org/team and no address") if wrong else Line(number, pattern, tuple(owners))
    )


def _words(raw: str) -> list[str]:
    """Split at white space that no backslash takes; a word that begins with `#` ends the line."""
    words: list[str] = []
    word, taken = "", False
    for char in raw.rstrip("\r"):
        if not char.isspace() or taken:
            word += char
        elif word:
            words.append(word)
            word = ""
        taken = char == "\\" and not taken
    words += [word] if word else []
    comment = next((number for number, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:comment]
