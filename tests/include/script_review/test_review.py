"""Nothing that a file says may end a review in an exception, or in a finding outside of the file."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.contracts.script_review import Category, FileReview, Looked
from include.script_review.powershell.model import Script
from include.script_review.review import MOST, answer_unit, review_unit
from include.script_review.rules.registry import OF_LANGUAGE
from tests.include.script_review.rules_kit import rule

SCRIPT = """
[CmdletBinding(SupportsShouldProcess)]
param([string[]]$Name = @('a', "b $x"), [switch]$WhatIf)
# holdpoint: ignore ps-empty-catch known
function Remove-Thing { param([Parameter(Mandatory)]$Id) begin { } process { try { Remove-Item $Id -Confirm:$false } catch { } } }
$p = @{ Path = 'x'; ErrorAction = 'SilentlyContinue' }
Stop-Service web; Set-Item @p; Start-Service web
class A { [void] M([int]$x) { $this.B().Delete() } }
$text = @"
line $(Get-Date)
"@
Get-ADUser -Filter * | ForEach-Object { Disable-ADAccount $_ } 2>$null
if ($PSCmdlet.ShouldProcess('x')) { sc.exe delete $Name } elseif ($a -and -not $b) { [IO.File]::Delete("$x") } else { exit 1 }
switch ($a) { 1 { Remove-Thing 1 } default { throw 'no' } }
"""
TESTS = "Describe 'a' { BeforeAll { . $PSScriptRoot/a.ps1 } It 'b' { Mock Remove-Item; Remove-Thing 1; 1 | Should -Be 1 } }"


def reviewed(text: bytes | str, path: str = "a.ps1", **others: str) -> FileReview:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    files = {path: data, **{f"{name}.Tests.ps1": said.encode() for name, said in others.items()}}
    one = review_unit(files)[0]
    assert not [each for each in one.findings if each.rule == "coverage-rule"], one.findings
    return one


def within(one: FileReview, data: bytes) -> None:
    count = data.count(b"\n") + 2
    for each in one.findings:
        assert 1 <= each.line <= each.end.line <= count
        assert each.column >= 1
        assert (each.end.line, each.end.column) >= (each.line, each.column)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    within(reviewed(data), data)


@given(st.text(st.sampled_from("{}()[]@'\"`$|;#<>-–“”‘’ \r\n\t,.=:&aé\u2028\U0001f600\x00%"), max_size=120))
@settings(max_examples=250, deadline=None)
def test_any_marks(text: str) -> None:
    within(reviewed(text), text.encode())


TOKENS = [*SCRIPT.split(), *TESTS.split(), "{", "}", "(", ")", "@'", "'@", "\n", "<#", "#>", "`"]


@given(
    st.lists(st.sampled_from(TOKENS), max_size=60),
    st.sampled_from([" ", "\n"]),
    st.sampled_from(["a.ps1", "a.Tests.ps1", "a.psm1"]),
)
@settings(max_examples=200, deadline=None)
def test_any_words(words: list[str], between: str, path: str) -> None:
    text = between.join(words)
    within(reviewed(text, path), text.encode())


@given(st.integers(0, len(SCRIPT)), st.integers(0, len(SCRIPT)))
@settings(max_examples=150, deadline=None)
def test_any_part_of_a_script(start: int, size: int) -> None:
    text = SCRIPT[start : start + size]
    within(reviewed(text, b=TESTS), text.encode())


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n\r", "\u2028", "\x0b"])
def test_any_ends_of_lines(end: str) -> None:
    text = SCRIPT.replace("\n", end)
    within(reviewed(text), text.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252"])
def test_any_encoding(encoding: str) -> None:
    data = SCRIPT.encode(encoding)
    one = reviewed(data)
    assert {each.rule for each in one.findings} == {each.rule for each in reviewed(SCRIPT).findings}


LARGE = {
    "braces": "{" * 10_000,
    "closed braces": "if (1) { " * 240 + "Remove-Item x\n" * 500 + "}" * 240,
    "unterminated here-string": "$x = @'\n" + "Remove-Item x\n" * 3_000,
    "unterminated block comment": "<#" + "Remove-Item x\n" * 3_000,
    "a large param block": "param(" + ",\n".join(f"[string]$p{at} = 'x'" for at in range(3_000)) + ")\nRemove-Item x",
    "a long sum": "$x = " + " +\n".join(["$a"] * 4_000),
    "a long concatenation": "$x = " + "`\n+ ".join(["'a'"] * 4_000),
    "a long pipeline": "a |\n" * 3_000 + "Remove-Item",
    "a long chain": "\n".join(f"function F{at} {{ F{at + 1} }}" for at in range(3_000)) + "\nRemove-Item x\nF0",
    "functions of one name": "function F { Remove-Item x; F }\n" * 2_000,
    "changes": "Remove-Item x -ErrorAction SilentlyContinue -Confirm:$false\n" * 2_000,
    "catches": "try { Remove-Item x } catch { }\n" * 2_000,
    "nested functions": "".join(f"function F{at} {{ Remove-Item x\n" for at in range(450)) + "}" * 450,
    "calls on calls": "$a" + ".Delete()\n" * 1 + ("$b" + ".Delete()" * 1_000 + "\n") * 2,
    "splatted": "$p = @{ Path = 'x' }; Remove-Item @p\n" * 2_000,
    "variables that remember": "Remove-Item x\n$" + "before" * 3_000 + "\n",
    "broken lines": "} ) ] Remove-Item x\n" * 2_000,
    "suppressions": "# holdpoint: ignore ps-empty-catch known\ntry { a } catch { }\n" * 2_000,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_and_strange(text: str) -> None:
    began = process_time()
    within(reviewed(text), text.encode())
    assert process_time() - began < 10


def test_many_tests() -> None:
    text = "Describe 'x' {\n" + "It 'a' { Remove-ADUser x }\n" * 2_000 + "}"
    began = process_time()
    assert len(reviewed(text, "a.Tests.ps1").findings) == MOST + 1
    assert process_time() - began < 10


def test_what_was_not_looked_at_in_full_is_told() -> None:
    assert reviewed("Get-Date").coverage.looked is Looked.FULL
    assert reviewed("Get-Date\n} ) (").coverage.looked in (Looked.PARTIAL, Looked.TOKENS)
    deep = reviewed("{" * 10_000)
    assert deep.coverage.looked is Looked.TEXT
    assert [each.rule for each in deep.findings] == ["coverage-file"]
    assert review_unit({"a.ps1": b"\x00\x01\xff" * 99})[0].coverage.looked is Looked.NONE


def broken(model: Script) -> Any:
    raise RecursionError


def test_a_rule_that_fails_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (rule("ps-bad", category=Category.RISKY_OPERATION, check=broken), *OF_LANGUAGE["powershell"])
    monkeypatch.setattr("include.script_review.review.OF_LANGUAGE", {**OF_LANGUAGE, "powershell": rules})
    for text in ("try { a } catch { }", "} ) (\ntry { a } catch { }"):
        found = {each.rule: each.message for each in review_unit({"a.ps1": text.encode()})[0].findings}
        assert found["coverage-rule"] == "ps-bad failed here: RecursionError."
    assert "ps-empty-catch" in found or text.startswith("}")


def test_members_are_reviewed_and_their_tests_are_only_read() -> None:
    files = {"a.ps1": SCRIPT.encode(), "a.Tests.ps1": TESTS.encode()}
    rows = answer_unit(files, {"members": ["a.ps1"]})
    assert [row["path"] for row in rows] == ["a.ps1"]
    assert "ps-no-tests" not in {each["rule"] for each in rows[0]["findings"]}
    alone = answer_unit({"a.ps1": SCRIPT.encode()}, {"members": ["a.ps1"]})
    assert "ps-no-tests" in {each["rule"] for each in alone[0]["findings"]}
