"""Other light markup as Markdown: every line stays where it is, and Markdown itself stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.changes.markup import as_markdown
from include.changes.read import read_notes
from tests.include.changes.documents import EXPECTED, document


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("== Rollback", "## Rollback"),
        ("== Rollback ==", "## Rollback"),
        (":type: normal", "type: normal"),
        ("Type ....... Normal", "Type: Normal"),
        ("'''Type:''' Normal", "**Type:** Normal"),
        ("#. first", "1. first"),
        (". first", "1. first"),
        ("run <code>make</code>", "run `make`"),
        ("run ``make``", "run `make`"),
        ("# Title", "# Title"),
        ("wait ... then go", "wait ... then go"),
        ("a == b", "a == b"),
        ("::", "::"),
        ("```", "```"),
    ],
)
def test_a_line(line: str, expected: str) -> None:
    assert as_markdown(line) == expected


def test_code_stays_as_it_is() -> None:
    code = "```\n== x ==\n:a: b\n```"
    assert as_markdown(code) == code


def test_in_a_text_of_mediawiki_a_hash_begins_an_item() -> None:
    assert as_markdown("== Steps ==\n# stop a\n# start b") == "## Steps\n1. stop a\n1. start b"


def test_front_matter_is_fields_and_no_heading() -> None:
    blocks = read_notes("---\ntype: normal\nowner: ana\n---\n\n# T\n").blocks
    assert [(each.kind, each.key, each.line) for each in blocks] == [
        ("field", "type", 2),
        ("field", "owner", 3),
        ("heading", "", 6),
    ]


def test_markdown_of_the_first_documents_is_hardly_touched() -> None:
    for name in (each for each in EXPECTED if each.endswith(".md")):
        text = document(name).decode()
        changed = [old for old, new in zip(text.split("\n"), as_markdown(text).split("\n"), strict=True) if old != new]
        assert len(changed) <= 2, (name, changed)


@given(st.text("=:.#'`<>code/ -ab\n|~", max_size=200))
def test_lines_stay_where_they_are(text: str) -> None:
    assert as_markdown(text).count("\n") == text.count("\n")
