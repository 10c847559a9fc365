from __future__ import annotations

import pytest

from include.contracts.script_review import Severity
from include.script_review.rules.powershell.no_tests import RULE
from tests.include.script_review.rules.powershell.kit import found


@pytest.mark.parametrize(("path", "severity"), [("a.ps1", Severity.LOW), ("a.psm1", Severity.MEDIUM)])
def test_functions_that_nobody_tests(path: str, severity: Severity) -> None:
    text = "function Get-A { 1 }\nfunction Set-A { Set-Item a }\nfunction Set-B { Set-A }"
    assert found(RULE, text, path) == [(2, severity)]


@pytest.mark.parametrize("text", ["function Get-A { 1 }", "Set-Item a", "class A { [void] M() { Set-Item a } }"])
def test_near_misses(text: str) -> None:
    assert found(RULE, text) == []


def test_a_pester_file_beside_it() -> None:
    assert found(RULE, "function Set-A { Set-Item a }", a="Describe 'a' { }") == []
    assert found(RULE, "function Set-A { Set-Item a }", "a.Tests.ps1") == []
