from __future__ import annotations

import pytest

from tests.include.script_review.powershell.kit import command, script


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rm x", "remove-item"),
        ("STOP-service x", "stop-service"),
        ("& 'C:\\Tools\\Net.exe' stop x", "net"),
        ("sc.exe delete x", "sc.exe"),
        ("& $tool x", ""),
        ('& "$dir\\x.exe"', ""),
        (". ./lib.ps1", "lib.ps1"),
        ("Microsoft.PowerShell.Management\\Stop-Service x", "stop-service"),
    ],
)
def test_names_are_canonical(text: str, name: str) -> None:
    assert command(text).name == name


def test_parameters_take_the_word_behind_them_and_switches_do_not() -> None:
    one = command("Remove-Item -Recurse C:\\x -Filter *.tmp -Force:$false -Confirm:$false")
    assert {name: value and value.text for name, value in one.parameters.items()} == {
        "recurse": None,
        "filter": "*.tmp",
        "force": "$false",
        "confirm": "$false",
    }
    assert [value.text for value in one.arguments] == ["C:\\x"]
    assert one.has("recurse")
    assert not one.has("force")
    assert not one.has("confirm")
    assert not one.has("whatif")
    assert one.off("confirm")
    assert not one.off("recurse")
    assert not one.off("whatif")


def test_a_parameter_may_be_shortened_but_not_too_far() -> None:
    one = command("Remove-Item -Rec -LiteralP 'x'")
    assert one.has("recurse")
    assert one.value("literalpath").literal == "x"  # type: ignore[union-attr]
    assert not command("f -r x").has("recurse")


def test_dashes_of_a_word_processor_are_dashes() -> None:
    assert command("Remove-Item –Path 'x' —Recurse").parameters.keys() == {"path", "recurse"}


def test_what_is_splatted_counts_as_given_by_the_last_table_before() -> None:
    text = "$p = @{ Path = 'old' }\n$p = @{ Path = 'x'; Recurse = $true }\nRemove-Item @p -Path 'own'\n$p = @{ Path = 'later' }"
    one = script(text).commands[0]
    assert one.splats == ("p",)
    assert {name: value and value.literal for name, value in one.parameters.items()} == {"path": "own", "recurse": None}
    assert command("Remove-Item @unknown").parameters == {}
    assert command("f @('a')").splats == ()


def test_redirections_and_pipelines() -> None:
    assert command("reg delete x 2>$null").redirections == ("2>$null",)
    first, second = script("Get-ADUser -Filter * | Disable-ADAccount").commands
    assert first.pipeline == second.pipeline == (first, second)
    assert first.piped_from is None
    assert second.piped_from == first.node


def test_positions_and_literals() -> None:
    one = command("sc.exe config 'My Svc' start= $x")
    assert one.value("name", 1).literal == "My Svc"  # type: ignore[union-attr]
    assert one.value("name", 9) is None
    assert one.literals()[:2] == ["config", "my svc"]
    assert command("  stop-service x   ").text == "stop-service x"
