"""Other light markup turned into Markdown, line for line: AsciiDoc, MediaWiki, reStructuredText, front matter, dotted forms.

Every line stays where it is, so that line numbers hold. Only what a line is can be changed here, never what it says.
"""

from __future__ import annotations

import re

MAX_LINE = 400  # a longer line is text
_FRONT = re.compile(r"\A---[ \t]*\n(?=[A-Za-z][\w -]{0,40}:)")
_FRONT_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)")
_EQUALS = re.compile(r"^(={1,6})[ \t]+([^\s=][^=\n]*)")  # `== Heading` or `== Heading ==`
_CLOSED = re.compile(r"^={2,6}[ \t]*[^\s=][^=\n]*={2,6}[ \t]*$", re.MULTILINE)
_COLONS = re.compile(r"^[ \t]*:([^\W\d_][\w /-]{0,40}):(?:[ \t]+(\S.*)|[ \t]*)$")  # `:field: value`
_DOTTED = re.compile(r"^[ \t]*([^\W\d_][^.:|`\n]{0,60})\.{4,}[ \t]*(.*)$")  # `Field ...... value`
_COUNTED = re.compile(r"^([ \t]{0,12})(?:#\.|\.)[ \t]+(?=\S)")  # an ordered list of reStructuredText, of AsciiDoc
_BOLD = re.compile(r"'''([^'\n]{1,200})'''")
_CODE = re.compile(r"</?(?:code|tt)>", re.IGNORECASE)
_DOUBLE = re.compile(r"(?<!`)``([^`\n]{1,200})``(?!`)")


def as_markdown(text: str) -> str:
    """The text with its headings, fields, lists and code as Markdown has them."""
    text = _without_front_matter(text)
    wiki = _CLOSED.search(text) is not None  # then `#` begins an item, not a heading
    fenced = False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line and len(line) <= MAX_LINE:
            lines[number] = _line(line, wiki=wiki)
    return "\n".join(lines)


def _line(line: str, *, wiki: bool) -> str:
    first = line.lstrip()[:1]
    if first == "=" and (heading := _EQUALS.match(line) or (wiki and re.match(r"^(={2,6})([^=\n]+)=", line))):
        return f"{'#' * len(heading[1])} {heading[2].strip()}"
    if first == ":" and (found := _COLONS.match(line)):
        return f"{found[1]}: {found[2] or ''}"
    if "...." in line and (found := _DOTTED.match(line)):
        return f"{found[1].strip()}: {found[2]}"
    if first in ("#", "."):
        line = _COUNTED.sub(r"\g<1>1. ", line)
        if wiki and line.startswith("# "):
            line = f"1. {line[2:]}"
    if "'''" in line:
        line = _BOLD.sub(r"**\1**", line)
    if "<" in line:
        line = _CODE.sub("`", line)
    return _DOUBLE.sub(r"`\1`", line) if "``" in line else line


def _without_front_matter(text: str) -> str:
    """Its fields stay, its two rules go: Markdown would read the last one as the underline of a heading."""
    begin = _FRONT.match(text)
    end = _FRONT_END.search(text, begin.end(), begin.end() + 20_000) if begin else None
    if begin is None or end is None:
        return text
    return f"\n{text[begin.end() : end.start()]}{text[end.end() :]}"
