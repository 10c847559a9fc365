"""The imports of a Python file, from its syntax tree: static, under TYPE_CHECKING, and by string as far as the string shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# Calls that import what their first argument names.
_IMPORTERS = frozenset({"__import__", "find_spec", "import_module", "resolve_name", "run_module"})


class Kind(StrEnum):
    STATIC = "static"  # `target` is a module, or a name in one
    PREFIX = "prefix"  # by string: `target` is how the string begins
    RELATIVE = "relative"
    OPAQUE = "opaque"  # by string, and nothing of the string shows


@dataclass(frozen=True, order=True)
class Import:
    line: int
    kind: Kind
    target: str


@lru_cache(maxsize=4096)
def imports_of(source: str) -> tuple[Import, ...]:
    """All imports in a file, in order of their lines.

    `from a import b` gives `a.b`: whether that is a module or a name in one, the room is the same.

    :raises SyntaxError: the file does not parse
    """
    tree = ast.parse(source)
    strings = _constants(tree)
    aliases = _importers(tree)
    found = (item for node in ast.walk(tree) for item in _of_node(node, strings, aliases))
    return tuple(sorted(set(found)))


def _of_node(node: ast.AST, strings: dict[str, str], importers: frozenset[str]) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(node.lineno, Kind.STATIC, alias.name)
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            yield Import(node.lineno, Kind.RELATIVE, "." * node.level + (node.module or ""))
        for alias in node.names if not node.level else ():
            yield Import(node.lineno, Kind.STATIC, str(node.module) if alias.name == "*" else f"{node.module}.{alias.name}")
    elif isinstance(node, ast.Call) and _called(node.func) in importers:
        yield _dynamic(node, strings)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _dynamic(call: ast.Call, strings: dict[str, str]) -> Import:
    argument = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "name"), None)
    text, whole = _beginning(argument, strings)
    if not text:
        return Import(call.lineno, Kind.OPAQUE, "")
    if text.startswith("."):
        return Import(call.lineno, Kind.RELATIVE, text)
    return Import(call.lineno, Kind.STATIC if whole else Kind.PREFIX, text)


def _beginning(node: ast.expr | None, strings: dict[str, str]) -> tuple[str, bool]:
    """How the string begins, and whether that is all of it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    if isinstance(node, ast.Name) and node.id in strings:
        return strings[node.id], True
    if isinstance(node, ast.FormattedValue):
        return _beginning(node.value, strings)
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, strings)
    if isinstance(node, ast.BinOp):
        left, whole = _beginning(node.left, strings)
        if isinstance(node.op, ast.Mod):
            return left.partition("%")[0], False
        return _joined([node.left, node.right], strings) if whole else (left, False)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _beginning(node.func.value, strings)[0].partition("{")[0], False
    return "", False


def _joined(parts: list[ast.expr], strings: dict[str, str]) -> tuple[str, bool]:
    text = ""
    for part in parts:
        piece, whole = _beginning(part, strings)
        text += piece
        if not whole:
            return text, False
    return text, True


def _constants(tree: ast.AST) -> dict[str, str]:
    """Names that are given one string constant in the whole file, and nothing else."""
    given: dict[str, set[str | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.setdefault(node.id, set())
        if isinstance(node, ast.arg):
            given.setdefault(node.arg, set()).add(None)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    value = node.value
                    text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
                    given.setdefault(target.id, set()).add(text)
    return {name: str(next(iter(values))) for name, values in given.items() if len(values) == 1 and None not in values}


def _importers(tree: ast.AST) -> frozenset[str]:
    """The names under which this file calls an importing function."""
    renamed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in _IMPORTERS and alias.asname
    }
    return _IMPORTERS | renamed
