from __future__ import annotations

import tomllib
from pathlib import Path

from include.telemetry.version import VERSION


def test_it_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
