from __future__ import annotations

import pytest

from include.script_review.rules.powershell.no_error_preference import RULE
from tests.include.script_review.rules.powershell.kit import lines

TWO = "Stop-Service a\nSet-Service a -StartupType Disabled\n"


def test_it_goes_on_after_an_error() -> None:
    assert lines(RULE, TWO) == [2]


@pytest.mark.parametrize(
    "text",
    [
        f"$ErrorActionPreference = 'Stop'\n{TWO}",
        f"try {{ {TWO} }} catch {{ throw }}",
        f"trap {{ exit 1 }}\n{TWO}",
        f"{TWO}if (-not $?) {{ exit 1 }}",
        "Stop-Service a -ErrorAction Stop\nSet-Service a -StartupType Disabled",
        "Stop-Service a",
        "Start-Service a\nStart-Service b",
        f"function F {{ {TWO} }}",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
    assert lines(RULE, TWO, "a.psm1") == []
