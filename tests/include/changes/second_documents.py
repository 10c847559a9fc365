"""The second author's documents and their expected verdicts; the README of each folder says what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FOLDERS = (HERE / "documents_second", HERE / "documents_third")


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return found


EXPECTED: dict[Path, dict[str, Any]] = {folder / name: row for folder in FOLDERS for name, row in expected(folder).items()}
