from __future__ import annotations

import pytest

from include.script_review.rules.powershell.every_computer import RULE
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Restart-Computer -ComputerName (Get-ADComputer -Filter *).Name", [(1, "high")]),
        ("$c = Get-ADComputer -Filter * | Select-Object -Expand Name\nStop-Computer -ComputerName $c", [(2, "high")]),
        ("$c = Get-ADComputer -Filter *\nforeach ($x in $c) {\n Restart-Computer $x.Name }", [(3, "high")]),
        ("$c = (Get-ADComputer -Filter *).Name\nInvoke-Command -ComputerName $c { Stop-Service x }", [(2, "high")]),
        ("$c = Get-ADComputer -Filter *\nforeach ($x in $c) { if ($x.y) {\n Restart-Computer $x.Name } }", [(3, "medium")]),
        ("$c = (Get-ADComputer -Filter * -SearchBase $ou).Name\nRestart-Computer -ComputerName $c", [(2, "medium")]),
    ],
)
def test_every_computer(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(RULE, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$c = (Get-ADComputer -Filter *).Name\nInvoke-Command -ComputerName $c { Get-Service x }",
        "$c = (Get-ADComputer -Filter 'Name -like \"a*\"').Name\nRestart-Computer -ComputerName $c",
        "$c = (Get-ADComputer -Filter *).Name\nRestart-Computer -ComputerName srv1",
        "$c = Get-ADComputer -Filter * | Where-Object Name -like 'a*'\nRestart-Computer -ComputerName $c",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
