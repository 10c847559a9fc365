"""A ticket's record as JSON, as ServiceNow, Jira and Freshservice give it away: each key a field, and its value read as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from include.changes.fold import label
from include.changes.from_html import html_blocks
from include.changes.from_markdown import markdown_blocks
from include.changes.notes import Block
from include.contracts.base import clean_text

MAX_DEPTH = 12
# The value that a person sees, where a key holds an object of its own: ServiceNow's, Jira's, a drop-down's.
_SHOWN = ("display_value", "displayName", "value", "name")
_TITLES = frozenset({"short_description", "summary", "subject", "title"})
_TAG = re.compile(r"</?(?:p|div|ul|ol|li|br|table|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)


def json_blocks(text: str) -> tuple[Block, ...] | None:
    """The blocks of a JSON object or of a list of objects; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    records = found if isinstance(found, list) else [found]
    if not records or not all(isinstance(each, dict) for each in records):
        return None
    return tuple(_Lines(text).placed(records)) or None


class _Lines:
    """Keys in the order in which they stand in the text, each with its line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._line = 0, 1

    def placed(self, records: list[object]) -> Iterator[Block]:
        pairs = list(_pairs(records, "", 0))
        title = next((value for key, value in pairs if key in _TITLES and value.strip()), "")
        if title:
            yield Block("heading", clean_text(title)[:300].strip().split("\n")[0], 1, level=1)
        long = False  # has a value opened a section? The next key must close it
        for key, value in pairs:
            line = self._line_of(key)
            blocks = tuple(_blocks(key, value))
            if long and [block.kind for block in blocks] == ["field"]:
                yield Block("heading", blocks[0].key, line, level=2)
            long = long or len(blocks) > 1
            yield from (replace(block, line=line) for block in blocks)

    def _line_of(self, key: str) -> int:
        at = self._text.find(json.dumps(key, ensure_ascii=False), self._at)
        if at >= 0:
            self._line += self._text.count("\n", self._at, at)
            self._at = at
        return self._line


def _pairs(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > MAX_DEPTH or value is None or isinstance(value, bool):
        return
    if isinstance(value, dict):
        shown = next((value[name] for name in _SHOWN if key and isinstance(value.get(name), str)), None)
        if shown is not None:
            yield key, shown
            return
        for name, inner in value.items():
            yield from _pairs(inner, str(name), depth + 1)
    elif isinstance(value, list) and not all(isinstance(each, (str, int, float)) for each in value):
        for inner in value:
            yield from _pairs(inner, key, depth + 1)
    elif isinstance(value, list):
        yield key, "\n".join(f"- {each}" for each in value)
    else:
        yield key, str(value)


def _blocks(key: str, value: str) -> Iterator[Block]:
    """One line is a field; a longer text stands below its key as below a heading."""
    # Escapes bring characters back that were written out in the file.
    name, text = label(clean_text(key)).strip(), clean_text(value).strip()
    if not name:
        return
    if _TAG.search(text):
        yield from (Block("heading", name, 0, level=2), *html_blocks(text))
    elif "\n" in text:
        yield from (Block("heading", name, 0, level=2), *markdown_blocks(text))
    else:
        yield Block("field", text, 0, key=name)
