"""What stands behind a parameter, an operator or an equals sign."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from include.script_review.once import once

# Levels of the grammar that say nothing: one child, the same text.
_THROUGH = frozenset(
    {"unary_expression", "argument_expression", "pipeline", "pipeline_chain", "assignment_value", "string_literal"}
)
_EXPANDS = ("expandable_string_literal", "expandable_here_string_literal", "expandable_bareword", "concatenated_command_argument")
_VERBATIM = ("verbatim_string_characters", "verbatim_here_string_characters")
_BACKTICK = re.compile(r"`(.)", re.DOTALL)


def core(node: Node) -> Node:
    """The node below those that only wrap it."""
    while node.type in _THROUGH and node.named_child_count == 1:
        inner = node.named_child(0)
        if inner is None:
            break
        node = inner
    return node


def said(node: Node) -> str:
    """The text of a node as it was written."""
    return (node.text or b"").decode("utf-8", "replace")


@dataclass(eq=False)
class Value:
    """One argument. `node` is the node that says what it is; `text` how it is written."""

    node: Node

    @classmethod
    def of(cls, node: Node) -> Value:
        """The value a node stands for, without what only wraps it."""
        return cls(core(node))

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """The byte behind its last."""
        return self.node.end_byte

    @once
    def kind(self) -> str:
        """The grammar's name: `generic_token`, `variable`, `hash_literal_expression`, `parenthesized_expression` …"""
        return self.node.type

    @once
    def text(self) -> str:
        """As written."""
        return said(self.node)

    @once
    def literal(self) -> str | None:
        """What it is when run, where that can be told without running: strings, words, numbers. Else None."""
        if self.kind in _VERBATIM or (self.kind in _EXPANDS and not self.node.named_child_count):
            return _unquoted(self.text)
        if self.kind in ("generic_token", "path_command_name_token") or self.kind.endswith("integer_literal"):
            return self.text
        return None

    @property
    def computed(self) -> bool:
        """Is it put together when run: a variable, an expression, a string with a variable in it?"""
        return self.literal is None

    @once
    def variable(self) -> str | None:
        """The name of the variable it is, lower case, with its scope: `x`, `global:x`, `env:path`."""
        return variable_name(self.text) if self.kind in ("variable", "braced_variable") else None

    @once
    def items(self) -> tuple[Value, ...]:
        """What a list holds; the value itself where it is no list."""
        if self.kind in ("array_literal_expression", "bareword_argument_list"):
            return tuple(Value.of(child) for child in self.node.named_children)
        if self.kind == "array_expression":
            return tuple(item for child in self.node.named_children for item in _listed(child))
        return (self,)


def _listed(node: Node) -> tuple[Value, ...]:
    """What `@( … )` holds: the values of each of its statements."""
    if node.type == "statement_list":
        return tuple(item for child in node.named_children for item in _listed(child))
    if node.type in ("empty_statement", "comment"):
        return ()
    return Value.of(node).items


def variable_name(written: str) -> str:
    """`$Global:X` and `${global:x}` are `global:x`."""
    return written.lstrip("$@").strip("{}").lower()


def _unquoted(text: str) -> str:
    """The characters of a string literal."""
    if text[:2] in ("@'", '@"'):
        return text[2:-2].strip("\r\n")
    quote, inner = text[:1], text[1:-1]
    if quote in "'‘’‚‛":
        return inner.replace("''", "'")
    return _BACKTICK.sub(r"\1", inner.replace('""', '"'))
