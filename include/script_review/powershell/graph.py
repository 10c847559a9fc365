"""Who calls whom among a module's functions, asked once for all of them: each answer costs the size of the module, not more.

A question put to every function by itself (does it reach a change?) would walk a chain of n functions n times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from include.script_review.powershell.function import Function
    from include.script_review.powershell.script import Script

Said = TypeVar("Said")


class Graph:
    """The functions and bodies of some scripts, by who calls them."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self.functions = [one for script in scripts for one in (script.body, *script.functions)]
        self._callers: dict[int, list[Function]] = defaultdict(list)
        for one in self.functions:
            for callee in one.script.changes.callees(one):
                self._callers[id(callee)].append(one)
        self._answers: dict[str, Mapping[int, Any]] = {}

    def reaching(
        self,
        question: str,
        holds: Callable[[Function], Said | None],
        through: Callable[[Function], bool] = lambda _: True,
    ) -> Mapping[int, Said]:
        """By id, the functions that hold something or reach one that does by calls, and what that is: the nearest.

        :param question: names the answer, which is kept
        :param through: is a function one that its callers reach something by?
        """
        if question not in self._answers:
            self._answers[question] = self._reaching(holds, through)
        return self._answers[question]

    def _reaching(self, holds: Callable[[Function], Said | None], through: Callable[[Function], bool]) -> dict[int, Said]:
        found: dict[int, Said] = {}
        waiting: list[Function] = []
        for one in self.functions:
            held = holds(one)
            if held is not None:
                found[id(one)] = held
                waiting.append(one)
        for one in waiting:  # grows while it is walked
            for caller in self._callers.get(id(one), ()) if through(one) else ():
                if id(caller) not in found:
                    found[id(caller)] = found[id(one)]
                    waiting.append(caller)
        return found


def graph_of(script: Script) -> Graph:
    """That of the script's module, made once; a script that stands in none has its own."""
    members = [one for one in script.project.models.values() if hasattr(one, "functions_by_name")]
    if len(members) < 2 or all(one is not script for one in members):
        return Graph((script,) if len(members) < 2 else (*members, script))
    shared = script.project.shared
    if "graph" not in shared:
        shared["graph"] = Graph(members)
    found: Graph = shared["graph"]
    return found


def left_open(script: Script, covers: Callable[[Function], bool], body_counts: bool) -> frozenset[int]:
    """By id, the functions of a file that can be come to without passing one that covers: nobody or only such ones call them.

    A function in a function is come to through that one alone.

    :param body_counts: is the script's own body a caller as others are, or does nobody call what it calls?
    """
    inner: dict[int, list[Function]] = defaultdict(list)
    named: dict[str, list[Function]] = defaultdict(list)
    for one in script.functions:
        if covers(one):
            continue
        if one.parent is not None and not one.parent.is_script:
            inner[id(one.parent)].append(one)
        else:
            named[one.name.lower().rpartition(":")[2]].append(one)
    waiting = [] if covers(script.body) else [script.body]
    for name, ones in named.items():
        callers = {id(command.function): command.function for command in script.by_name.get(name, ())}
        nobody = not body_counts and any(one.is_script and not covers(one) for one in callers.values())
        waiting += [one for one in ones if nobody or not callers or (len(callers) == 1 and id(one) in callers)]
    found = {id(one) for one in waiting}
    for one in waiting:  # grows while it is walked
        below = inner.pop(id(one), [])
        for name in one.command_names:
            below += named.pop(name, [])
        fresh = [other for other in below if id(other) not in found]
        found.update(map(id, fresh))
        waiting += fresh
    return frozenset(found)
