"""Cut a runbook's Markdown into passages, one per section, each short enough to be quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

MAX_PASSAGE = 4_000  # characters; a citation's quote may be as long
MAX_HEADING = 300

# Where sections begin is a question of blocks. Inline parsing would only cost time, most of all on hostile input.
_BLOCKS = MarkdownIt("commonmark")
_BLOCKS.core.ruler.disable("inline")


@dataclass(frozen=True)
class Passage:
    """A section's text as it stands in the file. `heading` carries the headings above it: `Checks / Pool`."""

    heading: str
    text: str


def passages(body: str, title: str) -> tuple[Passage, ...]:
    """The sections in order; text above the first heading goes under `title`. Sections without text are left out."""
    return tuple(
        Passage(heading[:MAX_HEADING], piece) for heading, text in _sections(body, title) for piece in _pieces(text.strip("\n"))
    )


def _sections(body: str, title: str) -> Iterator[tuple[str, str]]:
    lines = body.split("\n")
    path: list[tuple[int, str]] = []
    heading, start = title, 0
    for level, text, first, after in _headings(body):
        yield heading, "\n".join(lines[start:first])
        path = [*(above for above in path if above[0] < level), (level, text)]
        heading, start = " / ".join(name for _, name in path if name) or title, after
    yield heading, "\n".join(lines[start:])


def _headings(body: str) -> Iterator[tuple[int, str, int, int]]:
    """(level, text, first line, line after) of each heading outside of quotes, lists and code."""
    tokens = _BLOCKS.parse(body)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            yield int(token.tag[1:]), " ".join(inline.content.split()), token.map[0], token.map[1]


def _pieces(text: str) -> Iterator[str]:
    """`text` in pieces of at most MAX_PASSAGE characters, cut between paragraphs, else lines, else anywhere."""
    while len(text) > MAX_PASSAGE:
        cut = max(text.rfind("\n\n", 1, MAX_PASSAGE), 0) or max(text.rfind("\n", 1, MAX_PASSAGE), 0) or MAX_PASSAGE
        if text[:cut].strip():
            yield text[:cut]
        text = text[cut:].lstrip("\n")
    if text.strip():
        yield text
