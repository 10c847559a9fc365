from __future__ import annotations

import pytest

from include.script_review.powershell.pester import Pester, mocked, pester_of
from include.script_review.powershell.script import Script
from include.script_review.project import Project
from include.script_review.source import Source
from tests.include.script_review.powershell.kit import module, script

TESTS = """
Describe 'leavers' {
    BeforeAll { . $PSScriptRoot/leavers.ps1; Mock rm { Get-Date } ; Mock -CommandName Disable-ADAccount }
    It 'a' { Disable-Leaver x | Should -Be 1 }
    It 'b' { Disable-Leaver x }
    It 'c' { Assert-Leaver x }
    It 'd' { throw 'no' }
    It 'e' -Skip { Remove-ADUser x }
}
function Assert-Leaver { 1 }
function Check { 1 | Should -Be 1 }
"""


def test_what_is_mocked_and_called() -> None:
    tests = Pester(script(TESTS, "leavers.Tests.ps1"))
    assert tests.mocked == {"remove-item", "disable-adaccount"}
    assert {"disable-leaver", "should"} <= tests.named


def test_which_tests_assert() -> None:
    tests = Pester(script(TESTS, "leavers.Tests.ps1"))
    assert [tests.asserts(block) for _, block in tests.blocks()] == [True, False, True, True, False]


def test_a_function_that_asserts_counts() -> None:
    text = "It 'a' { Check }\nIt 'b' { Other }\nfunction Check { 1 | Should -Be 1 }\nfunction Other { 1 }"
    tests = Pester(script(text, "a.Tests.ps1"))
    assert [tests.asserts(block) for _, block in tests.blocks()] == [True, False]


def test_the_block_a_command_stands_in() -> None:
    tests = Pester(script(TESTS, "leavers.Tests.ps1"))
    blocks = {one.name: tests.block_of(one) for one in tests.script.commands}
    assert blocks["get-date"] == "mock"
    assert blocks["remove-aduser"] == "it"
    assert blocks["describe"] == ""


def test_the_tests_of_a_module_and_those_beside_it() -> None:
    inside = module(a="Remove-Item x", a_tests="Mock Remove-Item")
    assert mocked(pester_of(inside["a.ps1"])) == {"remove-item"}
    beside = Project(tests={"t/a.Tests.ps1": Source("t/a.Tests.ps1", "powershell", "Mock Stop-VM")})
    one = Script(Source("a.ps1", "powershell", ""), beside)
    assert mocked(pester_of(one)) == {"stop-vm"}
    assert pester_of(one) is pester_of(one)
    assert pester_of(script("")) == []


@pytest.mark.parametrize("text", ["It", "It 'a'", "It {", "Mock", "Mock $x", "Describe { It { It {", "It 'a' $block"])
def test_tests_that_are_none(text: str) -> None:
    tests = Pester(script(text, "a.Tests.ps1"))
    assert all(isinstance(tests.asserts(block), bool) for _, block in tests.blocks())
    assert not tests.mocked
