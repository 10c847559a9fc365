"""One call of a method: `[IO.File]::Delete($x)`, `$client.DownloadString($url)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from include.script_review.once import once
from include.script_review.powershell.value import Value, said

if TYPE_CHECKING:
    from include.script_review.powershell.function import Function
    from include.script_review.powershell.script import Script


@dataclass(eq=False)
class Call:
    """`member` is the method's name in lower case, empty where it is computed."""

    script: Script
    node: Node
    member: str

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """The byte behind its last."""
        return self.node.end_byte

    @once
    def target(self) -> Value:
        """What it is called on."""
        return Value.of(self.node.named_children[0])

    @once
    def type(self) -> str:
        """The class of a static call in lower case without `System.`: `io.file`; empty for a call on an object."""
        if self.target.kind != "type_literal":
            return ""
        return self.target.text.strip("[]").strip().lower().removeprefix("system.")

    @once
    def text(self) -> str:
        """As written."""
        return said(self.node)

    @once
    def function(self) -> Function:
        """The innermost function it stands in."""
        return self.script.function_at(self.start)

    @once
    def arguments(self) -> tuple[Value, ...]:
        """What it is given."""
        lists = [child for child in self.node.named_children if child.type == "argument_list"]
        holder = lists[0].child_by_field_name("argument_expression_list") if lists else None
        return tuple(Value.of(child) for child in holder.named_children) if holder is not None else ()
