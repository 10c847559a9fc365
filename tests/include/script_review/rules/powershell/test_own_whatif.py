from __future__ import annotations

import pytest

from include.script_review.rules.powershell.own_whatif import RULE
from tests.include.script_review.rules.powershell.kit import lines


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("param([switch]$WhatIf)", [1]),
        ("function A {\n  param(\n    [string]$Name,\n    [switch]$Confirm\n  )\n}", [4]),
        ("function A([bool]$whatif = $true) { }", [1]),
        ("param(\n[switch]$WhatIf,\n[switch]$Confirm\n)", [2, 3]),
    ],
)
def test_a_parameter_of_its_own(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        "param([switch]$WhatIfReport, [switch]$ConfirmEach)",
        "[CmdletBinding(SupportsShouldProcess)]\nparam()\nif ($WhatIfPreference) { }",
        "Remove-Item x -WhatIf -Confirm",
        "class A { [void] M([bool]$WhatIf) { } }",
        "# param([switch]$WhatIf)",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
