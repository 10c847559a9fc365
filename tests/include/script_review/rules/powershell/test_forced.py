from __future__ import annotations

import pytest

from include.script_review.rules.powershell.forced import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize("text", ["Stop-Computer srv -Force", "Remove-Item $x -Force", "Remove-ADGroup x -Force:$true"])
def test_it_is_forced(text: str) -> None:
    assert found(RULE, text) == [(1, "low")]


@pytest.mark.parametrize(
    "text",
    ["Stop-Computer srv", "Get-ChildItem -Force", "Remove-Item $x -Force:$false", "New-Item x -Force", "# rm x -Force"],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
