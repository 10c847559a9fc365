"""A Terraform file as the rules see it. Everything but the parse is looked up when a rule asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from include.script_review.parsing import sound_share, unsound
from include.script_review.source import Source
from include.script_review.terraform.block import Block
from include.script_review.terraform.tree import captures, empty, parse, pieces


class Module:
    """`data`: the file in UTF-8."""

    def __init__(self, data: bytes, path: str = ""):
        self.data, self.path = data, path
        self.unread = False  # its parse took too long

    @classmethod
    def of(cls, source: Source) -> Module:
        """Of a file."""
        return cls(source.data, source.path)

    @cached_property
    def root(self) -> Node:
        """The whole tree."""
        tree = parse(self.data)
        self.unread = tree is None
        return (tree or empty()).root_node

    @cached_property
    def captures(self) -> dict[str, list[Node]]:
        """What the one query found."""
        whole = captures(self.root)
        if not self.root.has_error and not self.unread:
            return whole
        parts = [captures(tree.root_node) for tree in pieces(self.data)]
        return {name: [node for part in parts for node in part.get(name, ())] for name in ("block", "error")}

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks that stand in no other, in the order of the text, also where the tree has errors around them."""
        found: list[Block] = []
        end = 0
        for node in self.captures.get("block", ()):
            if node.start_byte >= end:
                found.append(Block(node))
                end = node.end_byte
        return tuple(found)

    @cached_property
    def _resources(self) -> dict[str, list[Block]]:
        found: dict[str, list[Block]] = {}
        for block in self.blocks:
            if block.kind == "resource":
                found.setdefault(block.type, []).append(block)
        return found

    def resources(self, *types: str) -> Iterator[Block]:
        """The resources of these types; all without one."""
        for kind in types or self._resources:
            yield from self._resources.get(kind, ())

    def of_kind(self, kind: str) -> Iterator[Block]:
        """The outermost blocks of a kind: `variable`, `module`, `provider`."""
        return (block for block in self.blocks if block.kind == kind)

    @cached_property
    def errors(self) -> tuple[tuple[int, int], ...]:
        """The outermost parts that are in no sound tree."""
        if self.root is not None and self.unread:
            return ((0, len(self.data)),)
        return unsound(self.captures.get("error", ()))

    @property
    def share(self) -> float:
        """The part of its bytes that stands in a sound tree, 0 to 1."""
        return sound_share(len(self.data), self.errors)
