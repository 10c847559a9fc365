"""Terraform's language to syntax tree, and the one query that finds its blocks."""

from __future__ import annotations

from functools import cache

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

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


def captures(root: Node) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    return QueryCursor(query()).captures(root)
