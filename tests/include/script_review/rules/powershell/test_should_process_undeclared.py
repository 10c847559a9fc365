from __future__ import annotations

import pytest

from include.script_review.rules.powershell.should_process_undeclared import RULE
from tests.include.script_review.rules.powershell.kit import lines

ASKS = "if ($PSCmdlet.ShouldProcess('x')) { Remove-Item x }"
SSP = "[CmdletBinding(SupportsShouldProcess)]\nparam()\n"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        (f"function A {{\n[CmdletBinding()]\nparam()\n{ASKS}\n}}", [4]),
        (f"function A {{\n{ASKS}\n{ASKS}\n}}", [2]),
        (ASKS, [1]),
        (f"function A {{\n{ASKS}\n}}\nA", [2]),
        (f"& $tool\nfunction A {{\n{ASKS}\n}}\nA", [3]),
    ],
)
def test_asked_and_not_declared(text: str, hits: list[int]) -> None:
    assert lines(RULE, text) == hits


@pytest.mark.parametrize(
    "text",
    [
        f"function A {{\n{SSP}{ASKS}\n}}",
        f"{SSP}{ASKS}",
        f"function A {{\n{SSP}B\n}}\nfunction B {{ {ASKS} }}",
        f"function A {{\n{SSP}function B {{ {ASKS} }}\nB\n}}",
        "function A { if ($Cmdlet.ShouldProcess('x')) { Remove-Item x } }",
        f"class A {{ [void] M() {{ {ASKS} }} }}",
    ],
)
def test_near_misses(text: str) -> None:
    assert lines(RULE, text) == []
