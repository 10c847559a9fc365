"""Markdown's blocks, and the forms of plain text that are written like it."""

from __future__ import annotations

from include.changes.from_markdown import markdown_blocks, without_comments


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in markdown_blocks(text)]


def test_numbered_headings_of_plain_text() -> None:
    assert [kind for kind, _ in kinds("1. Introduction\n\ntext\n\n2. Recovery\n\nmore text\n")] == ["heading", "paragraph"] * 2
    assert kinds("1. Restart the node\n\nThat is all.\n")[0][0] == "item"
    assert kinds("3. Rollback\n\nRestore it.\n")[0][0] == "heading"


def test_tables_of_two_columns_are_fields() -> None:
    blocks = markdown_blocks("| | |\n|---|---|\n| Change type | Normal |\n")
    assert [(block.kind, block.key, block.text) for block in blocks] == [("field", "Change type", "Normal")]


def test_tables_of_steps_keep_their_columns() -> None:
    (row,) = markdown_blocks("| Step | What | Undo |\n|---|---|---|\n| 1 | a | b |\n")
    assert (row.kind, row.columns, row.cells, row.line) == ("row", ("Step", "What", "Undo"), ("1", "a", "b"), 3)


def test_indented_text_is_no_code_and_a_template_no_html() -> None:
    assert kinds("Plan:   x\n\n        goes on\n\n<describe it>\n") == [
        ("field", "x"),
        ("paragraph", "goes on"),
        ("paragraph", "<describe it>"),
    ]


def test_comments_go_and_lines_stay() -> None:
    assert without_comments("a<!-- b\nc -->d\ne<!-- open") == "a\nd\ne<!-- open"
