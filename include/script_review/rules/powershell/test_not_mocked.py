"""A test makes the change it should only watch."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.pester import Pester, mocked, pester_of
from include.script_review.powershell.words import REAL_NOUNS
from include.script_review.rule import Hit, Rule

_RUN_FROM = ("it", "beforeall", "beforeeach", "describe", "context", "inmodulescope")
# What tests do to files they made themselves.
_OWN = ("-item", "-content", "-module", "-itemproperty")


def check(script: Script) -> Iterator[Hit]:
    """In tests: a change that is made for real. In what is tested: the change that its tests run into."""
    yield from _in_tests(script) if script.is_test else _in_tested(script)


def _in_tests(script: Script) -> Iterator[Hit]:
    tests = Pester(script)
    for effect in script.changes.all:
        by = effect.by
        if not isinstance(by, Command) or by.name.endswith(_OWN) or by.name in tests.mocked:
            continue
        if script.lookup(by.name) is not None or not by.name.partition("-")[2].startswith(REAL_NOUNS):
            continue  # what is tested; what it changes is looked for beside it
        if tests.block_of(by) in _RUN_FROM:
            yield Hit(by.start, by.end, f"This test calls {effect.what} for real: it is not mocked.")


def _in_tested(script: Script) -> Iterator[Hit]:
    tests = pester_of(script)
    if not tests:
        return
    known = mocked(tests)
    called = frozenset(name for one in tests for name in one.named)
    for function in script.functions:
        if function.name.lower() not in called or function.name.lower() in known:
            continue
        for effect in script.changes.of(function):
            if isinstance(effect.by, Command) and effect.by.name not in known and not effect.by.name.endswith(_OWN):
                message = f"{function.name} is tested, and no test mocks {effect.what}: running the tests makes the change."
                yield Hit(effect.by.start, effect.by.end, message)
                break


RULE = Rule(
    id="ps-test-not-mocked",
    title="The command that changes state is never mocked",
    category=Category.THIN_TESTS,
    severity=Severity.MEDIUM,
    why="Whoever runs the tests makes the change, on the machine and with the rights they have.",
    fix="Add `Mock COMMAND` before the call, and assert with `Should -Invoke COMMAND`.",
    bad="""Describe 'leavers' {
    It 'disables the account' {
        Disable-ADAccount -Identity jdoe
        (Get-ADUser jdoe).Enabled | Should -BeFalse
    }
}
""",
    good="""Describe 'leavers' {
    It 'disables the account' {
        Mock Disable-ADAccount
        Disable-ADAccount -Identity jdoe
        Should -Invoke Disable-ADAccount -Times 1
    }
}
""",
    check=check,
    sample="sample.Tests.ps1",
)
