from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.doctor.surroundings import Surroundings
from tests.architecture.trees import Spoiled, copy_tree

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our folders, laid out as they should be, in a path with a space."""
    return copy_tree(tmp_path_factory.mktemp("doctor") / "a project", ("dags", "include", "plugins"))


@pytest.fixture
def spoiled(tree: Path) -> Iterator[Spoiled]:
    copy = Spoiled(tree)
    yield copy
    copy.restore()


@pytest.fixture
def here(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    monkeypatch.setenv("PYTHONPATH", str(tree))
    return Surroundings(root=tree, at=AT, search_path=(str(tree),))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Any]:
    """`edited(("people.yaml", old, new), …)`: the example catalogue with these replacements, loaded."""
    from include.catalogue.loader import EXAMPLE, load_catalogue

    numbers = itertools.count()  # a folder that was loaded is not looked at again within the second

    def edit(*changes: tuple[str, str, str]) -> Any:
        folder = tmp_path / f"config {next(numbers)}"
        shutil.copytree(EXAMPLE, folder)
        for name, old, new in changes:
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text, (name, old)
            (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_catalogue(folder, "")

    return edit
