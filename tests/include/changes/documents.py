"""The thirty documents and their expected verdicts; `documents/README.md` says what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("documents")
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
NEEDED = 27  # of thirty, for each verdict


def document(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
