"""Which functions of a Python script change state, by the dotted names that they call."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from include.script_review.changing import Changing
from include.script_review.source import Source

_OS = (
    *("remove", "unlink", "rmdir", "removedirs", "rename", "renames", "replace", "truncate", "symlink", "link"),
    *("chmod", "chown", "lchown", "kill", "killpg", "system", "execv", "execve", "execvp"),
)
_RUN = ("run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput")
_WEB = ("post", "put", "patch", "delete")
CHANGES = frozenset(
    (
        *(f"os.{name}" for name in _OS),
        *(f"subprocess.{name}" for name in _RUN),
        *(f"{module}.{name}" for module in ("requests", "httpx") for name in _WEB),
        *("shutil.rmtree", "shutil.move", "shutil.chown", "shutil.copytree", "shutil.copy", "shutil.copy2", "shutil.copyfile"),
    )
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Body:
    """A function, by its dotted name, or the script's top level."""

    name: str
    line: int
    parameters: tuple[str, ...]
    calls: list[str]


def changing(source: Source) -> list[Changing]:
    """In the order of the text; nothing where Python's own parser takes the file for none of its own."""
    try:
        tree = ast.parse(source.data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names = _imported(tree)
    found = [
        Changing(source.path, source.language, body.name, body.line, commands, body.parameters)
        for body in _bodies(tree)
        if (commands := tuple(name for name in (_full(call, names) for call in body.calls) if name in CHANGES))
    ]
    return sorted(found, key=lambda each: each.line)


def _imported(tree: ast.Module) -> dict[str, str]:
    """The name in this file -> its dotted name: `import shutil as s`, `from os import remove`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname: each.name for each in node.names if each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


def _full(call: str, names: dict[str, str]) -> str:
    head, dot, rest = call.partition(".")
    return f"{names.get(head, head)}{dot}{rest}"


def _bodies(tree: ast.Module) -> list[_Body]:
    """Every function and the top level, each with the calls that are its own. Without recursion: a tree may be deep."""
    bodies = [_Body("", 1, (), [])]
    waiting: list[tuple[ast.AST, _Body, str]] = [(tree, bodies[0], "")]
    while waiting:
        node, body, prefix = waiting.pop()
        if isinstance(node, ast.Call) and (name := _dotted(node.func)):
            body.calls.append(name)
        if isinstance(node, _Function):
            body = _Body(prefix + node.name, node.lineno, _parameters(node), [])
            bodies.append(body)
        if isinstance(node, _Function | ast.ClassDef):
            prefix += f"{node.name}."
        waiting += [(child, body, prefix) for child in reversed(list(ast.iter_child_nodes(node)))]
    return bodies


def _parameters(node: _Function) -> tuple[str, ...]:
    given = node.args
    return tuple(each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def _dotted(node: ast.expr) -> str:
    """`shutil.rmtree`; empty for what is called on a value."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""
