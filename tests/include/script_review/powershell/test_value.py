from __future__ import annotations

import pytest

from include.script_review.powershell.value import Value, variable_name
from tests.include.script_review.powershell.kit import command


def value(text: str) -> Value:
    return command(f"f -p {text}").parameters["p"]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        ("word", "word"),
        ("'it''s'", "it's"),
        ('"a`"b"', 'a"b'),
        ('"plain"', "plain"),
        ("@'\nline\n'@", "line"),
        ('@"\nline\n"@', "line"),
        ("42", "42"),
        ("C:\\Windows\\x", "C:\\Windows\\x"),
        ('"a $x"', None),
        ("$x", None),
        ("(Get-Date)", None),
        ("{ a }", None),
    ],
)
def test_only_what_is_known_without_running_is_literal(written: str, literal: str | None) -> None:
    assert value(written).literal == literal
    assert value(written).computed is (literal is None)


@pytest.mark.parametrize(
    ("written", "name"),
    [("$Name", "name"), ("$global:X", "global:x"), ("${Env:Path}", "env:path"), ("$env:TEMP", "env:temp"), ("'x'", None)],
)
def test_a_variables_name_has_its_scope_and_no_case(written: str, name: str | None) -> None:
    assert value(written).variable == name


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ("'a', $b", ["a", None]),
        ("@('a'; 'b')", ["a", "b"]),
        ("@('a', 'b')", ["a", "b"]),
        ("a", ["a"]),
    ],
)
def test_a_lists_items(written: str, items: list[str | None]) -> None:
    assert [item.literal for item in value(written).items] == items


def test_names_without_their_marks() -> None:
    assert [variable_name(one) for one in ("$A", "${a b}", "@Splat", "$script:Y")] == ["a", "a b", "splat", "script:y"]
