from __future__ import annotations

import pytest

from include.script_review.rules.powershell.no_log import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(("text", "hits"), [("param($n)\nRemove-ADUser $n", [2]), ("Set-Item a\nStop-VM b\nStop-VM c", [2])])
def test_no_word_is_kept(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "Set-Item a",
        "Remove-ADUser x\nWrite-Host 'gone'",
        "Remove-ADUser x -Verbose",
        "Remove-ADUser x\nAdd-Content audit.txt $x",
        "reg delete HKLM\\x >> changes.txt",
        "if ($PSCmdlet.ShouldProcess('x')) { Remove-ADUser x }",
        "Remove-ADUser x -WhatIf",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
