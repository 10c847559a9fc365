from __future__ import annotations

import pytest

from include.script_review.rules.powershell.persistence import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("New-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\RunOnce -Name a -Value b", "medium"),
        ("$k = 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'; New-ItemProperty $k -Name a -Value b", "medium"),
        ("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a /d 'powershell -w hidden -f x'", "high"),
        ("New-ItemProperty 'HKLM:\\x\\Image File Execution Options\\sethc.exe' -Name Debugger -Value cmd", "high"),
        ("schtasks /create /tn a /tr 'powershell -enc SQBFAFgAIAA=' /sc onlogon", "high"),
        ("New-ScheduledTaskAction -Execute powershell -Argument '-WindowStyle Hidden -File x.ps1'", "high"),
        ("Register-ScheduledTask -TaskName a -User 'NT AUTHORITY\\SYSTEM' -Action $a", "low"),
        ("New-ScheduledTaskPrincipal -UserId SYSTEM", "low"),
        ("Set-WmiInstance -Class __EventFilter -Namespace root\\subscription -Arguments $x", "high"),
        ("New-CimInstance -ClassName CommandLineEventConsumer -Property $x", "high"),
        ("Add-Content $PROFILE 'x'", "medium"),
        ('Copy-Item a.lnk "$env:APPDATA\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\a.lnk"', "medium"),
        ("New-Service -Name a -BinaryPathName 'C:\\Windows\\Temp\\a.exe'", "high"),
        ("sc.exe create a binPath= 'cmd /c x'", "high"),
    ],
)
def test_it_starts_by_itself(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "Get-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
        "$k = 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'; New-ItemProperty $j -Name a -Value b",
        "reg query HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
        "Set-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\Running -Name a -Value 1",
        "schtasks /query /tn system",
        "New-ScheduledTaskAction -Execute powershell -Argument '-File x.ps1'",
        "Register-ScheduledTask -TaskName system -User svc -Action $a",
        "Get-Content $PROFILE",
        "Copy-Item $PROFILE backup.ps1",
        "New-Service -Name a -BinaryPathName 'C:\\Program Files\\Contoso\\a.exe'",
        "Get-CimInstance __EventFilter",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
