from __future__ import annotations

import pytest

from include.script_review.rules.powershell.credential_dump import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    "text",
    [
        "rundll32 comsvcs.dll, MiniDump 624 out.dmp full",
        "Start-Process rundll32 -ArgumentList 'C:\\Windows\\System32\\comsvcs.dll, MiniDump 1 a full'",
        "Invoke-Mimikatz -DumpCreds",
        ".\\mimikatz.exe 'sekurlsa::logonpasswords'",
        "reg save HKLM\\SAM sam.hive",
        "reg.exe save hklm\\security s.hive",
        "procdump64.exe -ma lsass.exe out.dmp",
        "Copy-Item \\\\x\\C$\\Windows\\NTDS\\ntds.dit $here",
        "ntdsutil 'ac i ntds' 'ifm' 'create full c:\\x' q q",
    ],
)
def test_passwords_are_taken(text: str) -> None:
    assert found(RULE, text) == [(1, "critical")]


@pytest.mark.parametrize(
    "text",
    [
        "# reg save HKLM\\SAM sam.hive",
        "Get-Process lsass",
        "reg save HKLM\\SOFTWARE\\Contoso a.hive",
        "reg query HKLM\\SAM",
        "Test-Path C:\\Windows\\NTDS\\ntds.dit",
        "procdump -ma myapp.exe",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
