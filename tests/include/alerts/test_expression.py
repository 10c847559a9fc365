from __future__ import annotations

from typing import Any

import pytest

from include.alerts.expression import compile_expression, evaluate, is_true
from include.alerts.unreadable import Unreadable


@pytest.mark.parametrize(
    "text",
    [
        "a.b[0]",
        "a || b",
        "a[?b=='c'] | [0]",
        "merge(a, b, c)",
        "sort_by(a, &b)",
        "not_null(a, b)",
        "{x: join(',', keys(@))}",
        "`5`",
    ],
)
def test_the_standards_expressions_compile(text: str) -> None:
    assert compile_expression(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a b", "Parse error"),
        ("a[", "Incomplete"),
        ("system('id')", "not a function"),
        ("a[?sort_by(b, &__import__(c))]", "not a function"),
        ("length()", "takes 1 arguments, not 0"),
        ("length(a, b)", "takes 1 arguments, not 2"),
        ("(" * 10_000 + "a" + ")" * 10_000, "nested too deeply"),
        ("'unclosed", "Bad jmespath"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        compile_expression(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("join(',', a)", {"a": [1]}),
        ("sort(@)", [1, "a"]),
        ("length(a)", {"a": 5}),
        ("max_by(@, &a)", [{"a": 1}, {"a": "x"}]),
        ("abs(a)", {}),
        ("merge(a)", {"a": []}),
        ("starts_with(a, b)", {"a": "x"}),
    ],
)
def test_a_misfit_is_unreadable_and_quotes_nothing(text: str, value: Any) -> None:
    expression = compile_expression(text)
    with pytest.raises(Unreadable, match=r"^service cannot be read from the payload: it holds values of another type\."):
        evaluate(expression, value, "service")


@pytest.mark.parametrize(("value", "expected"), [(None, False), (False, False), ("", False), ([], False), ({}, False)])
def test_false_values(value: Any, expected: bool) -> None:
    assert is_true(value) is expected


@pytest.mark.parametrize("value", [0, 0.0, True, "x", [0], {"a": None}])
def test_true_values(value: Any) -> None:
    assert is_true(value)
