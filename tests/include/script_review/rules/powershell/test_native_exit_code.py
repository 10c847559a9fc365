from __future__ import annotations

import pytest

from include.script_review.rules.powershell.native_exit_code import RULE
from tests.include.script_review.rules.powershell.kit import lines


def test_the_first_program_of_a_file() -> None:
    assert lines(RULE, "Get-Date\nsc.exe delete a\nreg delete HKLM\\x /f") == [2]


@pytest.mark.parametrize(
    "text",
    [
        "sc.exe delete a\nif ($LASTEXITCODE) { throw 'no' }",
        "sc.exe delete a\nif (-not $?) { throw 'no' }",
        "$PSNativeCommandUseErrorActionPreference = $true\nsc.exe delete a",
        "$p = Start-Process x -PassThru; if ($p.ExitCode) { throw }\nsc.exe delete a",
        "sc.exe query a",
        "Remove-Item a",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
