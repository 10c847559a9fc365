"""Markdown, plain text and e-mail as blocks. Only Markdown's blocks are parsed: inline marks carry nothing that a rule needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from include.changes.fold import plain
from include.changes.labels import is_label
from include.changes.lines import BOX, bold_field, open_box, text_blocks
from include.changes.lists import headed_items, lonely_items
from include.changes.markup import as_markdown
from include.changes.notes import Block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NUMBER_COLUMN = re.compile(r"^(?:step|#|nr|no|n|id|phase|schritt|etape|paso)\.?$", re.IGNORECASE)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Indented text is prose here (exports align their values), and `<describe …>` is a template's text, not HTML.
    parser = MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "reference"])
    parser.core.ruler.disable("inline")
    return parser


def markdown_blocks(text: str) -> tuple[Block, ...]:
    return tuple(_blocks(_parser().parse(as_markdown(without_comments(text)))))


def without_comments(text: str) -> str:
    """The text without `<!-- … -->`, where templates keep their instructions; lines stay where they are."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 3
    return "".join([*kept, text[position:]])


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    lonely, headed = lonely_items(tokens), headed_items(tokens)
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
            if tokens[index - 1].type == "heading_open" or index in lonely or index in headed:
                yield from _heading(token.content, line, _level(tokens[index - 1], lonely=index in lonely))
            elif ordered and fresh:
                yield from _item(token.content, line, ordered=ordered[-1])
            else:
                yield from text_blocks(token.content.split("\n"), line)
            fresh = False


def _level(opening: Token, *, lonely: bool) -> int:
    """A heading's own depth; a numbered heading stands below the title, one in a list below all others."""
    if opening.type == "heading_open":
        return int(opening.tag[1:])
    return 2 if lonely else 5


def _heading(content: str, line: int, level: int) -> Iterator[Block]:
    """A heading; in a list its first line, with the text below it."""
    if level < 5 or "\n" not in content:
        yield Block("heading", plain(" ".join(content.split())), line, level=level)
        return
    first, _, rest = content.partition("\n")
    yield Block("heading", plain(first).strip(), line, level=level)
    yield from text_blocks(rest.split("\n"), line + 1)


def _item(content: str, line: int, *, ordered: bool) -> Iterator[Block]:
    """A list's item; `- Window: Tuesday` is a field that stands in a list."""
    if name := open_box(content):
        yield Block("field", BOX, line, key=name)
        return
    if not ordered:
        found = list(text_blocks(content.split("\n"), line))
        if len(found) == 1 and found[0].kind == "field" and found[0].text:
            yield found[0]
            return
    elif "\n" not in content and (named := bold_field(content)):
        yield Block("field", named[1], line, key=named[0])
        return
    yield Block("item", plain(content), line, ordered=ordered)


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
            if len(cells) == 2 and is_pair(cells) and any(cells):  # a header is a field where there is none
                self.rows.append(Block("field", cells[1], self._line, key=cells[0]))
        else:
            self.rows.append(row(cells, self._columns, self._line))


def is_pair(columns: tuple[str, ...]) -> bool:
    """Does a table with this header hold a name and its value in each row?"""
    if len(columns) != 2 or _NUMBER_COLUMN.match(columns[0].strip()):
        return False
    return not (is_label(columns[0]) and is_label(columns[1]))  # "Check | Expected" heads columns


def row(cells: tuple[str, ...], columns: tuple[str, ...], line: int) -> Block:
    """A table's row: a field where the table has two columns, name and value."""
    if len(cells) == 2 and is_pair(columns or ("", "")):
        return Block("field", cells[1], line, key=cells[0])
    return Block("row", " | ".join(cell for cell in cells if cell), line, cells=cells, columns=columns)
