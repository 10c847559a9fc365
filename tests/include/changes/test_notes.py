"""Notes without a heading have a section all the same."""

from __future__ import annotations

from include.changes.notes import Block, Notes


def test_text_above_the_first_heading() -> None:
    notes = Notes("markdown", (Block("paragraph", "a", 1), Block("heading", "H", 3, level=2), Block("paragraph", "b", 5)), 5)
    assert [(section.heading, len(section.blocks), section.line) for section in notes.sections] == [("", 1, 1), ("H", 1, 3)]
    assert notes.title == "H"


def test_nothing() -> None:
    assert Notes("html", (), 1).sections == ()
