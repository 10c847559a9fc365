"""Which functions of a PowerShell file change state by themselves, and what each of them calls to do it."""

from __future__ import annotations

from include.script_review.changing import Changing
from include.script_review.powershell.script import Script
from include.script_review.source import Source


def changing(source: Source) -> list[Changing]:
    """In the order of the text, the script's own body first. Methods are left out: nothing calls them by a name alone."""
    script = Script(source)
    found = []
    for function in (script.body, *script.functions):
        effects = script.changes.of(function)
        if effects and not function.is_method:
            line = source.place(effects[0].by.start if function.is_script else function.start)[0]
            parameters = tuple(parameter.written.strip("${}") for parameter in function.parameters)
            commands = tuple(effect.what for effect in effects)
            found.append(Changing(source.path, source.language, function.name, line, commands, parameters))
    return found
