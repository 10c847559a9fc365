from __future__ import annotations

import pytest

from include.script_review.rules.powershell.write_host import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("function A {\nRemove-ADUser x\nWrite-Host 'gone'\nWrite-Host 'really'\n}", [3]),
        ("Write-Host 'a'\nB\nfunction B { Stop-VM x }", [1]),
    ],
)
def test_the_only_record(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "function A { Get-ADUser x; Write-Host 'seen' }",
        "function A { Remove-ADUser x; Write-Host 'gone'; Write-Verbose 'gone' }",
        "function A { Remove-ADUser x; Write-Host 'gone'; Write-Log 'gone' }",
        "Start-Transcript x\nRemove-ADUser x\nWrite-Host 'gone'",
        "function Show-Menu { Write-Host 'a'; Stop-VM x }",
        "Remove-ADUser x\nWrite-Output 'gone'",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
