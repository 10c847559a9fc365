"""Each place where a new thing is one file and one line: the files on one side, the lines on the other, over any root."""

from __future__ import annotations

import ast
from pathlib import Path

READ_HOOKS = "plugins/hooks/read"


def stems(root: Path, folder: str, *, left_out: frozenset[str] = frozenset(), pattern: str = "*.py") -> set[str]:
    """The names of a folder's files, without `__init__` and those that are not what the registry lists."""
    return {path.stem for path in (root / folder).glob(pattern)} - {"__init__"} - left_out


def defining(root: Path, folder: str, name: str) -> set[str]:
    """The files of a folder that give `name` a value at their top level."""
    return {path.stem for path in (root / folder).glob("*.py") if name in _assigned(ast.parse(path.read_text(encoding="utf-8")))}


def _assigned(node: ast.Module | ast.ClassDef) -> dict[str, ast.expr | None]:
    given: dict[str, ast.expr | None] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            given |= {target.id: statement.value for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            given[statement.target.id] = statement.value
    return given


def read_hooks(root: Path) -> dict[str, str]:
    """Tool -> dotted path of the class that reads for it, from the classes themselves: `contract = <tool>.CONTRACT`."""
    found = {}
    for path in (root / READ_HOOKS).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            contract = _assigned(node).get("contract") if isinstance(node, ast.ClassDef) else None
            if isinstance(contract, ast.Attribute) and isinstance(contract.value, ast.Name):
                found[contract.value.id] = f"{READ_HOOKS.replace('/', '.')}.{path.stem}.{node.name}"
    return found
