from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.clock import clock  # noqa: F401
from tests.holds_kit import Kit, make_kit
from tests.standing_kit import Standing
from tests.votes_kit import Ground


@pytest.fixture(scope="session")
def first_kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """As everywhere; ines reviews emergencies, and two people must approve a plan in the lab."""
    made = make_kit(tmp_path_factory.mktemp("standing") / "a kit")
    path = made.folder / "config" / "approvals.yaml"
    path.write_text(path.read_text().replace("approvals: 1", "approvals: 2", 1))
    made.edit_people(lambda people: people["ines"]["roles"].append("auditor"))
    return made


@pytest.fixture
def kit(first_kit: Kit, tmp_path: Path) -> Kit:
    """A copy: to make each anew took a third of the tests' time."""
    copied = replace(first_kit, folder=shutil.copytree(first_kit.folder, tmp_path / "a kit"))
    copied.reload()
    return copied


@pytest.fixture
def ground(store: Any, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    return Ground(store, kit)


@pytest.fixture
def standing(ground: Ground) -> Standing:
    return Standing(ground)
