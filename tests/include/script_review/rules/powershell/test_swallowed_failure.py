from __future__ import annotations

import pytest

from include.script_review.rules.powershell.swallowed_failure import RULE
from tests.include.script_review.rules.powershell.kit import lines


def tried(handler: str) -> str:
    return f"try {{ Restart-VM web -ErrorAction Stop }}\ncatch {{ {handler} }}"


@pytest.mark.parametrize("handler", ['Write-Host "failed: $_"', "Write-Warning $_", "Write-Log $_", "$_ | Out-File err.txt"])
def test_the_error_is_shown_and_forgotten(handler: str) -> None:
    assert lines(RULE, tried(handler)) == [2]


@pytest.mark.parametrize(
    "handler",
    [
        "throw",
        "Write-Host $_; exit 1",
        "Write-Error $_",
        "$failed = $true",
        "$failures += $_",
        "$errors.Add($_)",
        "return $false",
        "$module.FailJson('no', $_)",
        "Fail-Json $result 'no'",
        "Exit-Script 1",
        "Invoke-Abort $_",
        "Stop-PSFFunction -Message 'no'",
        "$PSCmdlet.ThrowTerminatingError($_)",
        "$host.SetShouldExit(1)",
        "Write-Host $_; Stop-VM web -TurnOff",
        "",
    ],
)
def test_handlers_that_tell(handler: str) -> None:
    assert lines(RULE, tried(handler)) == []


@pytest.mark.parametrize(
    "text",
    [
        "try { Get-VM web } catch { Write-Host $_ }",
        "function F { try { Stop-VM web } catch { Write-Host $_ } }",
        "try { Get-VM web } catch { Write-Host $_ }\nStop-VM web",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
