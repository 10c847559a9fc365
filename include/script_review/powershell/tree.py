"""PowerShell text to syntax tree, and the one query that finds in it what the rules ask for.

tree-sitter's cost is the walk, so nothing here walks a tree in Python: one query, run in C, captures the nodes of interest, and
everything else is looked up from those, when a rule asks.
"""

from __future__ import annotations

import re
from functools import cache

import tree_sitter_pwsh
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

# The grammar wants `param (` on one line; PowerShell does not. As many bytes as before, so that every offset stays.
_PARAM = re.compile(rb"(?i)\bparam([ \t]*(?:\r?\n[ \t]*){1,20})\(")

# What is captured, by name. The order of a capture's nodes is that of the text. A captured node costs, so what few rules ask for
# is in a query of its own.
QUERY = """
(ERROR) @error
(command command_name: (_) @name) @command
(function_statement) @function
(class_method_definition) @function
(invocation_expression (member_name) @member) @call
(command_elements (unary_expression (member_access) @membercall) . (argument_list))
(catch_clause) @catch
(try_statement) @try
(assignment_expression) @assignment
(trap_statement) @trap
"""
RARER = """
(attribute) @attribute
(type_literal) @type
(string_literal) @string
(comment) @comment
(flow_control_statement) @flow
"""


@cache
def language() -> Language:
    """The grammar."""
    return Language(tree_sitter_pwsh.language())


@cache
def _query(text: str) -> Query:
    return Query(language(), text)


def normalised(data: bytes) -> bytes:
    """The same length, with what the grammar does not take written as it does."""
    return _PARAM.sub(lambda found: b"param(" + b" " * len(found[1]), data) if b"aram" in data.lower() else data


def parse(data: bytes) -> Tree:
    """The tree of UTF-8 text."""
    return Parser(language()).parse(normalised(data))


def captures(root: Node, query: str = QUERY) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    found = QueryCursor(_query(query)).captures(root)
    return {name: sorted(nodes, key=_start) for name, nodes in found.items()}  # matches come in the order they end


def _start(node: Node) -> int:
    return node.start_byte
