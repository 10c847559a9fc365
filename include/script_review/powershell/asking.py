"""Who offers `-WhatIf`, and what is changed without anybody having been asked."""

from __future__ import annotations

import re

from include.script_review.powershell.effects import Effect
from include.script_review.powershell.function import Function
from include.script_review.powershell.script import Script


def offers(function: Function) -> bool:
    """Does it declare `SupportsShouldProcess`, or have a `-WhatIf` of its own?"""
    if function.supports_should_process:
        return True
    return b"whatif" in function.script.lowered and any(parameter.name == "whatif" for parameter in function.parameters)


def unasked(function: Function) -> list[Effect]:
    """What it changes by itself or through functions that offer nothing either, in the order of the text."""
    changes = function.script.changes
    seen, waiting = {id(function): function}, [function]
    while waiting:
        for callee in changes.callees(waiting.pop()):
            if id(callee) not in seen and not offers(callee):
                seen[id(callee)] = callee
                waiting.append(callee)
    return [effect for one in seen.values() for effect in changes.of(one)]


def declares(function: Function) -> bool:
    """Does it, a function around it, or every function that calls it declare `SupportsShouldProcess`?"""
    seen: set[int] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or one.supports_should_process:
            continue
        seen.add(id(one))
        around = [one.parent] if one.parent is not None and not one.parent.is_script else list(one.script.changes.callers(one))
        if not around:
            return False
        waiting += around
    return True


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
    return bool(function.script.changes.reached(function))


_REMEMBERED = re.compile(rb"\$[a-z_:]*(before|original|previous|backup|saved|snapshot|oldvalue|restore)[a-z_0-9]*\s*=")


def remembers(script: Script) -> bool:
    """Is what was there put into a variable that says so: `$before = Get-…`, `$original`, `$previous`?"""
    return _REMEMBERED.search(script.lowered) is not None
