"""One file under two module names is two different modules: `isinstance` and registries fail between them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from include.doctor.finding import Finding, error
from include.doctor.surroundings import TOPS, Surroundings, python_files

AREA = "layout"
_FULL = re.compile(r"\b(?:include|plugins)(?:\.\w+)+")


def check_spelling(here: Surroundings) -> Iterator[Finding]:
    """No import leaves out `plugins` or `include` where the same file is also imported with it."""
    roots = [here.root, *([here.host] if here.host else [])]
    texts = {root / file: _text(root / file) for root in roots for file in python_files(root, ("dags", *TOPS))}
    spelled = {name for text in texts.values() for name in _FULL.findall(text)}
    full = {".".join(parts[:count]) for parts in (name.split(".") for name in spelled) for count in range(2, len(parts) + 1)}
    packages = "|".join(sorted(folder.name for folder in here.folders if len(folder.parts) == 2))
    bare = re.compile(rf"^\s*(?:from|import)\s+(?:{packages})\b", re.MULTILINE)  # parsing every file would take seconds
    for path, text in texts.items():
        if bare.search(text):
            for line, name in _bare_imports(text):
                for top in _tops(here, name):
                    if f"{top}.{name}" in full:
                        yield error(
                            AREA,
                            f"{path}:{line}",
                            f"It imports {name}, which others import as {top}.{name}: two different modules of one file.",
                            f"write {top}.{name}",
                        )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _bare_imports(text: str) -> Iterator[tuple[int, str]]:
    """Modules, and what may be modules, imported by a file; nothing from a file that does not parse: Airflow will say so."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _tops(here: Surroundings, name: str) -> Iterator[str]:
    """The folder of ours in which this dotted name is a file."""
    relative = Path(*name.split("."))
    for top in TOPS:
        if (here.root / top / relative).with_suffix(".py").is_file():
            yield top
