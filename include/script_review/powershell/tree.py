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

# What is captured, by name. The order of a capture's nodes is that of the text.
QUERY = """
(ERROR) @error
(command command_name: (_) @command)
(function_statement) @function
(class_method_definition) @function
(invocation_expression) @call
(command_elements (unary_expression (member_access) @membercall) . (argument_list))
(catch_clause) @catch
(try_statement) @try
(assignment_expression) @assignment
(param_block) @params
(attribute) @attribute
(type_literal) @type
(string_literal) @string
(comment) @comment
(trap_statement) @trap
(flow_control_statement) @flow
"""


@cache
def language() -> Language:
    """The grammar."""
    return Language(tree_sitter_pwsh.language())


@cache
def query() -> Query:
    """The one query."""
    return Query(language(), QUERY)


def normalised(data: bytes) -> bytes:
    """The same length, with what the grammar does not take written as it does."""
    return _PARAM.sub(lambda found: b"param(" + b" " * len(found[1]), data) if b"aram" in data.lower() else data


def parse(data: bytes) -> Tree:
    """The tree of UTF-8 text."""
    return Parser(language()).parse(normalised(data))


def captures(root: Node) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    return QueryCursor(query()).captures(root)
