"""Jira's and Confluence's wiki markup as blocks, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.changes.fold import plain
from include.changes.from_markdown import row
from include.changes.lines import text_blocks
from include.changes.notes import Block

_HEADING = re.compile(r"^h([1-6])\.[ \t]+(.*)$")
_ITEM = re.compile(r"^([#*-]{1,6})[ \t]+(\S.*)$")
_MACRO = re.compile(r"^\{(code|noformat|panel|quote|info|note|warning|tip|expand|color)(?::[^}\n]*)?\}$")
_WIKI = re.compile(r"^(?:h[1-6]\.[ \t]+\S|\|\|[^\n]*\|\|)", re.MULTILINE)
_MONO = re.compile(r"\{\{([^{}\n]*)\}\}")
_COLOR = re.compile(r"\{color[^}\n]{0,40}\}")


def is_wiki(text: str) -> bool:
    """A heading or a table's header in wiki markup, somewhere at a line's beginning."""
    return _WIKI.search(text) is not None


def wiki_blocks(text: str) -> tuple[Block, ...]:
    return tuple(_blocks(_lines(text.split("\n"))))


def _lines(lines: list[str]) -> Iterator[tuple[int, str] | Block]:
    """The lines with their numbers, and code as blocks; macros that only decorate are blank lines."""
    code: list[str] | None = None
    for number, raw in enumerate(lines, 1):
        line = _COLOR.sub("", _MONO.sub(r"`\1`", raw.strip()))
        macro = _MACRO.match(line)
        fence = macro is not None and macro[1] in ("code", "noformat")
        if code is not None and fence:
            yield Block("code", "\n".join(code), number - len(code))
            code = None
        elif code is not None:
            code.append(raw)
        else:
            code = [] if fence else None
            yield number, "" if macro else line
    if code:
        yield Block("code", "\n".join(code), len(lines) - len(code) + 1)
    yield len(lines) + 1, ""


def _blocks(lines: Iterator[tuple[int, str] | Block]) -> Iterator[Block]:
    columns: tuple[str, ...] = ()
    waiting: list[str] = []
    for each in lines:
        if isinstance(each, Block):
            yield each
            continue
        number, line = each
        one = _one(line, number, columns)
        if one is None and line and not line.startswith("||"):
            waiting.append(line)
            continue
        if waiting:
            yield from text_blocks(waiting, number - len(waiting))
            waiting = []
        if line.startswith("||"):
            columns = tuple(plain(cell).strip() for cell in line.strip("|").split("||"))
        elif not line.startswith("|"):
            columns = ()
        if one is not None:
            yield one


def _one(line: str, number: int, columns: tuple[str, ...]) -> Block | None:
    """The block that a line is by itself; None for text."""
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if heading:
        return Block("heading", plain(heading[2]).strip(), number, level=int(heading[1]))
    if item:
        return Block("item", plain(item[2]).strip(), number, ordered="#" in item[1])
    if line.startswith("|") and not line.startswith("||") and line.endswith("|") and len(line) > 2:
        return row(tuple(plain(cell).strip() for cell in line[1:-1].split("|")), columns, number)
    return None
