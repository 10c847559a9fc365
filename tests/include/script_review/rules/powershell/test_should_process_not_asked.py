from __future__ import annotations

import pytest

from include.script_review.rules.powershell.should_process_not_asked import RULE
from tests.include.script_review.rules.powershell.kit import lines

SSP = "[CmdletBinding(SupportsShouldProcess)]\nparam()\n"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        (f"function A {{\n{SSP}& sc.exe delete x\n}}", [2]),
        (f"function A {{\n{SSP}[IO.File]::Delete($x)\n}}", [2]),
        (f"function A {{\n{SSP}Get-Date\n}}", [2]),
        (f"function A {{\n{SSP}B\n}}\nfunction B {{ netsh int ip reset }}", [2]),
        (f"{SSP}reg delete HKLM\\x /f", [1]),
    ],
)
def test_declared_and_deaf(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        f"function A {{\n{SSP}if ($PSCmdlet.ShouldProcess('x')) {{ & sc.exe delete x }}\n}}",
        f"function A {{\n{SSP}Remove-Item x\n}}",
        f"function A {{\n{SSP}B\n}}\nfunction B {{ if ($PSCmdlet.ShouldProcess('x')) {{ sc.exe delete x }} }}",
        f"function A {{\n{SSP}if (-not $WhatIfPreference) {{ sc.exe delete x }}\n}}",
        f"function A {{\n{SSP}Invoke-Other @PSBoundParameters\n}}",
        "function A { sc.exe delete x }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
