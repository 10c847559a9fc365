from __future__ import annotations

import pytest

from include.script_review.powershell.undo import in_handler, keeps, opposite, prepared
from tests.include.script_review.powershell.kit import command, script


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("Stop-Service x; Start-Service x", True),
        ("Stop-Service x; Start-VM x", False),
        ("Disable-ADAccount x; function F { Enable-ADAccount x }", False),
        ("Disable-ADAccount x; F; function F { Enable-ADAccount x }", True),
        ("Add-ADGroupMember a b; Remove-ADGroupMember a b", True),
        ("sc.exe stop x", False),
    ],
)
def test_the_command_that_takes_it_back(text: str, back: bool) -> None:
    first = script(text).changes.all[0]
    assert opposite(first, first.by.function) is back


@pytest.mark.parametrize(
    "text",
    [
        "Export-Csv x",
        "Checkpoint-VM x",
        "Backup-GPO x",
        "Copy-Item a a.bak",
        "reg export HKLM\\x y",
        "New-AzSnapshot x",
    ],
)
def test_what_keeps_what_was_there(text: str) -> None:
    assert keeps(command(text))


@pytest.mark.parametrize("text", ["Copy-Item a b", "reg delete HKLM\\x", "Get-Item x", "Import-Csv x"])
def test_what_does_not(text: str) -> None:
    assert not keeps(command(text))


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Remove-Item x\n# to roll back, run install.ps1", True),
        ("try { Stop-VM x } catch { Set-VM x }", True),
        ("try { Stop-VM x } catch { Write-Error x }", False),
        ("Remove-Item x", False),
    ],
)
def test_prepared(text: str, is_so: bool) -> None:
    assert prepared(script(text).body) is is_so


def test_a_handler_of_its_own_function() -> None:
    text = "try { Stop-A x } catch { Set-B x; function F { Set-C y } } finally { if ($z) { Set-D x } }\nSet-E x"
    assert [in_handler(one) for one in script(text).changes.all] == [False, True, False, True, False]
