"""The steps of the implementation: which change something, and whether each has an undo and a check."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from include.changes import blank, outcome, way_back
from include.changes.fold import fold, sentences
from include.changes.labels import topics
from include.changes.places import Layout, Passage
from include.contracts.change import Standing, Step

MAX_STEPS = 500
MAX_TEXT = 300  # characters of a step
_NUMBERED = re.compile(r"(?:^|\n)\s*\d+(?:\.\d+)*[.)]?\s+(?=\S)")
_STEP_NUMBER = re.compile(r"\b(?:steps?|schritte?n?|etapes?|pasos?)\s+(\d+)(?:\s*(?:-|to|bis|a|and|und|et|y)\s*(\d+))?")
_NAME = re.compile(r"`[^`]{2,80}`|\b[^\W_]\w*(?:[-._/]\w+)+|\b\w*\d\w*\b")
_OTHER = frozenset(
    {
        "rollback",
        "validation",
        "evidence",
        "prechecks",
        "approval",
        "excluded",
        "history",
        "communication",
        "impact",
        "risk",
        "trigger",
    }
)


def steps(layout: Layout, rollback: Standing, validation: Standing) -> tuple[Step, ...]:
    """All steps in order, numbered from 1. The plan's undo or check counts for a step that it names."""
    found = [(line, text, row) for passage in _passages(layout) for line, text, row in _cut(passage)][:MAX_STEPS]
    undo = _named(layout, "rollback") if rollback is Standing.PRESENT else (frozenset(), frozenset())
    check = _named(layout, "validation") if validation is Standing.PRESENT else (frozenset(), frozenset())
    return tuple(_step(number, *one, undo, check) for number, one in enumerate(found, 1))


def _passages(layout: Layout) -> list[Passage]:
    """Where the steps stand: under a heading for them, else the ordered lists that stand under nothing else."""
    named = [
        each
        for place in layout.of("steps")
        for each in place.texts
        if each.kind in ("item", "row") or (each.kind == "field" and (not each.field or _NUMBERED.match(each.text)))
    ]
    unique = list({(each.line, each.text): each for each in named if not each.topics & _OTHER - {"impact", "risk"}}.values())
    return unique or [each for each in layout.passages if each.kind == "item" and each.ordered and not each.topics & _OTHER]


def _cut(passage: Passage) -> list[tuple[int, str, Passage]]:
    if passage.kind == "field" and _NUMBERED.match(passage.text):
        out, line = [], passage.line
        for found in re.split(r"\n(?=\s*\d+[.)]\s)", passage.text):
            out.append((line, _NUMBERED.sub("", found, count=1).strip(), passage))
            line += found.count("\n") + 1
        return out
    return [(passage.line, passage.text, passage)] if passage.text.strip() else []


_Where = Literal["step", "plan", "none"]
_Names = tuple[frozenset[int], frozenset[str]]


def _named(layout: Layout, topic: str) -> _Names:
    """Steps' numbers, and things, that the places of a topic name."""
    numbers: set[int] = set()
    names: set[str] = set()
    for place in layout.of(topic):
        if place.kind == "column":
            continue
        for each in place.texts:
            folded = fold(each.text)
            for found in _STEP_NUMBER.finditer(folded):
                first, last = int(found[1][:4]), int((found[2] or found[1])[:4])
                numbers.update(range(first, min(last, first + MAX_STEPS) + 1))
            names.update(_NAME.findall(folded))
    return frozenset(numbers), frozenset(names)


def _step(number: int, line: int, text: str, passage: Passage, undo: _Names, check: _Names) -> Step:
    body = _action(text, passage)
    names = frozenset(_NAME.findall(fold(body)))
    return Step(
        number=number,
        line=line,
        text=one_line(text),
        changes_state=not outcome.is_passive(body),
        undo=_cell(passage, "rollback") or _own(text, way_back.tells_way_back) or _plan(number, names, undo),
        check=_cell(passage, "expected") or _own(text, outcome.tells_outcome) or _plan(number, names, check),
    )


def one_line(text: str) -> str:
    """A step's text, as it is kept."""
    return " ".join(text.split())[:MAX_TEXT]


def _action(text: str, passage: Passage) -> str:
    """What is done: in a table's row the longest cell that is no column of its own, else the text without its code marks."""
    cells = text.split(" | ") if passage.kind == "row" else [text]
    return max(cells, key=len).strip("`* ")


def _cell(passage: Passage, topic: str) -> Literal["step", ""]:
    block = passage.block
    if block is None or block.kind != "row":
        return ""
    filled = any(
        topic in topics(column) and not blank.blank(cell) for column, cell in zip(block.columns, block.cells, strict=False)
    )
    return "step" if filled else ""


def _own(text: str, says: Callable[[str], object]) -> Literal["step", ""]:
    return "step" if any(says(one) for one in sentences(text)) else ""


def _plan(number: int, names: frozenset[str], of: _Names) -> _Where:
    return "plan" if number in of[0] or names & of[1] else "none"
