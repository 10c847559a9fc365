from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.git_kit import Made


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An empty repository, in a folder with a space in its name."""
    return Made(tmp_path / "some scripts")


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Made]:
    return lambda name, **more: Made(tmp_path / name, **more)
