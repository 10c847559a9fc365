from __future__ import annotations

from include.script_review.powershell.changing import changing
from include.script_review.source import Source

TEXT = """
function Remove-OldUser {
    param([string] $Name, [int] $Days = 30)
    Remove-ADUser -Identity $Name
    Clear-RecycleBin -Force
}
function Get-OldUser { param($Name) Get-ADUser $Name }
function Invoke-All { Remove-OldUser -Name a }
Stop-Service -Name spooler
"""


def test_functions_that_change_something_themselves():
    found = changing(Source("a.ps1", "powershell", TEXT))
    assert [(each.function, each.line, each.commands, each.parameters) for each in found] == [
        ("", 9, ("Stop-Service",), ()),
        ("Remove-OldUser", 2, ("Remove-ADUser", "Clear-RecycleBin"), ("Name", "Days")),
    ]


def test_garbage_has_none():
    for text in ("", "function {", "\x00\x01", "}" * 200, "param("):
        assert changing(Source("a.ps1", "powershell", text)) == []
