"""What was stopped is not started again when a step between fails."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.undo import in_handler
from include.script_review.rule import Hit, Rule

_PAIRS = {"stop": "start", "disable": "enable", "suspend": "resume", "dismount": "mount"}


def check(script: Script) -> Iterator[Hit]:
    """In one function: a stop, at least one more change, then its start, none of it in a handler."""
    if script.is_test:
        return
    for function in (script.body, *script.functions):
        effects = script.changes.of(function)
        names = [effect.by.name if isinstance(effect.by, Command) else "" for effect in effects]
        handled = {name for name, effect in zip(names, effects, strict=True) if in_handler(effect)} if _pairs(names) else set()
        last = {name: at for at, name in enumerate(names)}
        for at, effect in enumerate(effects):
            verb, _, noun = names[at].partition("-")
            start = f"{_PAIRS.get(verb)}-{noun}"
            if last.get(start, -1) >= at + 2 and start not in handled:
                yield Hit(effect.by.start, effect.by.end, f"If a step before {start} fails, {effect.what} stands.")


def _pairs(names: list[str]) -> bool:
    """Does one of them stop something?"""
    return any(name.partition("-")[0] in _PAIRS for name in names)


RULE = Rule(
    id="ps-not-started-again",
    title="Stopped, and started again only if nothing fails",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.MEDIUM,
    why="When a step between fails, what was stopped or disabled stays so.",
    fix="Put the start into a `finally`, or start again in the catch before the error is thrown on.",
    bad="""$ErrorActionPreference = 'Stop'
Stop-Service -Name app
Copy-Item -Path $from -Destination $to -Recurse
Start-Service -Name app
""",
    good="""$ErrorActionPreference = 'Stop'
try {
    Stop-Service -Name app
    Copy-Item -Path $from -Destination $to -Recurse
} finally { Start-Service -Name app }
""",
    check=check,
)
