"""Terraform's language to syntax tree, and the one query that finds its blocks."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import re2
import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Range, Tree

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


def parse(data: bytes) -> Tree:
    """The tree of UTF-8 text."""
    return Parser(language()).parse(data)


def pieces(data: bytes) -> list[Tree]:
    """A tree for each outermost block, so that one in error does not take the others along; offsets are those of the file."""
    starts = [found.start() for found in _HEAD.finditer(data)][:_MOST]
    found, row, counted = [], 0, 0
    for start, end in pairwise([0, *(start for start in starts if start), len(data)]):
        row, counted = row + data.count(b"\n", counted, start), start
        last = row + data.count(b"\n", start, end)
        column = end - (data.rfind(b"\n", 0, end) + 1)
        part = Range(Point(row, 0), Point(last, column), start, end)
        found.append(Parser(language(), included_ranges=[part]).parse(data))
    return found


def captures(root: Node) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    return QueryCursor(query()).captures(root)
