"""Markdown, plain text and e-mail as blocks. Only Markdown's blocks are parsed: inline marks carry nothing that a rule needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from include.changes.fold import plain
from include.changes.labels import is_label
from include.changes.lines import text_blocks
from include.changes.notes import Block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NUMBER_COLUMN = re.compile(r"^(?:step|#|nr|no|n|id|phase|schritt|etape|paso)\.?$", re.IGNORECASE)
HEADING_WORDS = 8


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Indented text is prose here (exports align their values), and `<describe …>` is a template's text, not HTML.
    parser = MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "reference"])
    parser.core.ruler.disable("inline")
    return parser


def markdown_blocks(text: str) -> tuple[Block, ...]:
    return tuple(_blocks(_parser().parse(without_comments(text))))


def without_comments(text: str) -> str:
    """The text without `<!-- … -->`, where templates keep their instructions; lines stay where they are."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 3
    return "".join([*kept, text[position:]])


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    lonely = _lonely_items(tokens)
    ordered: list[bool] = []
    table = _Table()
    fresh = False  # the next inline text is the first of its list item
    for index, token in enumerate(tokens):
        kind = token.type
        line = token.map[0] + 1 if token.map else 0
        if kind in ("ordered_list_open", "bullet_list_open"):
            ordered.append(kind.startswith("ordered"))
        elif kind in ("ordered_list_close", "bullet_list_close"):
            ordered.pop()
        elif kind == "list_item_open":
            fresh = True
        elif kind == "fence":
            yield Block("code", token.content, line)
        elif table.takes(token):
            yield from table.rows
            table.rows.clear()
        elif kind == "inline":
            above = tokens[index - 1]
            if above.type == "heading_open" or index in lonely:
                level = int(above.tag[1:]) if above.type == "heading_open" else 2
                yield Block("heading", plain(" ".join(token.content.split())), line, level=level)
            elif ordered and fresh:
                yield from _item(token.content, line, ordered=ordered[-1])
            else:
                yield from text_blocks(token.content.split("\n"), line)
            fresh = False


def _item(content: str, line: int, *, ordered: bool) -> Iterator[Block]:
    """A list's item; `- Window: Tuesday` is a field that stands in a list."""
    if not ordered:
        found = list(text_blocks(content.split("\n"), line))
        if len(found) == 1 and found[0].kind == "field" and found[0].text:
            yield found[0]
            return
    yield Block("item", plain(content), line, ordered=ordered)


def _lonely_items(tokens: list[Token]) -> frozenset[int]:
    """Where `1. Introduction` is a numbered heading: lists of one short item, several of them or a known name."""
    found = []
    for index, token in enumerate(tokens):
        if token.type != "ordered_list_open" or token.level != 0 or index + 6 >= len(tokens):
            continue
        shape = [each.type for each in tokens[index + 1 : index + 6]]
        if shape != ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]:
            continue
        content = tokens[index + 3].content
        short = "\n" not in content and len(content.split()) <= HEADING_WORDS and not content.rstrip().endswith((".", ":", ";"))
        if short and tokens[index + 6].type == "ordered_list_close":
            found.append(index + 3)
    return frozenset(index for index in found if len(found) > 1 or is_label(tokens[index].content))


class _Table:
    """Collects the cells of one table after the other."""

    def __init__(self) -> None:
        self.rows: list[Block] = []
        self._cells: list[str] = []
        self._columns: tuple[str, ...] = ()
        self._head = self._open = False
        self._line = 0

    def takes(self, token: Token) -> bool:
        if token.type == "table_open":
            self._open = True
        elif token.type == "table_close":
            self._open, self._columns = False, ()
            return True
        elif not self._open:
            return False
        elif token.type == "thead_open":
            self._head = True
        elif token.type == "thead_close":
            self._head = False
        elif token.type == "tr_open":
            self._cells, self._line = [], token.map[0] + 1 if token.map else self._line
        elif token.type == "inline":
            self._cells.append(_BREAK.sub("\n", plain(token.content)).strip())
        elif token.type == "tr_close":
            self._row()
        return True

    def _row(self) -> None:
        cells = tuple(self._cells)
        if self._head:
            self._columns = cells
            if len(cells) == 2 and is_pair(cells) and any(cells):
                self.rows.append(Block("field", cells[1], self._line, key=cells[0]))
        else:
            self.rows.append(row(cells, self._columns, self._line))


def is_pair(columns: tuple[str, ...]) -> bool:
    """Does a table with this header hold a name and its value in each row?"""
    return len(columns) == 2 and not _NUMBER_COLUMN.match(columns[0].strip())


def row(cells: tuple[str, ...], columns: tuple[str, ...], line: int) -> Block:
    """A table's row: a field where the table has two columns, name and value."""
    if len(cells) == 2 and is_pair(columns or ("", "")):
        return Block("field", cells[1], line, key=cells[0])
    return Block("row", " | ".join(cell for cell in cells if cell), line, cells=cells, columns=columns)
