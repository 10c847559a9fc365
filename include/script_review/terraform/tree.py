"""Terraform's language to syntax tree, and the one query that finds its blocks."""

from __future__ import annotations

import time
from functools import cache
from itertools import pairwise

import re2
import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Range, Tree

from include.script_review.parsing import SECONDS, parsed

# A line that begins an outermost block.
_HEAD = re2.compile(rb"(?m)^(?:resource|data|module|variable|output|provider|terraform|locals|moved|import|check)\b[^\n=]*\{")
_MOST = 2_000
QUERY = """
(block) @block
(ERROR) @error
"""


@cache
def language() -> Language:
    """The grammar."""
    return Language(tree_sitter_hcl.language())


@cache
def query() -> Query:
    """The one query."""
    return Query(language(), QUERY)


def parse(data: bytes) -> Tree | None:
    """The tree of UTF-8 text; None where it would take too long."""
    return parsed(language(), data)


def empty() -> Tree:
    """Of no text."""
    return Parser(language()).parse(b"")


def pieces(data: bytes) -> list[Tree]:
    """A tree for each outermost block, so that one in error does not take the others along; offsets are those of the file."""
    starts = [found.start() for found in _HEAD.finditer(data)][:_MOST]
    found: list[Tree] = []
    row, counted, until = 0, 0, time.monotonic() + SECONDS
    for start, end in pairwise([0, *(start for start in starts if start), len(data)]):
        row, counted = row + data.count(b"\n", counted, start), start
        last = row + data.count(b"\n", start, end)
        column = end - (data.rfind(b"\n", 0, end) + 1)
        part = Range(Point(row, 0), Point(last, column), start, end)
        tree = parsed(language(), data, [part], seconds=0.5)
        if tree is None or time.monotonic() > until:
            break
        found.append(tree)
    return found


def captures(root: Node) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    found = QueryCursor(query()).captures(root)  # which come in no order at all
    return {name: sorted(nodes, key=_place) for name, nodes in found.items()}


def _place(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte
