"""What an attribute is set to, as far as the text says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

HOLE = "\0"  # stands in a text where something is filled in
_SHELLS = ("expression", "literal_value", "collection_value", "template_expr", "parenthesized_expression")
_TEXTS = ("string_lit", "quoted_template", "heredoc_template")


@dataclass(frozen=True, eq=False)
class Value:
    """An expression."""

    outer: Node

    @cached_property
    def node(self) -> Node:
        """The expression itself, without what the grammar wraps around it."""
        node = self.outer
        while node.type in _SHELLS and node.named_child_count == 1:
            node = node.named_children[0]
        return node

    @cached_property
    def written(self) -> str:
        """As written."""
        return (self.outer.text or b"").decode("utf-8", "replace")

    @cached_property
    def text(self) -> str | None:
        """Of a string or a here-document, with a HOLE for what is filled in; None for anything else."""
        if self.node.type not in _TEXTS:
            return None
        pieces: list[str] = []
        raw, base, at = self.node.text or b"", self.node.start_byte, 0
        for child in self.node.named_children:
            if pieces:  # the grammar leaves blanks before what is filled in out of its nodes
                pieces.append(raw[at : child.start_byte - base].decode("utf-8", "replace"))
            at = child.end_byte - base
            if child.type == "template_literal":
                pieces.append((child.text or b"").decode("utf-8", "replace"))
            elif child.type in ("template_interpolation", "template_directive"):
                pieces.append(HOLE)
        return "".join(pieces)

    @cached_property
    def literal(self) -> str | None:
        """A string, a number, `true` or `false` as text; None for what is computed."""
        if self.node.type in ("bool_lit", "numeric_lit"):
            return (self.node.text or b"").decode("utf-8", "replace")
        return self.text if self.text is not None and HOLE not in self.text else None

    @property
    def true(self) -> bool:
        """Is it `true`?"""
        return self.literal == "true"

    @property
    def false(self) -> bool:
        """Is it `false`?"""
        return self.literal == "false"

    @cached_property
    def items(self) -> tuple[Value, ...]:
        """Of a list its items; of anything else itself."""
        if self.node.type != "tuple":
            return (self,)
        return tuple(Value(child) for child in self.node.named_children if child.type == "expression")

    @cached_property
    def fields(self) -> dict[str, Value]:
        """Of an object."""
        found: dict[str, Value] = {}
        for child in self.node.named_children if self.node.type == "object" else ():
            key, value = child.child_by_field_name("key"), child.child_by_field_name("val")
            if key is not None and value is not None:
                named = Value(key)
                found[named.literal if named.literal is not None else named.written] = Value(value)
        return found

    @cached_property
    def call(self) -> str:
        """The function that is called; empty where it is no call."""
        if self.node.type != "function_call":
            return ""
        return (self.node.named_children[0].text or b"").decode("utf-8", "replace")

    @cached_property
    def arguments(self) -> tuple[Value, ...]:
        """What the function is given."""
        holder = next((child for child in self.node.named_children if child.type == "function_arguments"), None)
        return tuple(Value(child) for child in holder.named_children if child.type == "expression") if holder is not None else ()

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The literal items of a list, or the one literal."""
        return tuple(item.literal for item in self.items if item.literal is not None)

    def texts(self) -> Iterator[str]:
        """The texts of a list, or the one text, with their HOLEs."""
        for item in self.items:
            if item.text is not None:
                yield item.text
