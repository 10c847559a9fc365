from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.confirm_switched_off import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Remove-VM web -Confirm:$false", [(1, Severity.MEDIUM)]),
        ("Set-Mailbox jdoe -Confirm:$FALSE", [(1, Severity.LOW)]),
        ("Remove-ADUser jdoe -WhatIf:$false", [(1, Severity.MEDIUM)]),
        ("$p = @{ Identity = 'x'; Confirm = $false }\nRemove-ADUser @p", [(2, Severity.MEDIUM)]),
        ("$ConfirmPreference = 'None'", [(1, Severity.LOW)]),
        ("$global:x = 1\n$WhatIfPreference = $false", [(2, Severity.LOW)]),
    ],
)
def test_said_no_in_advance(text: str, hits: list[tuple[int, Severity]]) -> None:
    assert found(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "Remove-VM web -Confirm",
        "Remove-VM web -Confirm:$Ask",
        "Get-VM -Confirm:$false",
        "[CmdletBinding(SupportsShouldProcess)]\nparam()\nRemove-VM web -Confirm:$false",
        "function A { if ($PSCmdlet.ShouldProcess('x')) { Remove-VM web -Confirm:$false } }",
        "Remove-NetRoute $d -Confirm:$false -WhatIf:$check_mode",
        "$ConfirmPreference = 'High'",
        "Write-Host '-Confirm:$false'",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
