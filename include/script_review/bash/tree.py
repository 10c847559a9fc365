"""Shell text to syntax tree, and the one query that finds in it what the rules ask for."""

from __future__ import annotations

from functools import cache

import re2
import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from include.script_review.parsing import parsed

# A test of bats is no shell until bats has rewritten it. As many bytes as before, so that every offset stays.
_BATS = re2.compile(rb"(?m)^([ \t]*)(@test[ \t]+[^\n]{1,300}?)\{([ \t\r]*(?:#[^\n]*)?)$")

# What is captured, by name. The order of a capture's nodes is that of the text.
QUERY = """
(command name: (command_name) @name)
(declaration_command) @declaration
(unset_command) @unset
(variable_assignment) @assignment
(function_definition) @function
(test_command) @test
(case_statement value: (_) @cased)
(command_substitution) @substitution
(process_substitution) @substitution
(for_statement) @loop
(while_statement) @loop
(file_redirect) @redirect
(heredoc_redirect) @heredoc
(ERROR) @error
"""


@cache
def language() -> Language:
    """The grammar."""
    return Language(tree_sitter_bash.language())


@cache
def query() -> Query:
    """The one query."""
    return Query(language(), QUERY)


def normalised(data: bytes) -> bytes:
    """The same length, with what the grammar does not take written as it does."""
    if b"@test" not in data:
        return data
    changed: bytes = _BATS.sub(lambda found: found[1] + b"t()".ljust(len(found[2])) + b"{" + found[3], data)
    return changed if len(changed) == len(data) else data


def parse(data: bytes) -> Tree | None:
    """The tree of UTF-8 text; None where it would take too long."""
    return parsed(language(), normalised(data))


def empty() -> Tree:
    """Of no text."""
    return Parser(language()).parse(b"")


def captures(root: Node) -> dict[str, list[Node]]:
    """The nodes of interest by name, in the order of the text."""
    found = QueryCursor(query()).captures(root)  # which come in no order at all
    return {name: sorted(nodes, key=_place) for name, nodes in found.items()}


def _place(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte
