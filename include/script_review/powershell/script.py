"""A PowerShell file as the rules see it. Everything is looked up when it is asked for, from one query over the tree."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter

import re2
from tree_sitter import Node, Tree

from include.script_review.once import once
from include.script_review.powershell.aliases import canonical
from include.script_review.powershell.call import Call
from include.script_review.powershell.changes import Changes
from include.script_review.powershell.command import Command
from include.script_review.powershell.function import Function
from include.script_review.powershell.spans import Spans
from include.script_review.powershell.tree import RARER, captures, parse
from include.script_review.powershell.value import Value, said
from include.script_review.project import Project
from include.script_review.source import Source

_ASSIGNED = re.compile(rb"\$\{?([a-z_][\w:]{0,100})\}?\s{0,20}[-+*/%]?=(?!=)")
_HASH = re2.compile(r"\$\{?((?:script:|global:|local:)?\w+)\}?\s*=\s*(?:\[\w+\]\s*)?@\{")


class Script:
    """One file. `project`: what is known of the files beside it."""

    def __init__(self, source: Source, project: Project | None = None) -> None:
        self.source = source
        self.project = project or Project()
        path = source.path.lower()
        self.is_module = path.endswith(".psm1")
        self.is_test = path.endswith(".tests.ps1")  # of Pester

    @once
    def lowered(self) -> bytes:
        """The file in lower case, to see quickly that a word is not in it."""
        return self.source.data.lower()

    def says(self, word: bytes) -> bool:
        """Is a lower-case word in the file? Searched for once, however often it is asked."""
        found = self._said.get(word)
        if found is None:
            found = self._said[word] = word in self.lowered
        return found

    @property
    def names_scratch(self) -> bool:
        """Is there a word of temporary files in it?"""
        return (
            self.says(b"$env:te")
            or self.says(b"gettemp")
            or self.says(b"$tmp")
            or self.says(b"$temp")
            or self.says(b"testdrive:")
        )

    @once
    def scratch_variables(self) -> dict[str, bool]:
        """What was found out about variables so far: is this one the name of a temporary file? Kept by `effects`."""
        return {}

    @once
    def _said(self) -> dict[bytes, bool]:
        return {}

    @once
    def tree(self) -> Tree:
        """Its syntax tree; byte offsets are those of `source.data`."""
        return parse(self.source.data)

    @once
    def root(self) -> Node:
        """The whole file."""
        return self.tree.root_node

    @once
    def nodes(self) -> Mapping[str, list[Node]]:
        """The captured nodes by name; see `tree.QUERY`."""
        return captures(self.root)

    @once
    def errors(self) -> tuple[tuple[int, int], ...]:
        """The parts, as bytes, that the parser could make no sense of, without overlaps."""
        merged: list[tuple[int, int]] = []
        for node in self.nodes.get("error", ()):
            if merged and node.start_byte <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], node.end_byte))
            else:
                merged.append((node.start_byte, node.end_byte))
        return tuple(merged)

    @once
    def rarer_nodes(self) -> Mapping[str, list[Node]]:
        """Likewise; see `tree.RARER`."""
        return captures(self.root, RARER)

    @once
    def commands(self) -> tuple[Command, ...]:
        """Every call of a command, in the order of the text."""
        pairs = _pairs(self.nodes.get("command", []), self.nodes.get("name", []), _command_name)
        return tuple(Command(self, node, name, _canonical(said(name))) for node, name in pairs)

    @once
    def by_name(self) -> Mapping[str, list[Command]]:
        """Commands by canonical name."""
        found: dict[str, list[Command]] = defaultdict(list)
        for command in self.commands:
            found[command.name].append(command)
        return found

    def named(self, *names: str) -> list[Command]:
        """The calls of some commands, by canonical lower-case names."""
        return [command for name in names for command in self.by_name.get(name, ())]

    def command_of(self, node: Node) -> Command | None:
        """The command a node of kind `command` is."""
        return self._by_start.get(node.start_byte)

    @once
    def _by_start(self) -> Mapping[int, Command]:
        return {command.start: command for command in self.commands}

    @once
    def calls(self) -> tuple[Call, ...]:
        """Every call of a method, in the order of the text."""
        pairs = _pairs(self.nodes.get("call", []), self.nodes.get("member", []), _member_name)
        made = [Call(self, node, said(member).strip("\"'").lower()) for node, member in pairs]
        bare = self.nodes.get("membercall", ())
        if not bare:
            return tuple(made)
        return tuple(sorted((*made, *(Call(self, node, _member(node)) for node in bare)), key=lambda call: call.start))

    @once
    def calls_by_member(self) -> Mapping[str, list[Call]]:
        """Method calls by the method's lower-case name."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls:
            found[call.member].append(call)
        return found

    @once
    def body(self) -> Function:
        """The script's own body."""
        return Function(self, self.root, "")

    @once
    def functions(self) -> tuple[Function, ...]:
        """Functions, filters, workflows and methods, in the order of the text; the script's own body is not among them."""
        return tuple(Function(self, node, _name(node)) for node in self.nodes.get("function", ()))

    @once
    def functions_by_name(self) -> Mapping[str, Function]:
        """By lower-case name without a scope; methods are left out. The last of a name counts, as when run."""
        return {one.name.lower().rpartition(":")[2]: one for one in self.functions if not one.is_method}

    @once
    def changes(self) -> Changes:
        """Which functions change state, and where."""
        return Changes(self)

    def lookup(self, name: str) -> Function | None:
        """The function of a lower-case name, of this file or of the other files of its module."""
        found = self.functions_by_name.get(name)
        return found if found is not None or len(self.project.models) < 2 else self._module.get(name)

    @once
    def _module(self) -> Mapping[str, Function]:
        """The functions of the module's files; found out once for all of them."""
        shared: dict[str, Mapping[str, Function]] = self.project.shared
        if "functions" not in shared:
            scripts = [one for one in self.project.models.values() if isinstance(one, Script) and not one.is_test]
            shared["functions"] = {name: one for script in scripts for name, one in script.functions_by_name.items()}
        return shared["functions"]

    @once
    def _function_spans(self) -> Spans[Function]:
        return Spans((one.start, one.end, one) for one in self.functions)

    def function_at(self, offset: int) -> Function:
        """The innermost function around a byte."""
        return self._function_spans.at(offset) or self.body

    @once
    def handlers(self) -> Spans[Node]:
        """The blocks of `catch` and `finally`."""
        nodes = sorted((*self.nodes.get("catch", ()), *self.nodes.get("finally", ())), key=lambda node: node.start_byte)
        return Spans((node.start_byte, node.end_byte, node) for node in nodes)

    @once
    def _commands_in(self) -> Mapping[int, list[Command]]:
        found: dict[int, list[Command]] = defaultdict(list)
        for command in self.commands:
            found[id(command.function)].append(command)
        return found

    def commands_of(self, function: Function) -> tuple[Command, ...]:
        """The commands of a function, without those of functions defined in it."""
        return tuple(self._commands_in.get(id(function), ()))

    def assigned(self, variable: str) -> list[tuple[Node, Value]]:
        """Of a lower-case variable, with its scope: each whole assignment and its right side, in the order of the text."""
        if variable in self._assigned:
            return self._assigned[variable]
        nodes = self.nodes.get("assignment", ())
        found = self._assigned[variable] = []
        for start in self._assigned_at.get(variable, ()):
            at = bisect_right(self._assignment_starts, start) - 1
            right = nodes[at].child_by_field_name("value") if at >= 0 else None
            if right is not None and start < right.start_byte:
                found.append((nodes[at], Value.of(right)))
        return found

    @once
    def _assigned(self) -> dict[str, list[tuple[Node, Value]]]:
        return {}

    @once
    def _assignment_starts(self) -> list[int]:
        return [node.start_byte for node in self.nodes.get("assignment", ())]

    @once
    def _assigned_at(self) -> Mapping[str, list[int]]:
        """Where the text looks as if a variable was assigned. The tree is asked only about those that somebody asks for."""
        found: dict[str, list[int]] = defaultdict(list)
        for looks in _ASSIGNED.finditer(self.lowered):
            found[looks[1].decode("utf-8", "replace")].append(looks.start())
        return found

    def hash_literal(self, variable: str, before: int) -> Mapping[str, Value]:
        """What a variable's hash literal says, by lower-case key: the last one assigned before a byte."""
        found = self._hash_literals.get(variable, ())
        at = bisect_left(found, before, key=itemgetter(0)) - 1
        if at < 0:
            return {}
        value = found[at][1]
        if value.start not in self._hash_entries:
            self._hash_entries[value.start] = _entries(value.node)
        return self._hash_entries[value.start]

    @once
    def _hash_entries(self) -> dict[int, Mapping[str, Value]]:
        return {}

    @once
    def _hash_literals(self) -> Mapping[str, list[tuple[int, Value]]]:
        """By lower-case variable. Only assignments that look so are asked, since there are many others."""
        nodes, starts = self.nodes.get("assignment", ()), self._assignment_starts
        found: dict[str, list[tuple[int, Value]]] = defaultdict(list)
        for looks in _HASH.finditer(self.source.data):
            at = bisect_right(starts, looks.start()) - 1
            right = nodes[at].child_by_field_name("value") if at >= 0 and starts[at] == looks.start() else None
            value = Value.of(right) if right is not None else None
            if value is not None and value.kind == "cast_expression":
                value = Value.of(value.node.named_children[-1])
            if value is not None and value.kind == "hash_literal_expression":
                found[looks.group(1).decode("utf-8", "replace").lower()].append((looks.start(), value))
        return found


