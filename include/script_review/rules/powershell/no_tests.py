"""A module, or a script's functions, change state and nobody tests them."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.pester import pester_of
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a file that defines functions which change state, where no Pester file belongs to it."""
    if script.is_test or pester_of(script):
        return
    changing = [one for one in script.changes.changing if not one.is_script and not one.is_method]
    if changing:
        first = changing[0]
        severity = Severity.MEDIUM if script.is_module else Severity.LOW
        more = f" and {len(changing) - 1} more" if len(changing) > 1 else ""
        yield Hit(*first.name_span, f"{first.name}{more} change state, and no Pester file tests this.", severity)


RULE = Rule(
    id="ps-no-tests",
    title="Functions that change state have no tests",
    category=Category.THIN_TESTS,
    severity=Severity.MEDIUM,
    why="Without a test the first run that shows a mistake is the one in production.",
    fix="Write NAME.Tests.ps1 beside it: mock the command that changes state, and say with which parameters it must be called.",
    bad="""function Set-Banner {
    [CmdletBinding(SupportsShouldProcess)]
    param($Text)
    if ($PSCmdlet.ShouldProcess('banner')) { Set-ItemProperty -Path HKLM:\\\\Software\\\\Motd -Name Text -Value $Text }
}
""",
    good="""function Get-Banner {
    Get-ItemProperty -Path HKLM:\\\\Software\\\\Motd -Name Text
}
""",
    check=check,
)
