"""Which functions change state, by themselves or by what they call, and where somebody is asked before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from include.script_review.once import once
from include.script_review.powershell.effects import Effect, Kind, call_effect, effect_of, may_change
from include.script_review.powershell.graph import Graph, graph_of
from include.script_review.powershell.records import keeps_records

if TYPE_CHECKING:
    from include.script_review.powershell.function import Function
    from include.script_review.powershell.script import Script

_NEAR = 20  # functions looked into for a command that takes a change back
_ASKS = ("shouldprocess", "shouldcontinue")


class Changes:
    """Of one script. Functions are found by name in the file, then in the other files of its module."""

    def __init__(self, script: Script) -> None:
        self.script = script

    @once
    def all(self) -> tuple[Effect, ...]:
        """Every place in the file that changes state, in the order of the text."""
        found = [effect for command in self.script.commands if may_change(command.name) and (effect := effect_of(command))]
        found += [effect for call in self.script.calls if call.member and (effect := call_effect(call))]
        kept = (effect for effect in found if effect.kind is Kind.DELETE or not keeps_records(effect.by.function))
        return tuple(sorted(kept, key=lambda effect: effect.by.start))

    @once
    def _own(self) -> Mapping[int, list[Effect]]:
        found: dict[int, list[Effect]] = {}
        for effect in self.all:
            found.setdefault(id(effect.by.function), []).append(effect)
        return found

    def of(self, function: Function) -> tuple[Effect, ...]:
        """What a function changes by itself."""
        return tuple(function.script.changes._own.get(id(function), ()))

    def callees(self, function: Function) -> tuple[Function, ...]:
        """The functions of the file or its module that a function calls, each once."""
        known = function.script.changes._callees
        if id(function) not in known:
            found = (function.script.lookup(name) for name in dict.fromkeys(one.name for one in function.commands))
            known[id(function)] = tuple(one for one in found if one is not None and one is not function)
        return known[id(function)]

    @once
    def _callees(self) -> dict[int, tuple[Function, ...]]:
        return {}

    def near(self, function: Function) -> tuple[Function, ...]:
        """The function, and those it calls, directly or not, the nearest first; only so many, since it is asked of each."""
        known = function.script.changes._near
        if id(function) not in known:
            seen = {id(function): function}
            for one in (waiting := [function]):  # grows while it is walked
                fresh = [callee for callee in self.callees(one)[:_NEAR] if id(callee) not in seen][: _NEAR - len(seen)]
                seen.update((id(callee), callee) for callee in fresh)
                waiting += fresh
            known[id(function)] = tuple(seen.values())
        return known[id(function)]

    @once
    def _near(self) -> dict[int, tuple[Function, ...]]:
        return {}

    @once
    def idle(self) -> bool:
        """Is there nothing at all, here or in the files beside it, that a function could reach?"""
        return not self.all and len(self.script.project.models) < 2

    @once
    def graph(self) -> Graph:
        """Who calls whom in the file or its module."""
        return graph_of(self.script)

    def reaches(self, function: Function) -> Effect | None:
        """A change that a function makes, by itself or by what it calls."""
        return None if self.idle else self.graph.reaching("change", _first).get(id(function))

    def reaches_deaf(self, function: Function) -> Effect | None:
        """Likewise, one that knows no `-WhatIf`."""
        return None if self.idle else self.graph.reaching("deaf change", _first_deaf).get(id(function))

    def asks(self, function: Function) -> bool:
        """Is `ShouldProcess` or `ShouldContinue` called in the function itself?"""
        return id(function) in function.script.changes._asking

    @once
    def _asking(self) -> frozenset[int]:
        return frozenset(id(call.function) for member in _ASKS for call in self.script.calls_by_member.get(member, ()))

    def asked_on_path(self, function: Function) -> bool:
        """Is it asked in the function or in one that it calls?"""
        return id(function) in self.graph.reaching("asks", lambda one: self.asks(one) or None)

    def callers(self, function: Function) -> tuple[Function, ...]:
        """The functions of the file that call it; the script's own body is one, and is called by nobody."""
        if function.is_script:
            return ()
        name = function.name.lower().rpartition(":")[2]
        found = {id(command.function): command.function for command in self.script.by_name.get(name, ())}
        return tuple(one for one in found.values() if one is not function)

    @once
    def changing(self) -> tuple[Function, ...]:
        """The functions of the file that change state, directly or not, in the order of the text; its own body too."""
        return tuple(one for one in (self.script.body, *self.script.functions) if self.reaches(one))


def _first(function: Function) -> Effect | None:
    return next(iter(function.script.changes.of(function)), None)


def _first_deaf(function: Function) -> Effect | None:
    return next((effect for effect in function.script.changes.of(function) if not effect.previews), None)
