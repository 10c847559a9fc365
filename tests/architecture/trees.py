"""The tree under test, and copies of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.architecture.layers import TOPS

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".airflow", "*.db*")


def copy_tree(target: Path, tops: tuple[str, ...] = TOPS) -> Path:
    """Copy our folders into `target`, as somebody who lays them over a project would."""
    for top in tops:
        if (ROOT / top).is_dir():
            shutil.copytree(ROOT / top, target / top, ignore=LEFT_OUT, dirs_exist_ok=True)
    return target


class Spoiled:
    """A copy of the tree in which things are planted, and from which they are taken out again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._before: dict[Path, bytes | None] = {}

    def plant(self, file: str, text: str) -> int:
        """Add text to a file, which is made where there is none. Returns the number of the text's first line."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        self._before.setdefault(path, path.read_bytes() if path.exists() else None)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before and not before.endswith("\n"):
            before += "\n"
        path.write_text(f"{before}{text}\n", encoding="utf-8")
        return before.count("\n") + 1

    def restore(self) -> None:
        for path, content in self._before.items():
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
        self._before.clear()
