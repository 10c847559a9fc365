from __future__ import annotations

import pytest

from include.script_review.rules.powershell.wide_deletion import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Remove-Item C:\\ -Recurse -Force", "high"),
        ("rm -r -Force 'D:\\*'", "high"),
        ("rm -r C:\\Windows", "high"),
        ("rm -r -fo C:\\Windows", "high"),
        ("Remove-Item C:\\Windows\\System32\\* -Force", "high"),
        ("Remove-Item -LiteralPath $env:SystemDrive\\ -Recurse", "high"),
        ("Remove-Item $HOME -Recurse", "high"),
        ("Get-ChildItem C:\\ -Recurse | Remove-Item -Force", "high"),
        ('param($dir) Remove-Item "$dir\\*" -Recurse', "high"),
        ("param($dir) Remove-Item $dir -Recurse -Force", "medium"),
        ("function f($dir) { Remove-Item -Path $dir -Rec }", "medium"),
        ('cmd /c "del /f /s /q C:\\*"', "high"),
        ("cmd.exe /c rd /s /q D:\\", "high"),
        ("Remove-Item $never\\* -Recurse", "high"),
    ],
)
def test_more_than_is_meant(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "Remove-Item $file",
        "Remove-Item C:\\ -Recurse -WhatIf",
        "Remove-Item C:\\Temp\\export -Recurse",
        "rm -r -fo C:\\Temp\\export",
        "$dir = Join-Path $env:TEMP x; Remove-Item $dir -Recurse -Force",
        "param([Parameter(Mandatory)]$dir) Remove-Item $dir -Recurse",
        "param($dir) if ($dir) { Remove-Item $dir -Recurse }",
        "param($dir)\nif (-not (Test-Path $dir)) { return }\nRemove-Item $dir -Recurse",
        "Get-ChildItem $x | Where-Object Age | Remove-Item -Recurse",
        "Get-ChildItem $x | % { Remove-Item $_ -Recurse }",
        "Get-Item x | Remove-Item -Recurse",
        'cmd /c "del /f /s /q C:\\Temp\\*.log"',
        "# Remove-Item C:\\ -Recurse",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
