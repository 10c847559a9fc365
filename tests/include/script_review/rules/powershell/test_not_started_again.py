from __future__ import annotations

import pytest

from include.script_review.rules.powershell.not_started_again import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Stop-Service a\nCopy-Item b c\nStart-Service a", [1]),
        ("function F {\nDisable-ScheduledTask a\nSet-Item b\nSet-Item c\nEnable-ScheduledTask a\n}", [2]),
        ("Dismount-VHD a\nSet-VHD a\nMount-VHD a", [1]),
    ],
)
def test_if_a_step_between_fails(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "Stop-Service a\nStart-Service a",
        "Stop-Service a\nCopy-Item b c",
        "try { Stop-Service a; Copy-Item b c } finally { Start-Service a }",
        "Stop-Service a\nCopy-Item b c\nStart-VM a",
        "Stop-Service a\nCopy-Item b c\nfunction F { Start-Service a }",
        "Stop-Service a\ntry { Copy-Item b c; Start-Service a } catch { Start-Service a; throw }",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
