from __future__ import annotations

import pytest

from include.script_review.powershell.effects import may_change, verb_kind
from tests.include.script_review.powershell.kit import script


def effects(text: str) -> list[tuple[str, str]]:
    return [(one.what, one.kind.value) for one in script(text).changes.all]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Remove-ADUser jdoe", "delete"),
        ("Stop-VM -Name web", "stop"),
        ("Set-Mailbox jdoe -HiddenFromAddressListsEnabled $true", "modify"),
        ("New-AzVM -Name web", "create"),
        ("Start-Service Spooler", "run"),
        ("rm -r C:\\data", "delete"),
        ("sc.exe delete Spooler", "delete"),
        ("& net.exe user jdoe /delete", "delete"),
        ("cmd /c 'rmdir /s /q C:\\data'", "delete"),
        ("netsh advfirewall set allprofiles state off", "modify"),
        ("robocopy a b /MIR", "delete"),
        ("kubectl delete ns web", "delete"),
        ("terraform apply", "modify"),
        ("shutdown /r /t 0", "stop"),
        ("Invoke-RestMethod -Method Delete -Uri $u", "delete"),
        ("irm $u -Method POST -Body $b", "run"),
        ("Invoke-CimMethod -ClassName Win32_Process -MethodName Create", "run"),
        ("Invoke-Sqlcmd -Query 'DELETE FROM logins'", "modify"),
        ('Invoke-Sqlcmd -Query "\n  UPDATE t SET a = 1"', "modify"),
        ("[System.IO.File]::Delete($x)", "delete"),
        ("[IO.Directory]::CreateDirectory($x)", "create"),
        ("[Environment]::SetEnvironmentVariable('A', 'b', 'Machine')", "modify"),
        ("$user.SetInfo()", "modify"),
        ("$process.Kill()", "stop"),
        ("Remove-Item $logFile", "delete"),
        ("$f = $env:TEMP; $f = $Path; Remove-Item $f", "delete"),
        ("New-CimInstance -ClassName X", "create"),
    ],
)
def test_what_changes_state(text: str, kind: str) -> None:
    assert [one for _, one in effects(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Get-ADUser jdoe",
        "Set-Location C:\\",
        "Set-StrictMode -Version Latest",
        "New-Object Net.WebClient",
        "New-Report $rows",
        "Add-Row $x",
        "Start-Process notepad",
        "Start-ExternalProcess $x",
        "Start-AppJob $x",
        "Remove-Item $env:TEMP\\x -Recurse",
        "New-Item -ItemType Directory -Path $LogDir",
        "Set-Content -Path $script:logFile -Value x",
        "Remove-Item x -WhatIf",
        "Remove-Item x -WhatIf:$true",
        "sc.exe query Spooler",
        "reg query HKLM\\Software",
        "kubectl get pods",
        "Invoke-RestMethod $uri",
        "Invoke-Sqlcmd -Query 'SELECT 1'",
        "Invoke-CimMethod -MethodName GetOwner",
        "[IO.File]::ReadAllText($x)",
        "[Environment]::SetEnvironmentVariable('A', 'b')",
        "[Environment]::SetEnvironmentVariable('A', 'b', 'Process')",
        "$f = Join-Path $env:TEMP 'x'\nRemove-Item $f",
        "$f = [IO.Path]::GetTempFileName()\nSet-Content -Path $f -Value x\nRemove-Item -LiteralPath $f",
        "Enable-Privilege SeBackup",
        "Set-TaskResult $x",
        "$list.Remove($x)",
        "$t.Commit($x)",
        "New-CimInstance -ClientOnly -ClassName X",
        "Format-Table Name",
        "& $tool delete x",
    ],
)
def test_what_does_not(text: str) -> None:
    assert effects(text) == []


def test_a_function_of_the_file_is_looked_into_and_not_judged_by_its_name() -> None:
    assert effects("function Remove-Foo { Get-Date }\nRemove-Foo") == []


def test_what_writes_the_log_is_no_change() -> None:
    helper = "function Write-Log { if (-not (Test-Path $d)) { New-Item $d -ItemType Directory }; Set-Content $f $m }"
    assert effects(helper) == []
    assert effects(helper.replace("Write-Log", "Write-Layout")) != []
    assert effects("function Write-Log { Remove-Item $d }") == [("Remove-Item", "delete")]


def test_a_whatif_that_the_caller_decides_on_is_handed() -> None:
    handed = [
        one.handed for one in script("Remove-X -WhatIf:$Check\nRemove-X -WhatIf:$false\nRemove-X\nsc.exe delete x").changes.all
    ]
    assert handed == [True, False, False, False]


def test_only_a_folder_is_mild() -> None:
    assert [one.mild for one in script("New-Item x\nmkdir y\nNew-ADUser z").changes.all] == [True, True, False]


@pytest.mark.parametrize("name", ["", "-", "remove-", "-item", "remove", "é-ß", "set-" + "x" * 5_000])
def test_names_that_are_none(name: str) -> None:
    assert may_change(name) in (True, False)
    assert verb_kind("get-item") is None
