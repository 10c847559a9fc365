from __future__ import annotations

import pytest

from include.script_review.rules.powershell.test_not_mocked import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Describe 'a' {\nIt 'b' {\nDisable-ADAccount x\n}\n}", [3]),
        ("Describe 'a' {\nBeforeAll { Stop-Service x }\nMock Start-Service\n}", [2]),
    ],
)
def test_made_for_real(text: str, hits: list[int]) -> None:
    assert lines(RULE, text, "a.Tests.ps1") == hits


@pytest.mark.parametrize(
    "text",
    [
        "Describe 'a' { Mock Disable-ADAccount; It 'b' { Disable-ADAccount x } }",
        "Describe 'a' { It 'b' { Remove-Item TestDrive:/x; Import-Module y } }",
        "Describe 'a' { Mock Get-X { Disable-ADAccount x } }",
        "Describe 'a' { AfterAll { Stop-Service x } }",
        "function Help { Disable-ADAccount x }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text, "a.Tests.ps1") == []


CODE = "function Stop-Leaver {\nDisable-ADAccount x\n}"


def test_what_is_tested_runs_into_the_change() -> None:
    assert lines(RULE, CODE, a="It 'b' { Stop-Leaver x }") == [2]


@pytest.mark.parametrize(
    "tests",
    ["It 'b' { Mock Disable-ADAccount; Stop-Leaver x }", "It 'b' { Mock Stop-Leaver; Stop-Leaver x }", "It 'b' { Get-Date }"],
)
def test_or_does_not(tests: str) -> None:
    assert lines(RULE, CODE, a=tests) == []
