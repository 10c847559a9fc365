"""What one line of text is: a field, a numbered item, a label on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.changes.fold import plain
from include.changes.labels import is_label, is_phrase
from include.changes.notes import Block

_BOLD = re.compile(r"^\s*(?:[-*+]\s+)?(?:\*\*|__|\*)([^*\n]{1,80}?)[ \t]*([:?]?)(?:\*\*|__|\*)[ \t]*(:?)[ \t]*(.*)$", re.DOTALL)
_FIELD = re.compile(r"^\s*([^\W\d_][^:`<>|\n]{0,58}?)[ \t]*:(?=\s|$)[ \t]*(.*)$")
_ITEM = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+|[-*+•])\s+(?=\S)")
MAX_LABEL_WORDS = 7


def field_of(line: str) -> tuple[str, str] | None:
    """(name, value) of `Name: value`, `**Name:** value`, `**Question?** answer`; None for any other line."""
    bold = _BOLD.match(line)
    if bold and (bold[2] or bold[3]):
        return plain(bold[1]).strip(), plain(bold[4]).strip()
    found = _FIELD.match(line)
    if found and len(found[1].split()) <= MAX_LABEL_WORDS and not found[2].startswith("//"):
        return plain(found[1]).strip(), plain(found[2]).strip()
    return None


def text_blocks(lines: Sequence[str], first: int) -> Iterator[Block]:
    """The blocks of one paragraph: fields with the lines that continue them, items, or the paragraph as it is.

    A line `Name: value` in the midst of prose is a field only where the name is a label that we know, or where all before it
    are fields. A single line that is nothing but a known label is a heading.
    """
    lines = [line for line in lines if line.strip()] if len(lines) == 1 else list(lines)
    if (
        len(lines) == 1
        and len(lines[0]) < 80
        and lines[0].strip()[:1].isalnum()
        and is_label(lines[0].strip().rstrip(":"))
        and field_of(lines[0]) is None
    ):
        yield Block("heading", plain(lines[0]).strip(), first, level=4)
        return
    open_: Block | None = None
    for number, line in enumerate(lines, first):
        started = _started(line, open_, number)
        if started is None and open_ is not None:
            more = plain(line).strip()
            text = f"{open_.text}\n{more}" if open_.text else more
            if len(open_.text) > 50_000:  # what nobody writes: cut, so that joining stays linear
                yield open_
                text = more
            open_ = Block(open_.kind, text, open_.line, key=open_.key, ordered=open_.ordered)
            continue
        if open_ is not None:
            yield open_
        open_ = started or Block("paragraph", plain(line).strip(), number)
    if open_ is not None:
        yield open_


def _started(line: str, before: Block | None, number: int) -> Block | None:
    item = _ITEM.match(line)
    if item and not (before is not None and before.kind == "field" and before.text):
        return Block("item", plain(line[item.end() :]).strip(), number, ordered=line.strip()[0].isdigit())
    found = field_of(line)
    if found and (before is None or before.kind == "field" or is_label(found[0])) and (not before or _may_follow(before, found)):
        return Block("field", found[1], number, key=found[0])
    if before is None and len(line) < 60 and line.strip()[:1].isalnum() and is_label(line.strip()):
        return Block("field", "", number, key=plain(line).strip())
    return None


def _may_follow(before: Block, found: tuple[str, str]) -> bool:
    """Below `Test plan:` the line `Before the change: tests passed` is its text; `Approvals: …` is the next field."""
    return before.kind != "field" or bool(before.text) or not is_label(before.key) or is_phrase(found[0])
