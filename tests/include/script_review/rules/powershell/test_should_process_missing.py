from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.should_process_missing import RULE
from tests.include.script_review.rules.powershell.kit import found, lines

SSP = "[CmdletBinding(SupportsShouldProcess)]"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("function Clear-Old {\n  Get-ChildItem $Path | Remove-Item -Recurse -Force\n}", [1]),
        ("function Invoke-Deploy { Sync-Site }\nfunction Sync-Site { Stop-WebAppPool $n }", [1, 2]),
        ("function Main {\n  param($Server)\n  & sc.exe \\\\$Server delete Agent\n}\nMain", [1]),
        ("function Grant-It { $acl.SetAccessRule($r); Set-Acl $p $acl }", [1]),
        ("filter Kill-It { Stop-Process $_ -Force }", [1]),
        (f"function A {{\n{SSP}\nparam()\nB\n}}\nfunction B {{ Remove-Item x }}\nfunction C {{ B }}", [6, 7]),
    ],
)
def test_a_change_that_nobody_can_preview(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "function Get-Old { Get-ChildItem $Path }",
        f"function A {{\n{SSP}\nparam()\nRemove-Item x\n}}",
        "function A { param([switch]$WhatIf) if (-not $WhatIf) { Remove-Item x } }",
        f"function A {{\n{SSP}\nparam()\nB\n}}\nfunction B {{ Remove-Item x }}",
        f"function A {{\n{SSP}\nparam()\nfunction B {{ Remove-Item x }}\nB\n}}",
        f"{SSP}\nparam()\nfunction B {{ Remove-Item x }}\nB",
        "function Set-TargetResource { Set-ItemProperty x -Name a -Value b }",
        "function A { param($Check) Remove-Item x -WhatIf:$Check }",
        "function Write-Log { New-Item $Folder -ItemType Directory; Add-Content $f $m }",
        "function A { Write-Log x }\nfunction Write-Log { New-Item $Folder -ItemType Directory }",
        "class A { [void] Stop() { Stop-Service x } }",
        "function Get-Audit { Start-ToolProcess auditpol }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []


def test_what_is_less_bad() -> None:
    assert found(RULE, "function A { New-Item x -ItemType Directory }") == [(1, Severity.LOW)]
    assert found(RULE, "function A { param($DryRun) if (-not $DryRun) { Remove-Item x } }") == [(1, Severity.LOW)]
    assert found(RULE, "function A { New-Item x; Remove-ADUser y }") == [(1, Severity.MEDIUM)]


def test_tests_are_left_alone() -> None:
    assert lines(RULE, "function A { Remove-Item x }", "a.Tests.ps1") == []
