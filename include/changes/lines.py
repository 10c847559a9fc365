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
_CHAT = re.compile(r"^\s*\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*(?:[ap]m\s*)?[-@<(]?\s?[\w.-]{1,30}(?: [\w.-]{1,30})?[>)]?:\s")
_BOLD_LINE = re.compile(r"^\s*(?:\*\*|__)([^*\n]{1,80}?)(?:\*\*|__)\s*$")
_BOLD_NAME = re.compile(r"^\s*(?:\*\*|__)([^*\n:]{1,60}?)(?:\*\*|__)\s+(?=[^\Wa-z])(\S.*)$")  # `**Window** 2026-12-12`
_NUMBERED = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+([^\W\d_][^.:;|\n]{1,60})$")
_ALIGNED = re.compile(r"^\s*([^\W\d_][^\s:|]*(?: [^\s:|]+){0,4})(?: {2,}|\t+)(\S.*)$")  # `CLASS      Normal change`
_BOX = re.compile(r"^\s*(?:[-*+]\s+)?\[[ xX]?\]\s+([^\n:]{1,60})$")
_SEPARATOR = re.compile(r"\s+[|·•;/]\s+")
BOX = "[ ]"
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


def open_box(line: str) -> str:
    """The label beside a box: of `[ ] Rollback plan`, where a checklist has a place for it; "" for any other line."""
    found = _BOX.match(line)
    return plain(found[1]).strip() if found and "`" not in found[1] and is_label(found[1]) else ""


def bold_field(line: str) -> tuple[str, str] | None:
    """(name, value) of `**Name** value` where the name is a label that we know."""
    found = _BOLD_NAME.match(line)
    return (plain(found[1]).strip(), plain(found[2]).strip()) if found and is_label(found[1]) else None


def _aligned(line: str) -> tuple[str, str] | None:
    """(name, value) of a form that sets its values apart by blanks, where the name is a phrase that we know."""
    found = _ALIGNED.match(line)
    return (plain(found[1]).strip(), plain(found[2]).strip()) if found and is_phrase(found[1]) else None


def _beside(line: str) -> list[tuple[str, str]]:
    """The fields of `Status: draft | Type: normal | Owner: Abe`: at least two, each with a name, and one name that we know."""
    if len(line) > 400 or not _SEPARATOR.search(line):
        return []
    found = [field_of(piece.strip(" *_")) for piece in _SEPARATOR.split(line)]
    fields = [each for each in found if each and each[1]]
    return fields if len(fields) == len(found) > 1 and any(is_label(name) for name, _ in fields) else []


def _heading(line: str, *, alone: bool) -> str:
    """The words of a line that is a heading without a mark: in bold, or numbered with a known name; "" for any other."""
    if len(line) > 100:
        return ""
    bold = _BOLD_LINE.match(line)
    if bold and not bold[1].rstrip().endswith((".", "!", ",", ":", "?")):
        return plain(bold[1]).strip()
    numbered = None if alone else _NUMBERED.match(line)
    if numbered and (is_label(numbered[1]) or (numbered[1].isupper() and len(numbered[1]) > 3)):
        return plain(numbered[1]).strip()
    return ""


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
        and not lines[0].rstrip().endswith((".", ","))  # a sentence, "Restore it.", or "Hello CAB,"
        and is_label(lines[0].strip().rstrip(":"))
        and field_of(lines[0]) is None
    ):
        yield Block("heading", plain(lines[0]).strip(), first, level=4)
        return
    if lines and (name := _heading(lines[0], alone=len(lines) == 1)):
        yield Block("heading", name, first, level=4)
        lines, first = lines[1:], first + 1
    if len(lines) == 1 and (beside := _beside(lines[0])):
        yield from (Block("field", value, first, key=name) for name, value in beside)
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
    if _CHAT.match(line):
        return Block("paragraph", plain(line).strip(), number)
    found = field_of(line) or _aligned(line) or bold_field(line)
    if found and (before is None or before.kind == "field" or is_label(found[0])) and (not before or _may_follow(before, found)):
        return Block("field", found[1], number, key=found[0])
    alone = before is None and len(line) < 60 and line.strip()[:1].isalnum() and not line.rstrip().endswith((".", ","))
    if alone and is_label(line.strip()):
        return Block("field", "", number, key=plain(line).strip())
    return None


def _may_follow(before: Block, found: tuple[str, str]) -> bool:
    """Below `Test plan:` the line `Before the change: tests passed` is its text; `Approvals: …` is the next field."""
    return before.kind != "field" or bool(before.text) or not is_label(before.key) or is_phrase(found[0])
