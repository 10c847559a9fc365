"""What a command or a method call does to the world, as far as its name and arguments tell.

PowerShell's own analyser looks at the verb of the function that is defined. Here the verb of what is *called* counts, with
tables for the verbs' exceptions, for native tools and for .NET.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from include.script_review.once import once
from include.script_review.powershell import words
from include.script_review.powershell.call import Call
from include.script_review.powershell.command import Command
from include.script_review.powershell.value import Value


class Kind(StrEnum):
    """What happens to what is there."""

    DELETE = "delete"
    STOP = "stop"
    MODIFY = "modify"
    CREATE = "create"
    RUN = "run"  # something is started, sent or posted


@dataclass(eq=False)
class Effect:
    """One place that changes state. `previews`: does it take `-WhatIf` by itself, as cmdlets do and native tools do not?"""

    by: Command | Call
    kind: Kind
    what: str  # `Remove-Item`, `[IO.File]::Delete`, `netsh`
    previews: bool

    @once
    def handed(self) -> bool:
        """Is it given a `-WhatIf` that its caller decides on: `-WhatIf:$WhatIfPreference`, `-WhatIf:$module.CheckMode`?"""
        if isinstance(self.by, Call) or not self.by.script.says(b"whatif"):
            return False
        value = self.by.parameters.get("whatif")
        return value is not None and value.text.lower() not in ("$true", "$false")

    @property
    def mild(self) -> bool:
        """Is nothing but a folder or a file made by it, in most scripts to write into it?"""
        return self.what.lower() in ("new-item", "md", "mkdir", "ni", "[io.directory]::createdirectory")

    @property
    def destructive(self) -> bool:
        """Is what was there gone or down after it?"""
        return self.kind in (Kind.DELETE, Kind.STOP)


_SQL = re.compile(r"(?i)^\s*(update|delete\s+from|insert\s+into|drop|alter|truncate|create|grant|revoke|merge|exec)\b")
_LOG = re.compile(r"(?i)\$[\w:]*log(s|file|name|path|dir|directory|folder|root)?\b")
_SHOWN = 400
_MEMBERS = frozenset({*words.METHODS, *(member for _, member in words.STATIC), "setenvironmentvariable"})
_SCRATCH = re.compile(r"(?i)(\$env:te?mp\b|\bgettemp|\$te?mp|testdrive:|variable:|function:|alias:|\.log\b|transcript)")


@lru_cache(16_384)
def verb_kind(name: str) -> Kind | None:
    """What a cmdlet's name says it does; None for one that changes nothing, or nothing outside this session."""
    verb, dash, noun = name.partition("-")
    if not dash or not noun or name in words.HARMLESS or noun in words.HARMLESS_NOUNS:
        return None
    kind = words.VERBS.get(verb)
    if noun.endswith("privilege") or "result" in noun:
        return None  # of this process's token; what is handed back
    if verb == "start" and noun.endswith(("process", "job", "timer")):
        return None  # as `Start-Process`: what is started decides
    if kind == "create" and not noun.startswith(words.REAL_NOUNS):
        return None  # `New-Report`, `Add-Row`: as a rule things that are made in memory
    return Kind(kind) if kind else None


@lru_cache(16_384)
def may_change(name: str) -> bool:
    """Can a command of this canonical name change anything, whatever it is given?"""
    return bool(name) and (name in words.NATIVE or name in words.ASKING or verb_kind(name) is not None)


def effect_of(command: Command) -> Effect | None:
    """The change that a command makes by itself; None when it makes none, or when another function of the file has its name."""
    if command.name in command.script.functions_by_name:
        return None
    if command.name in words.NATIVE:
        kind = _native(command)
        return Effect(command, kind, command.called.text, previews=False) if kind else None
    if command.name in words.ASKING:
        kind = _asking(command)
        return Effect(command, kind, command.called.text, previews=command.name.startswith("invoke-c")) if kind else None
    kind = verb_kind(command.name)
    if kind is None or _previewed(command) or _scratch(command, kind) or _in_memory(command):
        return None
    return Effect(command, kind, command.called.text, previews=True)


