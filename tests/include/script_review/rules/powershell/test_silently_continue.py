from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.silently_continue import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Add-ADGroupMember g m -ErrorAction SilentlyContinue", [(1, Severity.MEDIUM)]),
        ("Stop-Service x -EA Ignore", [(1, Severity.MEDIUM)]),
        ("Stop-Service x -ErrorAction 'silentlycontinue'", [(1, Severity.MEDIUM)]),
        ("Stop-Service x -ea 0", [(1, Severity.MEDIUM)]),
        ("Remove-Item x -ErrorAction SilentlyContinue", [(1, Severity.LOW)]),
        ("$ErrorActionPreference = 'SilentlyContinue'\nStop-Service x", [(1, Severity.MEDIUM)]),
    ],
)
def test_it_may_fail_without_a_word(text: str, hits: list[tuple[int, Severity]]) -> None:
    assert found(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "Get-ADUser x -ErrorAction SilentlyContinue",
        "Stop-Service x -ErrorAction Stop",
        "Stop-Service x -ErrorAction $ea # SilentlyContinue",
        "$ErrorActionPreference = 'SilentlyContinue'\nGet-Service x",
        "Stop-Service x\n$ErrorActionPreference = 'SilentlyContinue'",
        "$ErrorActionPreference = 'Stop' # not SilentlyContinue\nStop-Service x",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
