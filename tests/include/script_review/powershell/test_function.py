from __future__ import annotations

import pytest

from tests.include.script_review.powershell.kit import script

FUNCTION = """
function Global:Set-Thing {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory)] [string] $Name,
        [System.Management.Automation.PSCredential] $Credential = 'x',
        [switch] $Force
    )
    function Inner { Remove-Item $x }
    Set-Item $Name
}
Set-Thing -Name a
"""


def test_parameters_with_types_attributes_and_defaults() -> None:
    outer = script(FUNCTION).functions[0]
    assert [(one.name, one.written, one.type) for one in outer.parameters] == [
        ("name", "$Name", "string"),
        ("credential", "$Credential", "pscredential"),
        ("force", "$Force", "switch"),
    ]
    assert outer.parameters[0].attributes == ("parameter(mandatory)",)
    assert outer.parameters[1].default is not None
    assert outer.parameters[1].default.literal == "x"


def test_parameters_behind_the_name_and_those_the_grammar_swallows() -> None:
    plain = script("function F([string]$A, $B = 1) { }").functions[0]
    assert [one.name for one in plain.parameters] == ["a", "b"]
    swallowed = script("param([string]$A = 'x', [int]$B)").body
    assert [(one.name, one.type) for one in swallowed.parameters] == [("a", "string"), ("b", "int")]


def test_who_owns_what() -> None:
    model = script(FUNCTION)
    outer, inner = model.functions
    assert outer.parent is not None
    assert outer.parent.is_script
    assert inner.parent is outer
    assert [one.name for one in outer.commands] == ["set-item"]
    assert [one.name for one in inner.commands] == ["remove-item"]
    assert [one.name for one in model.body.commands] == ["set-thing"]
    assert outer.command_names == {"set-item"}
    start, end = outer.name_span
    assert model.source.data[start:end] == b"Global:Set-Thing"


@pytest.mark.parametrize(
    ("attribute", "declared"),
    [
        ("[CmdletBinding(SupportsShouldProcess)]", True),
        ("[cmdletbinding( supportsshouldprocess = $true )]", True),
        ("[CmdletBinding(ConfirmImpact='High', SupportsShouldProcess=1)]", True),
        ("[CmdletBinding(SupportsShouldProcess=$false)]", False),
        ("[CmdletBinding(SupportsShouldProcess=0)]", False),
        ("[CmdletBinding()]", False),
        ("[Other(SupportsShouldProcess)]", False),
        ("", False),
    ],
)
def test_what_declares_should_process(attribute: str, declared: bool) -> None:
    assert script(f"{attribute}\nparam()\nRemove-Item x").body.supports_should_process is declared
    assert script(f"function F {{ {attribute} param() Remove-Item x }}").functions[0].supports_should_process is declared


def test_an_own_whatif_is_an_offer_too() -> None:
    assert script("function F { param([switch]$WhatIf) }").functions[0].offers_whatif
    assert not script("function F { param([switch]$What) } # -WhatIf").functions[0].offers_whatif


def test_methods_and_filters() -> None:
    model = script("class A { [void] Stop() { Stop-Service x } }\nfilter Skip-It { $_ }")
    assert [(one.name, one.is_method) for one in model.functions] == [("Stop", True), ("Skip-It", False)]
    assert set(model.functions_by_name) == {"skip-it"}
