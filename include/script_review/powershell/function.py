"""A function, a method of a class, or the body of the script itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from include.script_review.once import once
from include.script_review.powershell.value import Value, said, variable_name

if TYPE_CHECKING:
    from include.script_review.powershell.command import Command
    from include.script_review.powershell.script import Script


@dataclass(eq=False)
class Parameter:
    """`node` is its variable. `types` and `attributes` in lower case without brackets: `string`, `parameter(mandatory)`."""

    name: str
    written: str
    node: Node
    types: tuple[str, ...]
    attributes: tuple[str, ...]
    default: Value | None

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """The byte behind its last."""
        return self.node.end_byte

    @property
    def type(self) -> str:
        """Its type without a namespace: `string`, `securestring`, `pscredential`; empty where it has none."""
        return self.types[-1].removesuffix("[]").rpartition(".")[2] if self.types else ""


@dataclass(eq=False)
class Function:
    """`name` is as written, empty for the script's own body. `start` and `end` are the bytes of all of it."""

    script: Script
    node: Node
    name: str

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """The byte behind its last."""
        return self.node.end_byte

    @property
    def is_script(self) -> bool:
        """Is it the body of the script itself?"""
        return self.node.type == "program"

    @property
    def is_method(self) -> bool:
        """Is it a method of a class?"""
        return self.node.type == "class_method_definition"

    @once
    def name_span(self) -> tuple[int, int]:
        """Where its name stands; for the script's own body its first statement's first line."""
        for child in self.node.named_children:
            if child.type in ("function_name", "simple_name"):
                return child.start_byte, child.end_byte
        return self.start, self.start

    @once
    def parent(self) -> Function | None:
        """The function it is defined in."""
        return None if self.is_script else self.script.function_at(self.start - 1)

    @once
    def block(self) -> Node | None:
        """Its `param( … )` block."""
        holder = self.node
        if not self.is_script:
            blocks = [child for child in holder.named_children if child.type == "script_block"]
            if not blocks:
                return None
            holder = blocks[0]
        return next((child for child in holder.named_children if child.type == "param_block"), None)

    @once
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, of the block or of the parentheses behind its name."""
        holder = self.block or next((c for c in self.node.named_children if c.type == "function_parameter_declaration"), None)
        lists = [child for child in holder.named_children if child.type == "parameter_list"] if holder is not None else []
        return tuple(found for one in lists for child in one.named_children for found in _parameters(child))

    @once
    def attributes(self) -> tuple[str, ...]:
        """The attributes of its block, as written but in lower case: `[cmdletbinding(supportsshouldprocess)]`."""
        return tuple(said(node).lower() for node in self.attribute_nodes)

    @once
    def attribute_nodes(self) -> tuple[Node, ...]:
        """The nodes of those, each `[ … ]` one."""
        if self.block is None:
            return ()
        lists = [child for child in self.block.named_children if child.type == "attribute_list"]
        return tuple(child for one in lists for child in one.named_children)

    @once
    def binding(self) -> str | None:
        """`[CmdletBinding( … )]` in lower case without blanks; None where there is none."""
        written = ("".join(one.split()) for one in self.attributes)
        return next(
            (
                one
                for one in written
                if one.lstrip("[").startswith(("cmdletbinding", "system.management.automation.cmdletbinding"))
            ),
            None,
        )

    @once
    def supports_should_process(self) -> bool:
        """Does it declare `SupportsShouldProcess`?"""
        if not self.script.says(b"supportsshouldprocess"):
            return False
        _, found, rest = (self.binding or "").partition("supportsshouldprocess")
        return bool(found) and not rest.startswith(("=$false", "=0"))

    @once
    def offers_whatif(self) -> bool:
        """Does it declare `SupportsShouldProcess`, or have a `-WhatIf` of its own?"""
        if self.script.says(b"whatif") and any(parameter.name == "whatif" for parameter in self.parameters):
            return True
        return self.supports_should_process

    @once
    def commands(self) -> tuple[Command, ...]:
        """The commands in it, those of functions defined in it left out."""
        return self.script.commands_of(self)

    @once
    def command_names(self) -> frozenset[str]:
        """The canonical names of those."""
        return frozenset(one.name for one in self.commands)


def _parameters(node: Node) -> list[Parameter]:
    """One, or more: the grammar reads `[a]$x = 1, [b]$y` as one parameter with a list as its default."""
    if node.type != "script_parameter":
        return []
    parts = node.named_children
    variable = next((part for part in parts if part.type in ("variable", "braced_variable")), None)
    if variable is None:
        return []
    holder = next((part for part in parts if part.type == "script_parameter_default"), None)
    value = holder.named_children[0] if holder is not None and holder.named_child_count else None
    listed = value.named_children if value is not None and value.type == "array_literal_expression" else []
    swallowed = [part for part in listed[1:] if said(part).startswith("[")]
    default = Value.of(listed[0] if swallowed else value) if value is not None else None
    types, attributes = _marks([part for part in parts if part.type == "attribute_list"])
    first = Parameter(variable_name(said(variable)), said(variable), variable, types, attributes, default)
    return [first, *(found for part in swallowed if (found := _swallowed(part)))]


def _marks(lists: list[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Types and attributes of a parameter, in lower case without brackets."""
    marks = [child for one in lists for child in one.named_children]
    written = [(said(mark).strip()[1:-1].strip().lower(), mark.named_children[:1]) for mark in marks]
    types = tuple(text for text, first in written if first and first[0].type == "type_literal")
    return types, tuple(text for text, first in written if not (first and first[0].type == "type_literal"))


def _swallowed(node: Node) -> Parameter | None:
    """`[string]$y` that the grammar took for a value: a cast of a variable."""
    text = said(node)
    head, found, tail = text.rpartition("]")
    if not found or not tail.strip().startswith("$"):
        return None
    types = tuple(part.strip(" []\r\n\t").lower() for part in head.split("]") if part.strip(" []\r\n\t"))
    written = tail.split("=")[0].strip()
    return Parameter(variable_name(written), written, node, types, types[:-1], None)
