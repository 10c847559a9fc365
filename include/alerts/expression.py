"""JMESPath with a guard: the standard's functions only, bounded, checked when the mapping loads and not when an alert comes."""

from __future__ import annotations

from typing import Any, Protocol

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

from include.alerts.unreadable import Unreadable

# What the library raises when a value is not of the type an expression expects.
_MISFIT = (JMESPathError, TypeError, ValueError, KeyError, AttributeError, RecursionError, OverflowError)


class Expression(Protocol):
    def search(self, value: Any) -> Any: ...


class _Compiled:
    """A parsed expression. The library makes an interpreter for each search, of parts that refer to each other: with a dozen
    searches an alert, a storm would leave little else to the garbage collector. It keeps nothing of a search: one will do.
    """

    def __init__(self, parsed: Any) -> None:
        self._parsed = parsed

    def search(self, value: Any) -> Any:
        return _INTERPRETER.visit(self._parsed, value)


_INTERPRETER = TreeInterpreter()


def compile_expression(text: str) -> Expression:
    """Compile and check one expression; raise ValueError with one sentence that says what is wrong with it."""
    try:
        parsed: Any = jmespath.compile(text).parsed
        _check_functions(parsed)
    except RecursionError as error:
        raise ValueError("the expression is nested too deeply") from error
    except JMESPathError as error:
        raise ValueError(" ".join(str(error).split())) from error
    return _Compiled(parsed)


def evaluate(expression: Expression, value: Any, where: str) -> Any:
    """The value of an expression; Unreadable when the payload's types do not fit it."""
    try:
        return expression.search(value)
    except _MISFIT as error:
        raise Unreadable(f"{where} cannot be read from the payload: it holds values of another type.") from error


def is_true(value: Any) -> bool:
    """Truth as JMESPath has it: null, false and whatever is empty are false; 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})


def _check_functions(node: Any) -> None:
    if node.get("type") == "function_expression":
        _check_call(node["value"], len(node["children"]))
    for child in node.get("children", []):
        if isinstance(child, dict):
            _check_functions(child)


def _check_call(name: str, given: int) -> None:
    known = Functions.FUNCTION_TABLE.get(name)
    if known is None:
        raise ValueError(f"{name}() is not a function of JMESPath")
    signature = known["signature"]
    variadic = bool(signature and signature[-1].get("variadic"))
    if given < len(signature) or (given > len(signature) and not variadic):
        raise ValueError(f"{name}() takes {len(signature)} arguments, not {given}")
