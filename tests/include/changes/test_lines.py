"""Lines that are fields, items, labels; and prose that only looks like them."""

from __future__ import annotations

import pytest

from include.changes.lines import field_of, text_blocks


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Backout plan: restore", ("Backout plan", "restore")),
        ("**Type:** Normal", ("Type", "Normal")),
        ("**Back-out**: N/A", ("Back-out", "N/A")),
        ("**How do we see it?** The counter", ("How do we see it", "The counter")),
        ("- **Título:** x", ("Título", "x")),
        ("Number                 : CHG1", ("Number", "CHG1")),
        ("Objet : délégation", ("Objet", "délégation")),
        ("https://example.org/a: b", None),
        ("10:15 started", None),
        ("a line of prose that goes on and on: far too long for a name", None),
        ("no colon", None),
    ],
)
def test_fields(line: str, expected: tuple[str, str] | None) -> None:
    assert field_of(line) == expected


def kinds(text: str) -> list[tuple[str, str, str]]:
    return [(block.kind, block.key, block.text) for block in text_blocks(text.split("\n"), 1)]


def test_a_field_goes_on_until_the_next_known_one() -> None:
    assert kinds("Test plan:\nBefore the change: unit tests\nApprovals: none") == [
        ("field", "Test plan", "Before the change: unit tests"),
        ("field", "Approvals", "none"),
    ]


def test_a_label_alone_is_a_heading() -> None:
    assert kinds("ROLLBACK") == [("heading", "", "ROLLBACK")]
    assert kinds("[Rollback plan]")[0][0] == "paragraph"


def test_numbered_lines_are_items() -> None:
    assert [kind for kind, _, _ in kinds("3.1 Stop it\n3.2 Start it\n    and wait")] == ["item", "item"]


def test_prose_stays_one_paragraph() -> None:
    assert len(kinds("We do it on Tuesday.\nPlease note: no lunch.")) == 1
