"""Code that a reader cannot see is run."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.origin import DECODE_WORDS, decoded, fetched, given, traced
from include.script_review.rule import Hit, Rule

_BLOB = re2.compile(r"[-/](?:e|ec|enc[a-z]*)[\"',\s:]+[a-z0-9+/=]{16,}")
_PIECES = re2.compile(r"""^\(\s*(?:['"][^'"$]*['"]\s*\+\s*)+['"][^'"$]*['"]\s*\)$""")
_BUILT = re2.compile(r"\[char\]|\[char\[\]\]|-join\b|\{0\}.*-f\s*['\"]|(?:pshome|shellid|comspec)\}?\s*\[|frombase64string")
_LOOKED_UP = re2.compile(
    r"(?:get-?command|gcm|get-?alias|gal)[\s(]+[\"']?(?:'?[a-z]+['\"]\s*\+|iex\b|i\*|\*?ke-e|invoke-expression|[a-z]*\?)"
)
_TICKED = re2.compile(r"[a-z]`[a-z]")
_RUNS = ("invokescript", "newscriptblock", "create", "load")


def check(script: Script) -> Iterator[Hit]:
    """Encoded commands, names put together, text that is decoded and run, blocks made of text."""
    yield from _encoded(script)
    yield from _names(script)
    yield from _expressions(script)
    yield from _blocks(script)


def _encoded(script: Script) -> Iterator[Hit]:
    """`powershell -EncodedCommand …`, by itself or as what another program is given."""
    for command in script.named("powershell", "pwsh"):
        given_name = command.written("encodedcommand", least=1) or command.written("ec")
        if given_name is not None:
            value = command.parameters[given_name]
            severity = None if value is not None and value.literal else Severity.MEDIUM
            yield Hit(command.start, command.end, "PowerShell is given an encoded command.", severity)
    for command in script.named("start-process", "cmd", "invoke-expression"):
        text = command.text.lower()
        if ("powershell" in text or "pwsh" in text) and _BLOB.search(text):
            yield Hit(command.start, command.end, "PowerShell is given an encoded command.")


def _names(script: Script) -> Iterator[Hit]:
    """`& ('i' + 'ex')`, `i`e`x`: the name of the command is put together so that nobody finds it."""
    for command in script.by_name.get("", ()):
        text = command.called.text.lower()
        if text[:1] == "(" and (_PIECES.match(text) or _BUILT.search(text) or _LOOKED_UP.search(text)):
            yield Hit(command.start, command.end, "The name of the command that is run is put together.")
    if b"`" in script.lowered:
        for name, commands in script.by_name.items():
            if "`" in name and _TICKED.search(name):
                yield from (Hit(one.start, one.end, "The name of the command is broken up with backticks.") for one in commands)


def _expressions(script: Script) -> Iterator[Hit]:
    """`iex ([Text.Encoding]::…GetString([Convert]::FromBase64String($x)))`."""
    commands = script.named("invoke-expression")
    if commands and any(word in script.lowered for word in DECODE_WORDS):
        for command in commands:
            if _decodes(command):
                yield Hit(command.start, command.end, "Text that is decoded first is run as code.")


def _decodes(command: Command) -> bool:
    text = traced(command.script, given(command))
    return decoded(text) and not fetched(text)


def _blocks(script: Script) -> Iterator[Hit]:
    """`[scriptblock]::Create($text)`, `$ExecutionContext.InvokeCommand.InvokeScript($text)`, an assembly out of text."""
    for member in _RUNS:
        for call in script.calls_by_member.get(member, ()):
            if not _is_code(call.type, call.target.text.lower(), member) or not call.arguments:
                continue
            text = traced(script, call.text)
            if decoded(text):
                yield Hit(call.start, call.end, f"{call.text[:60]} makes code of decoded text.")
            elif member != "load" and call.arguments[0].computed and not fetched(text):
                yield Hit(call.start, call.end, f"{call.text[:60]} makes code of a computed text.", Severity.MEDIUM)


def _is_code(kind: str, target: str, member: str) -> bool:
    if member == "create":
        return kind.endswith("scriptblock")
    return kind.endswith("reflection.assembly") if member == "load" else "invokecommand" in target


RULE = Rule(
    id="ps-hidden-code",
    title="Code that nobody can read is run",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="What is encoded, or put together when run, cannot be reviewed; it is how malicious code hides.",
    fix="Write the command out as it is; hand values over as parameters, `& $block -Name $value`.",
    bad="""& ('i' + 'ex') $text
powershell.exe -NoProfile -EncodedCommand SQBFAFgAIAAkAHgAIABTAFQA
""",
    good="""& $tool --list
& (Join-Path $PSScriptRoot 'report.ps1') -Day $day
""",
    check=check,
)
