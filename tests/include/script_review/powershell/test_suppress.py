from __future__ import annotations

import pytest

from include.script_review.powershell.suppress import attributes, without_justification
from include.script_review.review import review_unit
from tests.include.script_review.powershell.kit import script

NAME = "Diagnostics.CodeAnalysis.SuppressMessageAttribute"
CATCH = "try { Get-Item x } catch { }"


def kept(text: str) -> list[str | None]:
    """What the empty catches of a file may stand for."""
    (review,) = review_unit({"a.ps1": text.encode()})
    return [one.suppressed_by for one in review.findings if one.rule == "ps-empty-catch"]


@pytest.mark.parametrize(
    "attribute",
    [
        f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification = 'probed')]",
        f"[System.{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification='probed')]",
        f'[{NAME}("PSAvoidUsingEmptyCatchBlock", "", Justification="probed")]',
        f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '', Scope = 'Function', Target = '*', Justification = 'probed')]",
        f"[{NAME}(Category = 'PSAvoidUsingEmptyCatchBlock', CheckId = '', Justification = 'probed')]",
        "[SuppressMessage('PSAvoidUsingEmptyCatchBlock', '', Justification = 'probed')]",
        "[Diagnostics.CodeAnalysis.SuppressMessage('ps-empty-catch', '', Justification = 'probed')]",
        f"[{NAME.upper()}('PSAvoidUsingEmptyCatchBlock', '', JUSTIFICATION = 'probed')]",
    ],
)
def test_its_forms(attribute: str) -> None:
    assert kept(f"{attribute}\nparam()\n{CATCH}") == ["probed"]
    assert kept(f"function F {{\n    {attribute}\n    param($x)\n    {CATCH}\n}}") == ["probed"]
    assert kept(f"function F {{\n    [CmdletBinding()]\n    {attribute}\n    param($x)\n    {CATCH}\n}}") == ["probed"]


@pytest.mark.parametrize(
    ("target", "reasons"), [("F", ["probed", None]), ("f*", ["probed", None]), ("*", ["probed", "probed"]), ("H", [None, None])]
)
def test_a_scope_is_for_the_functions_of_its_target(target: str, reasons: list[str | None]) -> None:
    arguments = f"'PSAvoidUsingEmptyCatchBlock', '', Scope = 'Function', Target = '{target}', Justification = 'probed'"
    assert kept(f"[{NAME}({arguments})]\nparam()\nfunction F {{ {CATCH} }}\nfunction G {{ {CATCH} }}") == reasons


def test_it_is_for_its_function_alone() -> None:
    attribute = f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification = 'probed')]"
    text = f"function F {{\n{attribute}\nparam()\n{CATCH}\n}}\nfunction G {{\n{CATCH}\n}}"
    assert kept(text) == ["probed", None]


@pytest.mark.parametrize(
    "attribute",
    [
        f"[{NAME}('PSAvoidUsingWriteHost', '', Justification = 'probed')]",
        f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '')]",
        f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification = '  ')]",
        f"[{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification = $why)]",
        f"# [{NAME}('PSAvoidUsingEmptyCatchBlock', '', Justification = 'probed')]",
    ],
)
def test_what_suppresses_nothing(attribute: str) -> None:
    assert kept(f"{attribute}\nparam()\n{CATCH}") == [None]


def test_one_without_a_justification_is_told() -> None:
    found = list(without_justification(attributes(script(f"[{NAME}('PSAvoidUsingWriteHost', '')]\nparam()"))))
    assert [one.message for one in found] == [
        "SuppressMessageAttribute of PSAvoidUsingWriteHost gives no Justification, so nothing is suppressed."
    ]


@pytest.mark.parametrize("inner", ["", "(", "()", "(,)", "($x)", "('a'", "('a', '', Justification =)", "(Justification = 'x')"])
def test_attributes_that_are_none(inner: str) -> None:
    for text in (f"[{NAME}{inner}]\nparam()\n{CATCH}", f"[{NAME}{inner}"):
        assert all(isinstance(one.reason, str) for one in attributes(script(text)))


def test_a_reason_is_one_clean_line() -> None:
    long = "a\u202eb\n" * 400
    (one,) = attributes(script(f"[{NAME}('x', '', Justification = '{long}')]\nparam()"))
    assert "\n" not in one.reason
    assert "\u202e" not in one.reason
    assert len(one.reason) <= 300
