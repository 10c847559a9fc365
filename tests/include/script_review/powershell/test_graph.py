from __future__ import annotations

import pytest

from include.script_review.powershell.asking import first_unasked, offers, rehearses, uncovered, undeclared
from include.script_review.powershell.graph import graph_of
from tests.include.script_review.powershell.kit import module, script

OFFERS = "[CmdletBinding(SupportsShouldProcess)] param()"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("function A { }", {"A"}),
        (f"function A {{ {OFFERS} B }}\nfunction B {{ }}", set()),
        (f"function A {{ {OFFERS} B }}\nfunction B {{ }}\nfunction C {{ B }}", {"B", "C"}),
        (f"function A {{ {OFFERS} function B {{ }} B }}\nB", set()),
        ("function A { function B { } }", {"A", "B"}),
        (f"function A {{ {OFFERS} B }}\nfunction B {{ C }}\nfunction C {{ B }}", set()),
        ("function A { A }", {"A"}),
        ("function B { }\nB", {"B"}),
    ],
)
def test_who_can_be_come_to_without_an_offer(text: str, names: set[str]) -> None:
    model = script(text)
    assert {one.name for one in model.functions if id(one) in uncovered(model)} == names
    assert {one.name for one in model.functions if id(one) in undeclared(model)} == names


def test_a_body_that_offers_covers_what_it_calls() -> None:
    model = script(f"{OFFERS}\nfunction B {{ }}\nB")
    assert not uncovered(model)
    assert not undeclared(model)
    assert offers(model.body)


def test_the_first_change_that_nobody_asks_about() -> None:
    model = script(
        f"function A {{ B }}\nfunction B {{ {OFFERS} Remove-Item x }}\nfunction C {{ New-Item y; D }}\nfunction D {{ Stop-VM z }}"
    )
    found = [first_unasked(one) for one in model.functions]
    assert [one and one.what for one in found] == [None, "Remove-Item", "Stop-VM", "Stop-VM"]


def test_one_graph_for_a_module_and_one_for_a_file_alone() -> None:
    files = module(a="function A { B }", b="function B { }")
    assert graph_of(files["a.ps1"]) is graph_of(files["b.ps1"])
    alone = script("function A { }")
    assert [one.name for one in graph_of(alone).functions] == ["", "A"]


@pytest.mark.parametrize("text", ["if ($DryRun) { }", "$module.CheckMode", "$script:dry_run", "param([switch]$ReportOnly)"])
def test_a_rehearsal_by_another_name(text: str) -> None:
    assert rehearses(script(text))


@pytest.mark.parametrize("text", ["$DryRunner", "DryRun", "$only", "'-DryRun'"])
def test_no_rehearsal(text: str) -> None:
    assert not rehearses(script(text))
