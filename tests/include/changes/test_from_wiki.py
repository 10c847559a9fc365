"""Wiki markup, line by line."""

from __future__ import annotations

import pytest

from include.changes.from_wiki import is_wiki, wiki_blocks


@pytest.mark.parametrize(
    ("text", "expected"), [("h2. Rollback\n", True), ("x\n||a||b||\n", True), ("# a\n", False), ("a h2. b", False)]
)
def test_is_wiki(text: str, expected: bool) -> None:
    assert is_wiki(text) is expected


def test_blocks() -> None:
    text = (
        "h2. Steps\n# one {{a b}}\n# two\n\n||Step||Undo||Who||\n|1|x|me|\n\n"
        "||Field||Value||\n|Type|Normal|\n{code:sql}\nh2. no\n{code}\n{panel}\nthat was it\n{panel}\n"
    )
    assert [(block.kind, block.key, block.text, block.line) for block in wiki_blocks(text)] == [
        ("heading", "", "Steps", 1),
        ("item", "", "one `a b`", 2),
        ("item", "", "two", 3),
        ("row", "", "1 | x | me", 6),
        ("field", "Type", "Normal", 9),
        ("code", "", "h2. no", 11),
        ("paragraph", "", "that was it", 14),
    ]


def test_code_without_an_end() -> None:
    assert [block.kind for block in wiki_blocks("h1. x\n{code}\na\n")] == ["heading", "code"]
