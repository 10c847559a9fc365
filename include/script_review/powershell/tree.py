"""PowerShell text to syntax tree, and the one query that finds in it what the rules ask for.

tree-sitter's cost is the walk, so nothing here walks a tree in Python: one query, run in C, captures the nodes of interest, and
everything else is looked up from those, when a rule asks.
"""

from __future__ import annotations

import re
from functools import cache
from operator import attrgetter

import tree_sitter_pwsh
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

# The grammar wants `param (` on one line, and in a function nothing behind its `)`; PowerShell does not. Written as it wants, in
# as many bytes, so that every offset stays.
_PARAM = re.compile(rb"(?i)(?<![\w$-])param(?:([ \t]*(?:\r?\n[ \t]*){1,20})|[ \t]*)\(")
_BLOCK = re.compile(rb"\{\s*(?:\[[^\n\]]{0,200}\]\s*)?\Z")  # before the word
_BEFORE = 300
_START = attrgetter("start_byte")
_MARKS = re.compile(rb"['\"()]")
# The dashes of a word processor, which PowerShell takes for its own.
_DASH = re.compile(rb"(?<=[ \t])\xe2\x80[\x93-\x95](?=[A-Za-z])")
_ENDS_LINE = (b"\r", b"\n", b";", b"}", b"#", b"")
_MOST = 20_000  # bytes of a block that is looked through for its end

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
(finally_clause) @finally
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
    if b"\xe2\x80" in data:
        data = _DASH.sub(b"  -", data)
    lower = data.lower()
    at, made = lower.find(b"param"), None
    while at >= 0:
        found = _PARAM.match(data, at)
        if found is not None:
            made = made if made is not None else bytearray(data)
            if found[1]:
                made[at : found.end()] = data[at : at + 5] + b"(" + b" " * len(found[1])
            end = _closing(data, found.end())
            if not end:
                break  # what does not end is looked for once
            if _goes_on(data, end) and _BLOCK.search(data[max(at - _BEFORE, 0) : at]):
                made[end] = 0x0A
        at = lower.find(b"param", at + 5)
    return data if made is None else bytes(made)


def _goes_on(data: bytes, end: int) -> bool:
    """Does code follow on the line, behind a blank?"""
    return data[end : end + 1] in (b" ", b"\t") and data[end : end + 200].strip(b" \t")[:1] not in _ENDS_LINE


def _closing(data: bytes, start: int) -> int:
    """Behind the `)` of what was opened before `start`; 0 where it is not found soon. Quoted ones are passed over."""
    depth, behind = 1, start
    for found in _MARKS.finditer(data, start, start + _MOST):
        at = found.start()
        if at < behind:
            continue  # in a string
        mark = found[0]
        if mark in (b"'", b'"'):
            behind = data.find(mark, at + 1, start + _MOST) + 1
            if not behind:
                return 0
        else:
            depth += 1 if mark == b"(" else -1
            if depth == 0:
                return at + 1
    return 0


def parse(data: bytes) -> Tree:
    """The tree of UTF-8 text."""
    return Parser(language()).parse(normalised(data))


def captures(root: Node, query: str = QUERY) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    found = QueryCursor(_query(query)).captures(root)
    return {name: sorted(nodes, key=_START) for name, nodes in found.items()}  # matches come in the order they end