def _previewed(command: Command) -> bool:
    """Is it called with `-WhatIf`, so that nothing happens?"""
    if not command.script.says(b"whatif") and not command.script.says(b"-wi"):
        return False
    value = command.parameters.get("whatif") or command.parameters.get("wi")
    return command.has("whatif", least=2) and (value is None or value.text.lower() == "$true")


def _in_memory(command: Command) -> bool:
    """Is an instance made for this process alone?"""
    return command.name == "new-ciminstance" and command.has("clientonly", least=6)


def _scratch(command: Command, kind: Kind) -> bool:
    """Does it touch only a temporary file, a log, or this session's drives? A log may be made so, not taken away."""
    if not command.name.endswith(("-item", "-content", "-itemproperty")):
        return False
    value = command.value("path", 0) or command.value("literalpath")
    if value is None:
        return False
    if kind is not Kind.DELETE and _LOG.search(value.text) is not None:
        return True
    return _SCRATCH.search(value.text) is not None or _from_scratch(command, value)


def _from_scratch(command: Command, value: Value) -> bool:
    """Is it a variable that is nothing but a temporary file's name: `$f = Join-Path $env:TEMP 'x'`?"""
    name, script = value.variable, command.script
    if name is None or not script.names_scratch:
        return False
    if name not in script.scratch_variables:
        assigned = script.assigned(name)
        script.scratch_variables[name] = bool(assigned) and all(_SCRATCH.search(one.text[:_SHOWN]) for _, one in assigned)
    return script.scratch_variables[name]


def _asking(command: Command) -> Kind | None:
    """Commands whose arguments decide: web requests, SQL, CIM methods."""
    if command.name in ("invoke-restmethod", "invoke-webrequest"):
        method = command.value("method") or command.value("custommethod")
        text = (method.literal or "").lower() if method is not None else ""
        return {"delete": Kind.DELETE, "put": Kind.MODIFY, "patch": Kind.MODIFY, "post": Kind.RUN}.get(text)
    if command.name in ("invoke-cimmethod", "invoke-wmimethod"):
        method = command.value("methodname", 1) or command.value("name")
        text = (method.literal or "get").lower() if method is not None else "get"
        return None if text.startswith(("get", "find", "enum")) else Kind.RUN
    query = command.value("query", 0)
    if query is not None and query.variable:
        given = [value for node, value in command.script.assigned(query.variable) if node.start_byte < command.start]
        query = given[-1] if given else query
    return Kind.MODIFY if query is not None and _SQL.match(query.text.strip("\"'@\r\n ")) else None


def _native(command: Command) -> Kind | None:
    """A program: by its first words."""
    given = [word for word in command.literals() if word]
    if command.name in ("cmd", "wsl", "bash"):
        inner = " ".join(one.text.strip("\"'") for one in command.arguments).lower().split()
        given = inner[1:] if inner[:1] and inner[0].startswith(("/", "-")) else inner
        rules = words.NATIVE.get(given[0].removesuffix(".exe"), ()) if given else ()
        given = given[1:]
    else:
        rules = words.NATIVE[command.name]
    for kind, needed in rules:
        if all(any(word == one or word.startswith(one + ":") for word in given) for one in needed):
            return Kind(kind)
    return None


def call_effect(call: Call) -> Effect | None:
    """The change that a method call makes."""
    if call.member not in _MEMBERS:
        return None
    if call.type:
        kind = words.STATIC.get((call.type, call.member)) or words.STATIC.get((call.type.rpartition(".")[2], call.member))
        if call.type.endswith("environment") and call.member == "setenvironmentvariable":
            kind = "modify" if len(call.arguments) > 2 and "process" not in call.arguments[2].text.lower() else None
        return Effect(call, Kind(kind), f"[{call.target.text.strip('[]')}]::{call.member}", previews=False) if kind else None
    kind = words.METHODS.get(call.member)
    if kind is None or (call.arguments and call.member in words.WITHOUT_ARGUMENTS):
        return None
    target = call.target  # in a chain of calls each holds all before it
    if _SCRATCH.search(call.script.source.data[max(target.start, target.end - _SHOWN) : target.end].decode("utf-8", "replace")):
        return None
    return Effect(call, Kind(kind), f".{call.member}()", previews=False)
