from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.script_without_preview import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Get-Date\nRemove-ADUser jdoe", [(2, Severity.MEDIUM)]),
        ("Set-Service web -StartupType Manual", [(1, Severity.LOW)]),
        ("Set-Item a\nStop-VM b", [(2, Severity.MEDIUM)]),
        ("function Main { Remove-ADUser jdoe }\nMain", [(1, Severity.MEDIUM)]),
    ],
)
def test_changes_as_soon_as_it_is_started(text: str, hits: list[tuple[int, Severity]]) -> None:
    assert found(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "[CmdletBinding(SupportsShouldProcess)]\nparam()\nRemove-ADUser jdoe",
        "param([switch]$DryRun)\nif (-not $DryRun) { Remove-ADUser jdoe }",
        "if (-not $module.CheckMode) { Remove-ADUser jdoe }",
        "Remove-ADUser jdoe -WhatIf:$Test",
        "function Remove-Leaver { Remove-ADUser jdoe }",
        "Start-Service web",
        "Get-ADUser -Filter *",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []


def test_a_module_and_tests_are_not_started() -> None:
    assert found(RULE, "Remove-ADUser jdoe", "a.psm1") == found(RULE, "Remove-ADUser jdoe", "a.Tests.ps1") == []
