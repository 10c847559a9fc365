"""A shell script as the rules see it. Everything but the parse is looked up when a rule asks for it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

import re2
from tree_sitter import Node

from include.script_review.bash.command import WRAPPERS, Command, base_name
from include.script_review.bash.function import Function
from include.script_review.bash.nested import inner
from include.script_review.bash.options import Options
from include.script_review.bash.tree import captures, empty, parse
from include.script_review.bash.word import Word
from include.script_review.parsing import sound_share, unsound
from include.script_review.source import Source

_PLAIN_NAME = re.compile(rb"[\w./+-]+")
_TESTED = re2.compile(r"\$\{?[#!]?(\w+|[@*])|-v\s+(\w+)")
_DEMANDED = re2.compile(rb"\$\{(\w+):?[?=]")
_NEAR = 200  # how many nodes that begin before a byte are asked whether they hold it
_DEEP = 2  # scripts in strings of scripts in strings


class Script:
    """`base`: where its first byte stands in the file; not 0 for the script inside `bash -c '...'`.

    `beside`: the paths of the other files that are reviewed with it, for what asks whether there is a test.
    """

    def __init__(
        self, data: bytes, path: str = "", *, base: int = 0, parent: Script | None = None, beside: frozenset[str] = frozenset()
    ):
        self.data, self.path, self.base, self.parent, self.beside = data, path, base, parent, beside
        self.depth: int = parent.depth + 1 if parent else 0
        self.unread = False  # its parse took too long
        self._known: dict[int, Command] = {}
        self._offsets: dict[str, list[int]] = {}
        self._pipelines: dict[int, tuple[Command | None, ...]] = {}

    @classmethod
    def of(cls, source: Source, beside: frozenset[str] = frozenset()) -> Script:
        """Of a file."""
        return cls(source.data, source.path, beside=beside)

    @cached_property
    def root(self) -> Node:
        """The whole tree."""
        tree = parse(self.data)
        self.unread = tree is None
        return (tree or empty()).root_node

    @cached_property
    def captures(self) -> dict[str, list[Node]]:
        """What the one query found."""
        return captures(self.root)

    @cached_property
    def own(self) -> tuple[Command, ...]:
        """Its commands in the order of the text, without those of scripts inside strings."""
        return tuple(command for name in self.captures.get("name", ()) if (command := self._command(name)) is not None)

    def _command(self, name: Node) -> Command | None:
        """The command of a name's node; always the same one for the same node."""
        node = name.parent
        if node is None:
            return None
        known = self._known.get(node.id)
        if known is None:
            known = self._known[node.id] = Command(self, node, name)
        return known

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """All of them, also of scripts inside strings and here-documents."""
        found = [*self.own, *(command for script in self.nested for command in script.commands)]
        return tuple(sorted(found, key=lambda command: command.start)) if self.nested else self.own

    @cached_property
    def nested(self) -> tuple[Script, ...]:
        """The scripts that it hands to another shell."""
        if self.depth >= _DEEP:
            return ()
        found = [span for name in ("bash", "sh", "dash", "ksh", "zsh", "ssh", "su") for span in self._spans(name)]
        return tuple(
            Script(self.data[start:end], self.path, base=self.base + start, parent=self, beside=self.beside)
            for start, end in found
        )

    def _spans(self, name: str) -> Iterator[tuple[int, int]]:
        for command in self._named(name):
            yield from inner(command)

    @cached_property
    def _index(self) -> dict[str, list[Command | Node]]:
        """By name; nodes of names, and whole commands where the name stands behind `sudo` and the like."""
        written: dict[bytes, list[Node]] = {}
        for node in self.captures.get("name", ()):
            written.setdefault(self.data[node.start_byte : node.end_byte], []).append(node)
        found: dict[str, list[Command | Node]] = {}
        for raw, nodes in written.items():
            name = base_name(raw.decode("utf-8", "replace"))
            if name in WRAPPERS or not _PLAIN_NAME.fullmatch(raw):
                for command in map(self._command, nodes):
                    if command is not None:
                        found.setdefault(command.name, []).append(command)
            else:
                found.setdefault(name, []).extend(nodes)
        return found

    def _named(self, name: str) -> Iterator[Command]:
        for one in self._index.get(name, ()):
            command = one if isinstance(one, Command) else self._command(one)
            if command is not None:
                yield command

    def calls(self, *names: str) -> list[Command]:
        """The commands of these names, also those inside strings, in the order of the text."""
        found = [command for name in names for command in self._named(name)]
        for script in self.nested:
            found += script.calls(*names)
        return sorted(found, key=lambda command: command.start)

    @property
    def names(self) -> frozenset[str]:
        """The names of all commands."""
        return frozenset(self._index).union(*(script.names for script in self.nested))

    def command_of(self, node: Node) -> Command | None:
        """The command of a node, where it is one."""
        while node.type in ("redirected_statement", "negated_command") and node.named_child_count:
            body = node.child_by_field_name("body") or node.named_children[0]
            if body.id == node.id:
                break
            node = body
        name = node.child_by_field_name("name") if node.type == "command" else None
        return self._command(name) if name is not None else None

    def command_at(self, offset: int) -> Command | None:
        """The innermost command around a byte of this script's own data."""
        node = self.root.descendant_for_byte_range(offset, offset)
        while node is not None and node.type != "command":
            node = node.parent
        return self.command_of(node) if node is not None else None

    def around(self, offset: int, kind: str) -> Node | None:
        """The innermost captured node of a kind around a byte of the file. Asking for parents is slow in deep trees."""
        nodes, at = self.captures.get(kind, []), offset - self.base
        first = bisect_right(self._starts(kind), at)
        return next((node for node in reversed(nodes[max(0, first - _NEAR) : first]) if node.end_byte > at), None)

    def _starts(self, kind: str) -> list[int]:
        if kind not in self._offsets:
            self._offsets[kind] = [node.start_byte for node in self.captures.get(kind, ())]
        return self._offsets[kind]

    def stages(self, holder: Node) -> tuple[Command | None, ...]:
        """Every stage of a pipeline; None for one that is no simple command."""
        if holder.id not in self._pipelines:
            nodes = [node for node in holder.named_children if node.type != "comment"]
            self._pipelines[holder.id] = tuple(self.command_of(node) for node in nodes)
        return self._pipelines[holder.id]

    def commands_in(self, node: Node) -> list[Command]:
        """The commands inside a node of this script."""
        first = bisect_left(self._command_starts, self.base + node.start_byte)
        return list(self.commands[first : bisect_left(self._command_starts, self.base + node.end_byte)])

    @cached_property
    def _command_starts(self) -> list[int]:
        return [command.start for command in self.commands]

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Its functions in the order of the text."""
        return tuple(Function(self, node) for node in self.captures.get("function", ()))

    @cached_property
    def assignments(self) -> dict[str, list[tuple[int, Word | None]]]:
        """Where each variable is given a value, and which; None for an empty one."""
        found: dict[str, list[tuple[int, Word | None]]] = {}
        for node in self.captures.get("assignment", ()):
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None:
                key = self.data[name.start_byte : name.end_byte].decode("utf-8", "replace")
                found.setdefault(key, []).append((self.base + node.start_byte, Word(value) if value is not None else None))
        return found

    @cached_property
    def options(self) -> Options:
        """`set -e`, `set -u`, `set -o pipefail`."""
        return self.parent.options if self.parent else Options.of(self)

    @cached_property
    def tested(self) -> str:
        """The text of every condition and `case`, one a line."""
        nodes = [*self.captures.get("test", ()), *self.captures.get("cased", ())]
        texts = [(node.text or b"").decode("utf-8", "replace") for node in nodes]
        texts += [command.text for command in self._named("test")]
        return "\n".join([*texts, self.parent.tested if self.parent else ""])

    @cached_property
    def guarded(self) -> frozenset[str]:
        """The variables that a condition looks at, that `${name:?}` demands or fills, or that a `for` gives a value."""
        names = {found for pair in _TESTED.findall(self.tested) for found in pair if found}
        names |= {name.decode("utf-8", "replace") for name in _DEMANDED.findall(self.data)}
        for node in self.captures.get("loop", ()):
            variable = node.child_by_field_name("variable")
            if variable is not None:
                names.add((variable.text or b"").decode("utf-8", "replace"))
        return frozenset(names) | (self.parent.guarded if self.parent else frozenset())

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

    @property
    def redirects(self) -> list[tuple[Script, Node]]:
        """Every redirection to or from a file, with the script that it stands in."""
        found = [(self, node) for node in self.captures.get("redirect", ())]
        return found + [one for script in self.nested for one in script.redirects]

    @property
    def is_test(self) -> bool:
        """Is it a file of tests?"""
        return self.path.endswith(".bats")
