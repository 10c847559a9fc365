"""One call of a command: its name, its parameters and what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node

from include.script_review.once import once
from include.script_review.powershell.value import Value, said, variable_name

if TYPE_CHECKING:
    from include.script_review.powershell.function import Function
    from include.script_review.powershell.script import Script

# Parameters without a value, of the commands that rules look at. What is unknown takes the word behind it.
_SWITCHES = """
    acceptlicense all allowclobber allowunencryptedauthentication allversions append asbytestream asjob asplaintext asstring
    cascade confirm container debug delete descending directory file followsymlink force full hidden includemanagementtools
    leaf noclobber noexit nonewline nonewwindow noninteractive noprofile notypeinformation parent passthru permanent purge
    quiet raw readonly recurse removedata resolve restart shouldthrow simple skipcertificatecheck skiphttperrorcheck
    skippublishercheck system unique usebasicparsing useculture usessl verbose wait whatif
"""
SWITCHES = frozenset(_SWITCHES.split())
# Where one or two letters are known to be a switch: `rm -r -fo`.
_SHORT = {"r": ("remove-item", "get-childitem", "copy-item"), "fo": ("remove-item", "copy-item", "move-item", "stop-process")}
_MOST_SPLATTED = 100  # parameters of one call; a longer table is data


@dataclass(eq=False)
class Command:
    """`name` is canonical and lower case (`rm` is `remove-item`), empty where it is computed: `& $tool`."""

    script: Script
    node: Node
    name_node: Node
    name: str

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.node.start_byte

    @property
    def end(self) -> int:
        """The byte behind its last, without the blanks that the grammar counts in."""
        return self.start + len((self.node.text or b"").rstrip())

    @once
    def text(self) -> str:
        """As written."""
        return said(self.node).rstrip()

    @once
    def operator(self) -> str:
        """`&`, `.`, or nothing."""
        first = self.node.named_children[0]
        return said(first) if first.type == "command_invocation_operator" else ""

    @once
    def called(self) -> Value:
        """What is called, as a value: for `& "$x.exe"` the string."""
        node = self.name_node
        while node.type in ("command_name_expr", "command_name") and node.named_child_count == 1:
            node = node.named_children[0]
        return Value.of(node)

    @once
    def function(self) -> Function:
        """The innermost function it stands in; the script's own body is one too."""
        return self.script.function_at(self.start)

    @once
    def _words(self) -> tuple[dict[str, Value | None], tuple[Value, ...], tuple[str, ...], tuple[Node, ...]]:
        """Parameters by their written name, values without one, splatted variables, redirections."""
        holder = self.node.child_by_field_name("command_elements")
        params: dict[str, Value | None] = {}
        loose: list[Value] = []
        splats: list[str] = []
        redirections: list[Node] = []
        waiting, bound = "", False
        for node in holder.named_children if holder is not None else ():
            kind = node.type
            if kind == "command_argument_sep":
                bound = bool(waiting) and b":" in (node.text or b"")
            elif kind == "command_parameter":
                waiting, bound = said(node).lstrip("-–—―").rstrip(":").lower(), False
                params.setdefault(waiting, None)
            elif kind == "redirection":
                redirections.append(node)
            elif (
                kind == "unary_expression"
                and (node.text or b"")[:1] == b"@"
                and (node.text or b"")[1:2] not in (b"(", b"{", b"'", b'"')
            ):
                splats.append(variable_name(said(node)))
            elif (
                waiting
                and (bound or not (_is_switch(waiting) or self.name in _SHORT.get(waiting, ())))
                and params[waiting] is None
            ):
                params[waiting] = Value.of(node)
                waiting = ""
            else:
                loose.append(Value.of(node))
        return params, tuple(loose), tuple(splats), tuple(redirections)

    @once
    def parameters(self) -> dict[str, Value | None]:
        """Given by name, as written but in lower case without the dash; those of a splatted hash literal of this file too."""
        named = dict(self._words[0])
        for splat in self._words[2]:
            for key, value in islice(self.script.hash_literal(splat, self.start).items(), _MOST_SPLATTED):
                named.setdefault(key, value)
        return named

    @property
    def arguments(self) -> tuple[Value, ...]:
        """Values given without a parameter's name, in their order."""
        return self._words[1]

    @property
    def splats(self) -> tuple[str, ...]:
        """The names of the variables that are splatted, lower case."""
        return self._words[2]

    @property
    def redirections(self) -> tuple[str, ...]:
        """As written: `2>$null`, `> log.txt`."""
        return tuple(said(node) for node in self._words[3])

    def written(self, name: str, least: int = 3) -> str | None:
        """How a parameter is written here: PowerShell takes any beginning of a name that is long enough to be one."""
        for given in self.parameters:
            if given == name or (len(given) >= least and name.startswith(given)):
                return given
        return None

    def value(self, name: str, position: int | None = None, least: int = 3) -> Value | None:
        """What a parameter was given; `position`: or else the value without a name at that place, from 0."""
        given = self.written(name, least)
        if given is not None:
            return self.parameters[given]
        return self.arguments[position] if position is not None and position < len(self.arguments) else None

    def place(self, name: str, least: int = 3) -> tuple[int, int]:
        """Where a parameter is written; the command where it is splatted or not given."""
        holder = self.node.child_by_field_name("command_elements")
        given = self.written(name, least)
        for node in holder.named_children if holder is not None else ():
            if node.type == "command_parameter" and said(node).strip("-–—―:").lower() == given:
                return node.start_byte, node.end_byte
        return self.start, self.end

    def has(self, name: str, least: int = 3) -> bool:
        """Is a switch on? `-Force`, `-Force:$true` and `-Force:$x` are, `-Force:$false` is not."""
        given = self.written(name, least)
        if given is None:
            return False
        value = self.parameters[given]
        return value is None or value.text.lower() != "$false"

    def off(self, name: str, least: int = 3) -> bool:
        """Is a switch switched off: `-Confirm:$false`?"""
        given = self.written(name, least)
        value = self.parameters[given] if given is not None else None
        return value is not None and value.text.lower() in ("$false", "0")

    @once
    def pipeline(self) -> tuple[Command, ...]:
        """The commands of its pipeline, in their order; those that are no commands are left out."""
        chain = self.node.parent
        if chain is None or chain.type != "pipeline_chain":
            return (self,)
        return tuple(found for node in chain.named_children if node.type == "command" and (found := self.script.command_of(node)))

    @once
    def piped_from(self) -> Node | None:
        """What stands before it in its pipeline; None when it is the first."""
        chain = self.node.parent
        if chain is None or chain.type != "pipeline_chain":
            return None
        before = None
        for node in chain.named_children:
            if node.start_byte == self.node.start_byte:
                return before
            before = node
        return None

    def literals(self) -> list[str]:
        """All values, named or not, that can be told without running, lower case: what native tools are given."""
        values = [*self.arguments, *(value for value in self.parameters.values() if value is not None)]
        return [text.lower() for value in values for item in value.items if (text := item.literal) is not None]


@lru_cache(4_096)
def _is_switch(name: str) -> bool:
    return name in SWITCHES or (len(name) >= 3 and any(switch.startswith(name) for switch in SWITCHES))
