"""Which steps change something, and where their undo and check stand."""

from __future__ import annotations

from include.changes.places import lay_out
from include.changes.read import read_notes
from include.changes.steps import steps
from include.contracts.change import Standing, Step
from tests.include.changes.documents import document


def found(text: str | bytes) -> tuple[Step, ...]:
    return steps(lay_out(read_notes(text)), Standing.PRESENT, Standing.PRESENT)


PLAN = """# T

## Steps

1. Announce the start.
2. Stop nginx on web-1.
3. Change the pool of web-2.
4. Reload web-3, `curl web-3` must answer 200.

## Rollback

Undo step 2, and set the pool of web-2 back to 40.

## Validation

web-2 shows 70 connections.
"""


def test_undo_and_check_by_number_by_name_or_in_the_step() -> None:
    assert [(s.line, s.changes_state, s.undo, s.check) for s in found(PLAN)] == [
        (5, False, "none", "none"),
        (6, True, "plan", "none"),
        (7, True, "plan", "plan"),
        (8, True, "none", "step"),
    ]


def test_a_table_of_steps() -> None:
    rows = found(document("02-switch-uplink-mop.md"))
    assert len(rows) == 7
    assert {row.undo for row in rows[1:]} == {"step"}
    assert {row.check for row in rows} == {"step"}
    assert not rows[0].changes_state


def test_steps_in_the_lines_of_a_field() -> None:
    rows = found(document("21-standard-browser-update.txt"))
    assert [(row.line, row.text.split()[0]) for row in rows] == [(20, "Release"), (21, "Two"), (22, "Withdraw")]


def test_no_steps() -> None:
    assert found("Just text.\n") == ()
