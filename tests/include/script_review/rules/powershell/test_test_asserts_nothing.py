from __future__ import annotations

import pytest

from include.script_review.rules.powershell.test_asserts_nothing import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Describe 'a' {\nIt 'b' {\nStop-App x\n}\n}", [2]),
        ("It 'a' { }\nIt 'b' { 1 | Should -Be 1 }", [1]),
        ("It -Name 'a' -Test { Get-Date }", [1]),
    ],
)
def test_a_test_that_cannot_fail(text: str, hits: list[int]) -> None:
    assert lines(RULE, text, "a.Tests.ps1") == hits
    assert lines(RULE, text, "a.ps1") == []


@pytest.mark.parametrize(
    "text",
    [
        "It 'a' { $x | Should -Be 1 }",
        "It 'a' { Assert-MockCalled Stop-App }",
        "It 'a' { if ($x) { throw 'no' } }",
        "It 'a' -Skip { }",
        "It 'a' -Pending { }",
        "It 'a' { Test-It }\nfunction Test-It { $x | Should -Be 1 }",
        "It 'a'",
        "Describe 'a' { Context 'b' { Stop-App } }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text, "a.Tests.ps1") == []
