"""Pester tests: which commands they mock, and whether they say what must be so. https://pester.dev/docs"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from include.script_review.once import once
from include.script_review.powershell.aliases import canonical
from include.script_review.powershell.command import Command
from include.script_review.powershell.script import Script
from include.script_review.powershell.spans import Spans

_ASSERTS = ("should", "assert-", "invoke-assert", "set-itresult", "throw", "should-")
_BLOCKS = ("it", "beforeall", "beforeeach", "afterall", "aftereach", "describe", "context", "mock", "inmodulescope")


class Pester:
    """One file of tests."""

    def __init__(self, script: Script) -> None:
        self.script = script

    @once
    def mocked(self) -> frozenset[str]:
        """Canonical names of the commands that are mocked, lower case."""
        found = set()
        for command in self.script.named("mock"):
            value = command.value("commandname", 0)
            if value is not None and value.literal:
                found.add(canonical(value.literal))
        return frozenset(found)

    @once
    def named(self) -> frozenset[str]:
        """Canonical names of all that the tests call."""
        return frozenset(self.script.by_name)

    def blocks(self) -> Iterator[tuple[Command, Node]]:
        """Each `It` with the block that it runs; those with `-Skip`, `-Pending` or `-TestCases` only are tests too."""
        for command in self.script.named("it"):
            block = _block(command)
            if block is not None:
                yield command, block

    def asserts(self, block: Node) -> bool:
        """Is something said to be so, in the block or in a function of the file that it calls?"""
        commands = self.script.commands
        first, behind = (bisect_left(self._starts, at) for at in (block.start_byte, block.end_byte))
        return any(self._asserts(one) for one in commands[first:behind]) or b"throw" in (block.text or b"").lower()

    @once
    def _starts(self) -> list[int]:
        return [one.start for one in self.script.commands]

    def _asserts(self, command: Command) -> bool:
        if command.name.startswith(_ASSERTS):
            return True
        called = self.script.lookup(command.name)
        return called is not None and any(name.startswith(_ASSERTS) for name in called.command_names)

    def block_of(self, command: Command) -> str:
        """In which of Pester's blocks a command stands: `it`, `mock`, `beforeall` …; empty where in none."""
        around = self._blocks.at(command.start)
        return around.name if around is not None else ""

    @once
    def _blocks(self) -> Spans[Command]:
        return Spans((one.start + 1, one.end, one) for one in self.script.commands if one.name in _BLOCKS)


def _block(command: Command) -> Node | None:
    """The last script block among what a command is given."""
    values = [*command.arguments, *(value for value in command.parameters.values() if value is not None)]
    blocks = [value.node for value in values if value.kind == "script_block_expression"]
    return blocks[-1] if blocks else None


def pester_of(script: Script) -> list[Pester]:
    """The tests that belong to a script: in its unit, and beside it. Parsed once a unit."""
    shared = script.project.shared
    if "pester" not in shared:
        inside = [one for one in script.project.models.values() if isinstance(one, Script) and one.is_test]
        beside = [Script(one, script.project) for one in script.project.tests.values() if one.language == "powershell"]
        shared["pester"] = [Pester(one) for one in (*inside, *beside) if one.is_test]
    found: list[Pester] = shared["pester"]
    return found


def mocked(tests: Iterable[Pester]) -> frozenset[str]:
    """What any of them mocks."""
    return frozenset(name for one in tests for name in one.mocked)
