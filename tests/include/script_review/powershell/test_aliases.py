from __future__ import annotations

import pytest

from include.script_review.powershell.aliases import ALIASES, canonical


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("rm", "remove-item"),
        ("IEX", "invoke-expression"),
        ("%", "foreach-object"),
        ("sc", "set-content"),
        ("sc.exe", "sc.exe"),
        ("reg.EXE", "reg"),
        ("C:\\Windows\\System32\\net.exe", "net"),
        ("'./tools/kubectl'", "kubectl"),
        ("Module\\Remove-Item", "remove-item"),
        ("Remove-Item", "remove-item"),
        ("", ""),
        ("\\", ""),
    ],
)
def test_canonical(written: str, name: str) -> None:
    assert canonical(written) == name


def test_aliases_are_lower_case_and_lead_to_no_alias() -> None:
    assert all(pair == pair.lower() for pairs in ALIASES.items() for pair in pairs)
    assert {name for name in ALIASES.values() if name in ALIASES} <= {"mkdir"}
