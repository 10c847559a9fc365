"""A test that cannot fail."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.pester import Pester
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """`It` blocks without an assertion, in files of tests."""
    if not script.is_test:
        return
    tests = Pester(script)
    for command, block in tests.blocks():
        if not tests.asserts(block) and not command.has("skip") and not command.has("pending"):
            name = command.value("name", 0)
            yield Hit(command.start, command.start + len(b"It"), f"The test {name.text if name else ''} asserts nothing.")


RULE = Rule(
    id="ps-test-asserts-nothing",
    title="A test asserts nothing",
    category=Category.THIN_TESTS,
    severity=Severity.MEDIUM,
    why="The test is green whatever the code does, and people take it for proof.",
    fix="Say what must be so: `Should -Be`, `Should -Invoke … -ParameterFilter`, `Should -Throw`.",
    bad="""Describe 'Stop-App' {
    It 'stops the service' {
        Mock Stop-Service
        Stop-App -Name web
    }
}
""",
    good="""Describe 'Stop-App' {
    It 'stops the service' {
        Mock Stop-Service
        Stop-App -Name web
        Should -Invoke Stop-Service -Times 1 -ParameterFilter { $Name -eq 'web' }
    }
}
""",
    check=check,
    sample="sample.Tests.ps1",
)
