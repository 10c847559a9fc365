from __future__ import annotations

import pytest

from include.script_review.rules.powershell.protection_off import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Set-MpPreference -DisableIOAVProtection 1", "high"),
        ("Add-MpPreference -ExclusionPath C:\\", "medium"),
        ("Set-NetFirewallProfile -All -Enabled 'False'", "high"),
        ("netsh advfirewall set allprofiles state off", "high"),
        ("netsh firewall set opmode disable", "high"),
        ("Stop-Service WinDefend", "high"),
        ("Set-Service -Name MpsSvc -StartupType Disabled", "high"),
        ("sc.exe config WinDefend start= disabled", "high"),
        ("Uninstall-WindowsFeature Windows-Defender", "high"),
        ("Set-ItemProperty HKLM:\\x -Name EnableLUA -Value 0", "high"),
        ("reg add HKLM\\x /v EnableScriptBlockLogging /t REG_DWORD /d 0 /f", "high"),
        ("[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils')", "critical"),
        ("wevtutil cl Security", "medium"),
        ("Clear-EventLog -LogName Security", "medium"),
    ],
)
def test_protection_goes(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "Set-MpPreference -DisableRealtimeMonitoring $false",
        "Get-MpPreference",
        "Set-NetFirewallProfile -All -Enabled True",
        "netsh advfirewall set allprofiles state on",
        "Set-Service WinDefend -StartupType Automatic",
        "Stop-Service Spooler",
        "Set-ItemProperty HKLM:\\x -Name EnableLUA -Value 1",
        "# AmsiUtils",
        "wevtutil qe Security",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
