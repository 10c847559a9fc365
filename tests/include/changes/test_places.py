"""Text belongs to the place above it."""

from __future__ import annotations

from include.changes.places import Layout, lay_out
from include.changes.read import read_notes


def layout(text: str) -> Layout:
    return lay_out(read_notes(text))


def texts(text: str, topic: str) -> list[list[str]]:
    return [[each.text for each in place.texts] for place in layout(text).of(topic)]


def test_a_sub_heading_belongs_to_its_section() -> None:
    assert texts("# T\n\n## Rollback\n\n### Part one\n\nRestore it.\n\n## Next\n\nother\n", "rollback") == [["Restore it."]]


def test_steps_inside_the_rollback_belong_to_it() -> None:
    assert texts("# T\n\n## Rollback\n\n### Steps\n\n1. one\n", "rollback")[0] == ["one"]
    assert texts("# T\n\n## Rollback\n\n### Verification\n\nSee it.\n", "validation") == []


def test_a_field_without_value_holds_what_follows() -> None:
    assert texts("Rollback:\n\n1. one\n2. two\n\nApprovals: me\n", "rollback") == [["one", "two"]]


def test_a_field_with_a_value_holds_the_list_below_but_no_paragraph() -> None:
    assert texts("Rollback: as follows\n\n- one\n\nother text\n", "rollback") == [["as follows", "one"]]


def test_columns_and_row_labels_are_places() -> None:
    text = "| Step | What | Rollback |\n|---|---|---|\n| 1 | a | b |\n| 2 | c | |\n"
    assert texts(text, "rollback") == [["b", ""]]
    assert texts("| Item | Answer | By |\n|---|---|---|\n| Validation | see above | me |\n", "validation") == [["see above me"]]
