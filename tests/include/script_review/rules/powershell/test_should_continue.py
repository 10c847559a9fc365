from __future__ import annotations

import pytest

from include.script_review.rules.powershell.should_continue import RULE
from tests.include.script_review.rules.powershell.kit import lines

ASKS = "if ($PSCmdlet.ShouldContinue('x', 'y')) { Remove-Item x }"


@pytest.mark.parametrize(
    ("text", "hits"),
    [(f"function A {{\n{ASKS}\n}}", [2]), (f"function A {{\nparam([string]$Force)\n{ASKS}\n}}", [3]), (ASKS, [1])],
)
def test_no_way_to_say_yes_beforehand(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        f"function A {{\nparam([switch]$Force)\n{ASKS}\n}}",
        f"function A {{\nparam([System.Management.Automation.SwitchParameter]$Force)\n{ASKS}\n}}",
        f"param([bool]$Force)\n{ASKS}",
        "if ($PSCmdlet.ShouldProcess('x')) { Remove-Item x }",
        "if ($helper.ShouldContinue('x')) { Remove-Item x }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
