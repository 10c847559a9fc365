from __future__ import annotations

import pytest

from include.script_review.rules.powershell.stops_everything import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    "text",
    [
        "Stop-Process -Name * -Force",
        "kill -n *",
        "Stop-Service *",
        "Get-Process | Stop-Process",
        "gps * | spps -Force",
        "Get-Service -ComputerName $c | Stop-Service",
        "Get-VM | Stop-VM -Force",
        "taskkill /f /im *",
    ],
)
def test_all_are_stopped(text: str) -> None:
    assert found(RULE, text) == [(1, "high")]


@pytest.mark.parametrize(
    "text",
    [
        "Stop-Process -Name notepad*",
        "Stop-Process -Id $id",
        "Get-Process notepad | Stop-Process",
        "Get-Process | Where-Object CPU | Stop-Process",
        "Get-Process @about | Stop-Process",
        "Get-Process | Sort-Object CPU",
        "Stop-Service * -WhatIf",
        "taskkill /im notepad.exe",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
