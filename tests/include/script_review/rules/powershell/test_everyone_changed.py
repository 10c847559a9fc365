from __future__ import annotations

import pytest

from include.script_review.rules.powershell.everyone_changed import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Get-ADUser -Filter * | Disable-ADAccount", [(1, "high")]),
        ("Get-ADUser -Filter '*' -Properties mail | Set-ADUser -Office x", [(1, "high")]),
        ("Get-ADGroup -LDAPFilter '(objectClass=*)' | Remove-ADGroup", [(1, "high")]),
        ("Get-ADUser -Filter * | % { Remove-ADUser $_ }", [(1, "high")]),
        ("$all = Get-ADUser -Filter *\nforeach ($u in $all) {\n  Set-ADUser $u -Enabled $false }", [(3, "high")]),
        ("$all = @(Get-ADUser -Filter *)\n$all | Set-ADUser -Office x", [(2, "high")]),
        ("foreach ($u in Get-ADUser -Filter *) {\n  Set-ADUser $u }", [(2, "high")]),
        ("Get-Mailbox -ResultSize Unlimited | Set-Mailbox -MaxSendSize 1MB", [(1, "high")]),
        ("Get-MgUser -All | ForEach-Object { Remove-MgUser -UserId $_.Id }", [(1, "high")]),
        ("foreach ($u in Get-ADUser -Filter *) { if ($u.x) {\n  Set-ADUser $u } }", [(2, "medium")]),
        ("$all = Get-ADUser -Filter *\n$one = 1\n$all | ForEach-Object {\n  Set-ADUser $_ }", [(4, "high")]),
    ],
)
def test_all_are_changed(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(RULE, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Get-ADUser -Filter 'Enabled -eq $false' | Remove-ADUser",
        "Get-ADUser -Filter * -SearchBase $ou | Set-ADUser -Office x",
        "Get-ADUser -Filter * | Where-Object { $_.x } | Set-ADUser -Office x",
        "Get-ADUser -Filter * | Export-Csv a.csv",
        "$all = Get-ADUser -Filter *\nSet-ADUser $me -Office x",
        "$all = Get-ADUser -Filter *\n$all | ? { $_.x } | Set-ADUser -Office x",
        "$all = Get-ADUser -Filter *\n$allOthers | Set-ADUser",
        "Get-ADUser jdoe | Set-ADUser -Office x",
        "# Get-ADUser -Filter * | Remove-ADUser",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
