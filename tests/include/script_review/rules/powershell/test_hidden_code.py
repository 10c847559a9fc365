from __future__ import annotations

import pytest

from include.script_review.rules.powershell.hidden_code import RULE
from include.script_review.rules.powershell.invoke_expression import RULE as PLAIN
from tests.include.script_review.rules.powershell.risky_kit import found

BLOB = "SQBFAFgAIAAkAHgAIABTAFQA"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("& ('i' + 'ex') $x", "high"),
        (". ('in'+'voke-ex'+'pression') $x", "high"),
        ("& ([char]105 + [char]101 + [char]120) $x", "high"),
        ("& ($PSHOME[4] + $PSHOME[30] + 'x') $x", "high"),
        ("& (Get-Command i*x) $x", "high"),
        ("& (gcm ('ie'+'x')) $x", "high"),
        (".($ExecutionContext.InvokeCommand.GetCommand('iex','All')) $x", "high"),
        ("i`e`x $x", "high"),
        (f"powershell -enc {BLOB}", "high"),
        (f"pwsh.exe -nop -e {BLOB}", "high"),
        (f"Start-Process powershell -ArgumentList '-w hidden -enc {BLOB}'", "high"),
        ("powershell -EncodedCommand $encoded", "medium"),
        ("iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($x)))", "high"),
        ("$t = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($x)); $t | iex", "high"),
        ("[scriptblock]::Create($text)", "medium"),
        ("$ExecutionContext.InvokeCommand.InvokeScript($text)", "medium"),
        ("$ExecutionContext.InvokeCommand.NewScriptBlock($text)", "medium"),
        ("$b = [Convert]::FromBase64String($x); [Reflection.Assembly]::Load($b)", "high"),
    ],
)
def test_code_nobody_can_read(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]
    assert found(PLAIN, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "& $tool --list",
        '& "$root\\tool.exe"',
        "& (Join-Path $root 'a.ps1')",
        "& (Get-Command git).Source status",
        "powershell -ExecutionPolicy RemoteSigned -File a.ps1",
        "powershell -ep RemoteSigned -File a.ps1",
        "$b = [Convert]::FromBase64String($x); Set-Content a.bin $b",
        "[scriptblock]::Create('Get-Date')",
        "[Reflection.Assembly]::LoadFrom($dll)",
        "Get-Item a `\n  -Force",
        "\"& ('i' + 'ex')\"",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
