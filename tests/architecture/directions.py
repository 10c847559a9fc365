"""Checks a tree against `layers.py`. A function over a root, so that a test can run it over a copy that it has spoiled."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.architecture import layers
from tests.architecture.imports import Import, Kind, imports_of
from tests.architecture.layers import may_import, room_of, top_of, within


@dataclass(frozen=True, order=True)
class Violation:
    """`file` is relative to the root, with slashes."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Module:
    file: str
    name: str
    imports: tuple[Import, ...]
    is_production_write: bool


def violations(root: Path) -> list[Violation]:
    """Everything in the tree that the table forbids, by file and line."""
    modules, found = read_tree(root)
    ours = frozenset(path.name for top in ("include", "plugins") for path in (root / top).glob("*/"))
    for module in modules.values():
        found += _of_module(module, ours)
    found += _h01_model_facing(modules)
    return sorted(set(found))


def read_tree(root: Path) -> tuple[dict[str, Module], list[Violation]]:
    """All modules by dotted name, and a violation for each file that does not parse."""
    modules: dict[str, Module] = {}
    broken: list[Violation] = []
    for path in (path for top in layers.TOPS for path in sorted((root / top).rglob("*.py"))):
        file = path.relative_to(root).as_posix()
        name = ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")
        source = path.read_text(encoding="utf-8")
        try:
            modules[name] = Module(file, name, imports_of(source), _declares_production_write(source))
        except SyntaxError as error:
            broken.append(Violation(file, error.lineno or 1, "syntax", "does not parse"))
    return modules, broken


def _of_module(module: Module, ours: frozenset[str]) -> Iterator[Violation]:
    room = room_of(module.name)
    if room is None:
        yield Violation(module.file, 1, "room", "stands in no room of tests/architecture/layers.py")
        return
    for found in module.imports:
        for rule, message in _of_import(module.name, room, found, ours):
            yield Violation(module.file, found.line, rule, message)


def _of_import(importer: str, room: str, found: Import, ours: frozenset[str]) -> Iterator[tuple[str, str]]:
    if found.kind is Kind.RELATIVE:
        yield "relative", f"{found.target!r}: relative imports are banned"
    elif found.kind is Kind.OPAQUE:
        if top_of(importer) in layers.NO_OPAQUE_IMPORT:
            yield "opaque", "a dynamic import that does not show what it imports"
    elif top_of(found.target) in layers.TOPS or _may_become_ours(found):
        yield from _ours(importer, room, found)
    else:
        yield from _foreign(importer, room, found, ours)


def _may_become_ours(found: Import) -> bool:
    return found.kind is Kind.PREFIX and any(top.startswith(found.target) for top in layers.TOPS)


def _ours(importer: str, room: str, found: Import) -> Iterator[tuple[str, str]]:
    reached = _rooms_reached(found)
    if not reached:
        yield "direction", f"{found.target} names no room of tests/architecture/layers.py"
    for target in reached:
        if target == room:
            if room in layers.LONERS and not within(found.target, importer):
                yield "direction", f"{found.target}: nothing imports from {room}, not even its neighbours"
        elif target not in may_import(room):
            yield "direction", f"{room} may not import {target} ({found.target})"
    for guarded, importers in layers.IMPORTED_BY.items():
        if _reaches(found, guarded) and not any(within(importer, name) for name in (guarded, *importers)):
            yield "exclusive", f"only {' and '.join(importers) or 'nobody'} may import {guarded} ({found.target})"


def _rooms_reached(found: Import) -> list[str]:
    if found.kind is Kind.STATIC:
        return [room] if (room := room_of(found.target)) else []
    return [room for room in layers.ROOMS if _reaches(found, room)]


def _reaches(found: Import, name: str) -> bool:
    """Is it this module, or one below; for a prefix: can it be?"""
    return within(found.target, name) or (found.kind is Kind.PREFIX and name.startswith(found.target))


def _foreign(importer: str, room: str, found: Import, ours: frozenset[str]) -> Iterator[tuple[str, str]]:
    top = top_of(found.target)
    for banned in layers.NEVER.get(top_of(importer), ()):
        if _reaches(found, banned):
            yield "foreign", f"{top_of(importer)}/ imports no {banned} ({found.target})"
    if room in layers.ONLY and top not in sys.stdlib_module_names and top not in layers.ONLY[room]:
        yield "foreign", f"{room} imports the standard library and {', '.join(layers.ONLY[room])}, nothing else ({found.target})"
    if top in ours and top not in sys.stdlib_module_names:
        yield "spelling", f"{found.target}: write it with its top folder; spelled twice, it is two different modules"


# -- H1: what a model can reach ----------------------------------------------------------------------------------------


def _h01_model_facing(modules: dict[str, Module]) -> Iterator[Violation]:
    facing = {name for name, module in modules.items() if _is_model_facing(module)}
    for name in sorted(facing):
        for first in modules[name].imports:
            for reached in _closure(modules, _resolve(modules, first)):
                if _is_out_of_reach(modules, reached, facing):
                    message = f"a model is talked to here, and {reached} is reached by importing {first.target}"
                    yield Violation(modules[name].file, first.line, "h01", message)


def _is_model_facing(module: Module) -> bool:
    return any(within(module.name, room) for room in layers.MODEL_FACING) or any(
        _reaches(found, client) for found in module.imports for client in layers.MODEL_CLIENTS
    )


def _is_out_of_reach(modules: dict[str, Module], name: str, facing: set[str]) -> bool:
    if name in facing or any(within(name, allowed) for allowed in layers.IN_REACH):
        return False
    return modules[name].is_production_write or any(within(name, room) for room in layers.OUT_OF_REACH)


def _closure(modules: dict[str, Module], start: list[str]) -> list[str]:
    """These modules and all that they import, directly or not. It ends at the registry of tools: a list is no handle."""
    seen: dict[str, None] = {}
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = None
            if name != layers.TOOL_CONTRACTS:
                waiting += [target for found in modules[name].imports for target in _resolve(modules, found)]
    return list(seen)


def _resolve(modules: dict[str, Module], found: Import) -> list[str]:
    """The modules of the tree that an import names; for a prefix, all that it can name."""
    if found.kind is Kind.PREFIX:
        return [name for name in modules if name.startswith(found.target)]
    parts = found.target.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next(([name] for name in names if name in modules), [])


@lru_cache(maxsize=4096)
def _declares_production_write(source: str) -> bool:
    """Does this file give a contract the `tool_class` production_write?"""
    if "production_write" not in source.lower():
        return False
    return any(_is_production_write(value) for node in ast.walk(ast.parse(source)) for value in _tool_classes(node))


def _tool_classes(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "tool_class":
        yield node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "tool_class":
                yield value


def _is_production_write(value: ast.expr) -> bool:
    if isinstance(value, ast.Attribute):
        return value.attr == "PRODUCTION_WRITE"
    return isinstance(value, ast.Constant) and value.value == "production_write"
