"""What holds for every rule over PowerShell, whatever it looks for."""

from __future__ import annotations

import pytest

from include.script_review.powershell.model import Script
from include.script_review.rules.powershell.registry import RULES
from include.script_review.source import Source

GARBAGE = (
    "",
    "\n\n# a comment\n",
    "{" * 2_000,
    "$(" * 1_000,
    '"$(' * 1_000,
    "@'\n" * 500,
    "`" * 999,
    "Remove-Item \0 -Recurse \0\n",
    "iex \ud800 | iex\n",
    "& & & . . |||",
    "net user\nreg\nschtasks /create\nGet-ADUser -Filter\npowershell -enc\nRemove-Item -Recurse\nSet-MpPreference -\n",
    "$a = $b\n$b = $a\niex $a # http downloadstring\n",
    "Get-ADUser -Filter * | " * 200 + "Set-ADUser",
    "$a = Get-ADUser -Filter *\n" + "$a | Set-ADUser\n" * 300,
    "Get-ADUser -Filter * | Stop-Process | rm -r | iex | " * 1_500 + "iex",
    "\r\n\t\ufeff",
)


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_survived(text: str) -> None:
    source = Source("x.ps1", "powershell", text)
    script = Script(source)
    for rule in RULES:
        for hit in rule.check(script):
            assert 0 <= hit.start <= hit.end <= len(source.data), rule.id


def test_ids_are_those_of_powershell() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.id.startswith("ps-") for rule in RULES)
