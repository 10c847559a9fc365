from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.no_rollback import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Remove-ADUser a", [(1, Severity.LOW)]),
        ("Set-Item a\nRemove-ADUser b", [(2, Severity.MEDIUM)]),
        ("function F { Set-Mailbox a; Set-Mailbox b }", [(1, Severity.LOW)]),
    ],
)
def test_no_way_back(text: str, hits: list[tuple[int, Severity]]) -> None:
    assert found(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "Export-Csv x\nRemove-ADUser a",
        "Checkpoint-VM a\nSet-VM a",
        "$before = Get-Acl x\nSet-Acl x $acl",
        "Disable-ADAccount a\nif ($undo) { Enable-ADAccount a }",
        "try { Set-VM a } catch { Set-VM b }",
        "# To roll back, run restore.ps1\nSet-Item a",
        "Restart-Service a",
        "New-ADUser a",
        "Update-Help",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
