"""A test that cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.bash.function import Function
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_HEAD = re2.compile(rb"^[ \t]*@test[ \t]+(.{1,200}?)[ \t]*\{")
_CHECKS = re2.compile(
    rb"(\[\s|\[\[|\(\(|\bassert|\brefute|\bfail\b|\btest\b|\$\{?(status|output|lines)|\bgrep\b|\bdiff\b|\bcmp\b|\bfalse\b|!\s|\bskip\b)"
)
_NEUTRAL = frozenset(("echo", "printf", "true", ":", "export", "cd", "local", "sleep", "cat", "touch", "mkdir"))


def check(script: Script) -> Iterator[Hit]:
    for function in script.functions:
        head = _HEAD.match(script.data[function.node.start_byte : function.node.end_byte])
        if head is not None and not _asserts(script, function):
            name = head[1].decode("utf-8", "replace").strip("\"'")
            yield Hit(function.start, function.end, f"the test {shown(name)} checks nothing: it passes whatever happens")


def _asserts(script: Script, function: Function) -> bool:
    body = script.data[function.node.start_byte : function.node.end_byte].split(b"\n", 1)
    if len(body) > 1 and _CHECKS.search(body[1]):
        return True
    # Under bats a command that fails fails its test; behind `run` it does not.
    return any(
        command.name not in _NEUTRAL and "run" not in command.wrappers and command.name != "run" for command in function.commands
    )


RULE = Rule(
    id="sh-test-asserts-nothing",
    title="A test that checks nothing",
    category=Category.THIN_TESTS,
    severity=Severity.MEDIUM,
    why="`run` keeps the result for the checks behind it; without one the test passes even if the command is missing.",
    fix='Check what `run` kept: `[ "$status" -eq 0 ]`, and what the stand-ins of changing commands were called with.',
    bad='@test "restarts the shop" {\n  run restart_shop\n}\n',
    good='@test "restarts the shop" {\n  run restart_shop\n  [ "$status" -eq 0 ]\n}\n',
    check=check,
)
