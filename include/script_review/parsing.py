"""A parse that ends: some texts, made for it or cut off, keep a parser busy for minutes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from tree_sitter import Language, Node, Parser, Range, Tree

SECONDS = 3.0
_CHUNK = 1 << 11  # small: the text of each node is read through it too
_SHORT = 1 << 14  # the worst of such texts is parsed in half a second, and its nodes give their text faster


def parsed(language: Language, data: bytes, ranges: Sequence[Range] | None = None, seconds: float = SECONDS) -> Tree | None:
    """The tree; None where it would take longer than that."""
    if ranges is None and len(data) <= _SHORT:
        return Parser(language).parse(data)
    until = time.monotonic() + seconds
    parser = Parser(language, included_ranges=ranges) if ranges else Parser(language)
    try:
        return parser.parse(
            lambda offset, _: data[offset : offset + _CHUNK], progress_callback=lambda *_: time.monotonic() > until
        )
    except ValueError:  # what it raises when it is stopped
        return None


def unsound(nodes: Iterable[Node]) -> tuple[tuple[int, int], ...]:
    """The outermost of the parts that stand in no sound tree, as bytes. `nodes`: those in error, in the order of the text."""
    spans: list[tuple[int, int]] = []
    for node in nodes:
        if not spans or node.start_byte >= spans[-1][1]:
            spans.append((node.start_byte, node.end_byte))
    return tuple(spans)


def sound_share(size: int, spans: Iterable[tuple[int, int]]) -> float:
    """The part of so many bytes that stands in a sound tree, 0 to 1."""
    return max(0.0, 1.0 - sum(end - start for start, end in spans) / size) if size else 1.0
