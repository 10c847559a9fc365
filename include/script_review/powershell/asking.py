"""Who offers `-WhatIf`, and what is changed without anybody having been asked."""

from __future__ import annotations

import re2

from include.script_review.powershell.effects import Effect
from include.script_review.powershell.function import Function
from include.script_review.powershell.graph import left_open
from include.script_review.powershell.script import Script


def offers(function: Function) -> bool:
    """Does it declare `SupportsShouldProcess`, or have a `-WhatIf` of its own?"""
    return function.offers_whatif


def unasked(function: Function) -> list[Effect]:
    """What it changes by itself or through functions that offer nothing either, in the order of the text."""
    changes = function.script.changes
    seen, waiting = {id(function): function}, [function]
    while waiting:
        for callee in changes.callees(waiting.pop()):
            if id(callee) not in seen and not offers(callee):
                seen[id(callee)] = callee
                waiting.append(callee)
    return [effect for one in seen.values() for effect in changes.of(one) if not effect.handed]


def first_unasked(function: Function) -> Effect | None:
    """One of those, rather one that does more than make a folder; asked of many functions it costs no more than of one."""
    changes = function.script.changes
    if changes.idle:
        return None
    graph = changes.graph
    strong = graph.reaching("unasked", lambda one: _first(one, mild=False), _silent)
    found = strong.get(id(function))
    return found or graph.reaching("unasked, mild", lambda one: _first(one, mild=True), _silent).get(id(function))


def _first(function: Function, mild: bool) -> Effect | None:
    return next((one for one in function.script.changes.of(function) if one.mild is mild and not one.handed), None)


def _silent(function: Function) -> bool:
    return not offers(function)


_REHEARSAL = re2.compile(
    r"[$.](?:script:|global:)?_?(?:ansible_)?(?:dry_?run|check_?mode|simulat(?:e|ion)|(?:report|audit|list|log|read)_?only"
    r"|preview(?:_?only)?|no_?op|test_?mode|test_?run)\b"
)


def rehearses(script: Script, function: Function | None = None) -> bool:
    """Is there a switch by another name that only shows what would be done: `$DryRun`, `$module.CheckMode`?"""
    text = script.lowered if function is None else script.lowered[function.start : function.end]
    return _REHEARSAL.search(text) is not None


def undeclared(script: Script) -> frozenset[int]:
    """By id, the functions that declare no `SupportsShouldProcess` and are not only come to through ones that do."""
    return left_open(script, lambda one: one.supports_should_process, body_counts=True)


def uncovered(script: Script) -> frozenset[int]:
    """By id, the functions that offer no `-WhatIf` and are not only come to through ones that do."""
    return left_open(script, offers, body_counts=False)


def hands_on(function: Function) -> bool:
    """Does it hand its caller's `-WhatIf` on: by name, by `@PSBoundParameters`, by looking at `$WhatIfPreference`?"""
    text = function.script.lowered[function.start : function.end]
    if b"whatifpreference" in text:
        return True
    return any("psboundparameters" in command.splats or command.written("whatif") for command in function.commands)


def declared_at(function: Function) -> tuple[int, int]:
    """Where it says `SupportsShouldProcess`."""
    for node in function.attribute_nodes:
        if b"supportsshouldprocess" in (node.text or b"").lower():
            return node.start_byte, node.end_byte
    return function.name_span


def changes_nearby(function: Function) -> bool:
    """Does it change state, by itself or by what it calls?"""
    return bool(function.script.changes.reaches(function))


_REMEMBERED = re2.compile(r"\$[a-z_:]*(before|original|previous|backup|saved|snapshot|oldvalue|restore)[a-z_0-9]*\s*=")


def remembers(script: Script) -> bool:
    """Is what was there put into a variable that says so: `$before = Get-…`, `$original`, `$previous`?"""
    return _REMEMBERED.search(script.lowered) is not None
