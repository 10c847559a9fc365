from __future__ import annotations

import pytest

from include.script_review.rules.powershell.disk_wiped import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Format-Volume -DriveLetter D -Force", "high"),
        ("Get-Disk | Clear-Disk -RemoveData", "high"),
        ("Initialize-Disk 1", "low"),
        ("Remove-Partition -DiskNumber 1 -PartitionNumber 2", "medium"),
        ("diskpart /s wipe.txt", "high"),
        ("format.com D: /q /y", "high"),
        ("vssadmin.exe delete shadows /all /quiet", "high"),
        ("wmic shadowcopy delete", "high"),
    ],
)
def test_a_disk_is_wiped(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "Get-Disk 1",
        "Clear-Disk 1 -WhatIf",
        "vssadmin list shadows",
        "wbadmin start backup",
        "Format-Table -AutoSize",
        "function Clear-Disk { }\nClear-Disk",
        "# diskpart",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
