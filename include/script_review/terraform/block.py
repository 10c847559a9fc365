"""One block: `resource "type" "name" { ... }`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from include.script_review.rule import Hit
from include.script_review.terraform.value import Value


@dataclass(frozen=True, eq=False)
class Block:
    """`kind` is its first word, `labels` the strings behind it."""

    node: Node

    @cached_property
    def _head(self) -> tuple[str, ...]:
        words = []
        for child in self.node.named_children:
            if child.type not in ("identifier", "string_lit"):
                break
            words.append((child.text or b"").decode("utf-8", "replace").strip('"'))
        return tuple(words)

    @property
    def kind(self) -> str:
        """`resource`."""
        return self._head[0] if self._head else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """`("aws_s3_bucket", "logs")`."""
        return self._head[1:]

    @property
    def type(self) -> str:
        """The first label: a resource's type."""
        return self.labels[0] if self.labels else ""

    @property
    def name(self) -> str:
        """`aws_s3_bucket.logs`, for messages."""
        return ".".join(self.labels) or self.kind

    @cached_property
    def _body(self) -> tuple[Node, ...]:
        body = next((child for child in self.node.named_children if child.type == "body"), None)
        return tuple(body.named_children) if body is not None else ()

    @cached_property
    def attributes(self) -> dict[str, Value]:
        """By name, without those of blocks inside."""
        found: dict[str, Value] = {}
        for node in self._body:
            if node.type == "attribute" and node.named_child_count >= 2:
                found[(node.named_children[0].text or b"").decode("utf-8", "replace")] = Value(node.named_children[-1])
        return found

    @cached_property
    def children(self) -> tuple[Block, ...]:
        """The blocks inside; of `dynamic "x"` its content, as an `x`."""
        return tuple(Block(node) for node in self._body if node.type == "block")

    def blocks(self, kind: str) -> Iterator[Block]:
        """The blocks of a kind inside it, `dynamic` ones too."""
        for child in self.children:
            if child.kind == kind:
                yield child
            elif child.kind == "dynamic" and child.type == kind:
                yield from (inner for inner in child.children if inner.kind == "content")

    def within(self, depth: int = 6) -> Iterator[Block]:
        """Itself and the blocks inside it, no deeper than anybody writes."""
        yield self
        for child in self.children if depth else ():
            yield from child.within(depth - 1)

    def literal(self, name: str) -> str | None:
        """An attribute's literal value."""
        value = self.attributes.get(name)
        return value.literal if value is not None else None

    def hit(self, message: str) -> Hit:
        """The block's head, and what is wrong with it."""
        start = next((child for child in self.node.children if child.type == "block_start"), self.node)
        return Hit(self.node.start_byte, max(start.start_byte, self.node.start_byte + 1), message)

    def at(self, name: str, message: str) -> Hit:
        """An attribute, and what is wrong with it; the block's head where it has no such attribute."""
        value = self.attributes.get(name)
        holder = value.outer.parent if value is not None else None
        return self.hit(message) if holder is None else Hit(holder.start_byte, holder.end_byte, message)
