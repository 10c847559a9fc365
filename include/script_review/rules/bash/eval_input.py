"""`eval` of text that is put together while the script runs."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

# Names, options and settings that are made inside the script: `eval "$name=..."`, `eval set -- ...`.
_ASSIGNS = re2.compile(r"^[\s\"']*(export|local|readonly|declare)?[\s\"']*[\w\x00]+=")
# The value of a variable whose name is put together.
_READS = re2.compile(r"^\s*(echo\s+|printf\s+\S+\s+)?\"?\$\{?\w*\x00")
_ARGUMENT = re2.compile(r"^\"?\$\{?([@*]|[1-9])\}?\"?$")


def check(script: Script) -> Iterator[Hit]:
    said: set[str] = set()
    for command in script.calls("eval"):
        if command.text in said:
            continue
        said.add(command.text)
        if (what := _built(command)) is not None:
            yield command.hit(what)


def _built(command: Command) -> str | None:
    shape = " ".join(command.literals)
    if "\0" not in shape or shape.lstrip("\"' ").startswith(("set ", "--")) or _ASSIGNS.search(shape) or _READS.search(shape):
        return None
    if _inputs(command):
        return "runs an argument, or what was read, as if it were part of this script"
    return None


def _inputs(command: Command) -> bool:
    """Is an argument or something just read part of it? A tool's own `eval "$(tool init)"` is not that."""
    script = command.script
    read = {word.shape for one in script.calls("read") for word in one.arguments if not word.shape.startswith("-")}
    for word in command.arguments:
        for used in word.expansions:
            if used.name in ("@", "*") or used.name.isdigit() or used.name in read:
                return True
            given = script.assignments.get(used.name, [])
            if any(value is not None and _ARGUMENT.search(value.text) for _, value in given):
                return True
    return False


RULE = Rule(
    id="sh-eval-input",
    title="Input is run as code",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    why="`eval` reads its words a second time: a semicolon or a `$(...)` in the input becomes a command of this script.",
    fix='Call the command itself (`"$@"`), keep words in an array, or choose by `case` from a fixed list.',
    bad='run() { eval "$*"; }\nrun "$1"\n',
    good='eval "$(ssh-agent -s)"\neval set -- "$parsed"\nrun() { "$@"; }\n',
    check=check,
)
