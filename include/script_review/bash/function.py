"""One function of a script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

if TYPE_CHECKING:
    from include.script_review.bash.command import Command
    from include.script_review.bash.script import Script


@dataclass(frozen=True, eq=False)
class Function:
    """`name () { ... }`."""

    script: Script
    node: Node

    @cached_property
    def name(self) -> str:
        """As written."""
        node = self.node.child_by_field_name("name")
        return (node.text or b"").decode("utf-8", "replace") if node is not None else ""

    @property
    def start(self) -> int:
        """Its first byte in the file."""
        return self.script.base + self.node.start_byte

    @property
    def end(self) -> int:
        """The end of the line that it begins on, so that a finding marks its head and not its body."""
        stop = self.script.data.find(b"\n", self.node.start_byte, self.node.end_byte)
        return self.script.base + (stop if stop >= 0 else self.node.end_byte)

    @property
    def line(self) -> int:
        """The line of its first byte in its script, from 1."""
        return self.node.start_point.row + 1

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """What it runs itself."""
        return tuple(self.script.commands_in(self.node))
