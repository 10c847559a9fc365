"""Text into what a grounding check compares: atoms, times as instants, and which words a negation covers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC

from include.contracts.claims import ISO_TIME, parse_time

# A word, an identifier, a number with its sign: dots and hyphens inside belong to it.
# Signs that compare or measure claim as much as a word does.
_ATOM = re.compile(r"@\d{4}-[^\s@]+@|(?:(?<![\w)\]])[+-](?=\d))?\w+(?:[.\-]\w+)*|[%‰°€$£<>≤≥≠≈±×→←↑↓]")
_CLAUSE = re.compile(r"[,;:.!?()\[\]{}—…|⏎](?=\s|$)|\n|\bbut\b", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?<=[a-z])n['’]t\b", re.IGNORECASE)
_CANNOT = re.compile(r"\bcannot\b", re.IGNORECASE)
_FAILING_TO = re.compile(r"\b(?:fail(?:ed|s|ing)?|unable|refus(?:ed|es|ing)|declin(?:ed|es|ing)) to\b", re.IGNORECASE)
NEGATORS = frozenset({"no", "not", "never", "none", "without", "nothing", "nobody", "neither", "nor", "hardly", "zero"})
_SCOPE = 4  # atoms that a negation covers, within its clause

# Words that claim nothing by themselves. Everything else in a fact must stand in what it quotes: default deny.
_FRAME_WORDS = """
a an the and or at in on of to from by for with as that which who this these those it its was were is are be been has have had
says said reads reported reports wrote line lines quote went then there
"""
FRAME = frozenset(_FRAME_WORDS.split())


def normalised(text: str) -> str:
    """Times as `@<UTC>@`, contractions written out, `failed to` marked as the negation it is."""
    text = ISO_TIME.sub(lambda match: _instant(match[0]), text)
    text = _CONTRACTION.sub(" not", text)
    text = _CANNOT.sub("can not", text)
    return _FAILING_TO.sub(lambda match: f"{match[0]} not", text)


def _instant(text: str) -> str:
    try:
        return f" @{parse_time(text).astimezone(UTC).isoformat()}@ "
    except (ValueError, OverflowError):
        return text


def atoms(text: str) -> list[str]:
    """Case-folded words, identifiers, numbers and instants of normalised text, in order."""
    return [match[0].casefold() for match in _ATOM.finditer(text)]


def segments(text: str) -> list[list[str]]:
    """Runs of atoms that no frame word and no strong punctuation interrupts."""
    found: list[list[str]] = []
    for clause in re.split(r"[—…;⏎\n]", text):
        run: list[str] = []
        for atom in atoms(clause):
            if atom in FRAME:
                found.append(run)
                run = []
            else:
                run.append(atom)
        found.append(run)
    return [run for run in found if run]


def polarities(text: str) -> Iterator[tuple[str, bool]]:
    """Each atom of normalised text with whether a negation before it, in its clause, covers it."""
    for clause in _CLAUSE.split(text):
        covered = 0
        for atom in atoms(clause):
            if atom in NEGATORS:
                covered = _SCOPE
                continue
            yield atom, covered > 0
            covered -= 1


def polarity_map(texts: Iterable[str]) -> dict[str, set[bool]]:
    """For each atom, the polarities it has in these normalised texts."""
    found: dict[str, set[bool]] = {}
    for text in texts:
        for atom, negated in polarities(text):
            found.setdefault(atom, set()).add(negated)
    return found


def contains_run(run: list[str], texts: Iterable[list[str]]) -> bool:
    """Does one of the atom lists hold `run` in one piece?"""
    size = len(run)
    return any(texts_[at : at + size] == run for texts_ in texts for at in range(len(texts_) - size + 1))
