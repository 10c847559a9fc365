"""HTML exports of wikis and ticket systems as blocks, with the standard library's parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from include.changes.from_markdown import row, without_comments
from include.changes.lines import text_blocks
from include.changes.notes import Block
from include.contracts.base import clean_text

_BLOCKS = frozenset(
    {"p", "div", "section", "article", "blockquote", "dd", "dt", "header", "footer", "main", "body", "ul", "ol", "dl"}
)
_SKIPPED = frozenset({"script", "style", "title", "head", "template"})
_STRUCK = frozenset({"del", "s", "strike"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAK = "\x1e"  # stands in no text that was cleaned
_SPACE = re.compile(r"[ \t\n\xa0]+")
# What does not end as a tag is text. The parser would look for the end of each to the end of the document.
_NO_TAG = re.compile(r"<(?![^<>]{1,2000}>)")
MAX_OPEN = 100  # lists in lists beyond this say nothing more


def html_blocks(text: str) -> tuple[Block, ...]:
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", without_comments(text)))
    reader.close()
    reader.flush()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._line = 1
        self._skip = 0
        self._lists: list[bool] = []
        self._item = self._pre = False
        self._heading = 0
        self._term = ""
        self._cells: list[tuple[str, str]] | None = None
        self._cell: str | None = None
        self._columns: tuple[str, ...] = ()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SKIPPED:
            self._skip += tag not in ("head",)
        elif tag == "br":
            self._text.append("\n" if self._pre else _BREAK)
        elif tag in ("code", "tt") and not self._pre:
            self._text.append("`")
        elif tag in _STRUCK:
            self._text.append("~~")
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell = tag
        elif tag == "tr":
            self._end_row()
            self.flush()
            self._cells = []
        elif self._cell is not None:
            self._text.append(" " if tag in _BLOCKS or tag == "li" else "")
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in _HEADINGS or tag in _BLOCKS or tag in ("li", "pre", "table"):
            self.flush()
        if tag in _HEADINGS:
            self._heading = int(tag[1])
        elif tag in ("ul", "ol") and len(self._lists) < MAX_OPEN:
            self._lists.append(tag == "ol")
        elif tag == "li":
            self._item = True
        elif tag == "pre":
            self._pre = True
        elif tag == "table":
            self._columns = ()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skip = max(0, self._skip - (tag != "head"))
        elif tag in ("code", "tt") and not self._pre:
            self._text.append("`")
        elif tag in _STRUCK:
            self._text.append("~~")
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table", "tbody", "thead"):
            self._end_row()
        elif self._cell is None:
            self._close(tag)

    def _close(self, tag: str) -> None:
        if tag in _HEADINGS or tag in _BLOCKS or tag in ("li", "pre"):
            term = self._now() if tag == "dt" else ""
            self.flush(drop=tag == "dt")
            self._term = term
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        data = clean_text(data)  # what was written as `&#8203;` is as invisible
        if not self._text or not "".join(self._text[-3:]).strip():
            self._line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._text.append(data)

    def _now(self) -> str:
        text = "".join(self._text)
        return text.strip("\n") if self._pre else "\n".join(_SPACE.sub(" ", part).strip() for part in _lines(text)).strip()

    def _end_cell(self) -> None:
        if self._cell is not None and self._cells is not None:
            self._cells.append((self._cell, _SPACE.sub(" ", "".join(self._text).replace(_BREAK, "\n")).strip()))
        if self._cell is not None:
            self._text.clear()
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if not self._cells:
            self._cells = None
            return
        cells = tuple(text for _, text in self._cells)
        kinds = {kind for kind, _ in self._cells}
        self._cells = None
        if kinds == {"th"} and len(cells) > 1:
            self._columns = cells
        elif any(cells):
            self.blocks.append(row(cells, self._columns, self._line))

    def flush(self, *, drop: bool = False) -> None:
        """End the text that is open, as the block that it is."""
        text = self._now()
        self._text.clear()
        if text and not drop:
            if self._heading:
                self.blocks.append(Block("heading", " ".join(text.split()), self._line, level=self._heading))
            elif self._pre:
                self.blocks.append(Block("code", text, self._line))
            elif self._term:
                self.blocks.append(Block("field", text, self._line, key=self._term[:80]))
            elif self._item:
                self.blocks.append(Block("item", text, self._line, ordered=bool(self._lists) and self._lists[-1]))
            else:
                self.blocks.extend(text_blocks(text.split("\n"), self._line))
        self._heading, self._item, self._pre = 0, False, False
        if text:
            self._term = ""


def _lines(text: str) -> list[str]:
    """Where the author broke the line; a newline of the source is a space."""
    return text.split(_BREAK)
