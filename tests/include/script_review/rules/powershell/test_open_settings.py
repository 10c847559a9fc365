from __future__ import annotations

import pytest

from include.script_review.rules.powershell.open_settings import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Set-ExecutionPolicy Bypass", "medium"),
        ("Set-ExecutionPolicy Bypass -Scope Process -Force", "low"),
        ("powershell.exe -NoProfile -ExecutionPolicy Bypass -File a.ps1", "low"),
        ("Start-Process powershell '-ep bypass -f a.ps1'", "low"),
        ("winrm set winrm/config/service '@{AllowUnencrypted=\"true\"}'", "high"),
        ("winrm set winrm/config/service/auth '@{Basic=\"true\"}'", "medium"),
        ("Set-Item WSMan:\\localhost\\Service\\Auth\\Basic -Value $true", "medium"),
        ("Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value '*' -Force", "medium"),
    ],
)
def test_too_much_is_let_in(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "Set-ExecutionPolicy RemoteSigned",
        "Set-ExecutionPolicy $policy",
        "powershell -File bypass.ps1",
        "Write-Host '-ExecutionPolicy Bypass'",
        "Set-Item WSMan:\\localhost\\Service\\Auth\\Basic -Value $false",
        "Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value 'srv1'",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