def _pairs(holders: list[Node], names: list[Node], of: Callable[[Node], Node | None]) -> Iterable[tuple[Node, Node]]:
    """Each holder with its name.

    Both are in the order of the text, and a name stands first in its holder: so the n-th belongs to the n-th. Only where the
    parser guessed can one have two names, and each is asked for its own.
    """
    if len(holders) == len(names):
        return zip(holders, names, strict=True)
    return [(holder, name) for holder in holders if (name := of(holder)) is not None]


def _command_name(node: Node) -> Node | None:
    return node.child_by_field_name("command_name")


def _member_name(node: Node) -> Node | None:
    return next((child for child in node.named_children if child.type == "member_name"), None)


def _canonical(written: str) -> str:
    """Empty where the name is only known when run."""
    return "" if written[:1] in '$({"' else canonical(written)


def _name(node: Node) -> str:
    for child in node.named_children:
        if child.type in ("function_name", "simple_name"):
            return said(child)
    return ""


def _member(node: Node) -> str:
    for child in node.named_children:
        if child.type == "member_name":
            return said(child).strip("\"'").lower()
    return ""


def _entries(node: Node) -> dict[str, Value]:
    """`@{ Path = 'x' }` by lower-case key."""
    found: dict[str, Value] = {}
    for body in node.named_children:
        for entry in body.named_children:
            if entry.type == "hash_entry" and entry.named_child_count > 1:
                found[said(entry.named_children[0]).strip("\"'").lower()] = Value.of(entry.named_children[-1])
    return found
