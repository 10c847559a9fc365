from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from include.doctor.finding import Level
from include.doctor.runbooks import check_runbooks
from include.doctor.surroundings import Surroundings
from include.retrieval.loader import SHIPPED

NAME = "disk-full.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One good runbook."""
    copy = tmp_path / "runbooks"
    copy.mkdir()
    shutil.copy(SHIPPED / NAME, copy)
    monkeypatch.setenv("HOLDPOINT_RUNBOOKS", str(copy))
    return copy


def edit(folder: Path, start: str, line: str) -> None:
    lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    assert sum(each.startswith(start) for each in lines) == 1
    (folder / NAME).write_text("\n".join(line if each.startswith(start) else each for each in lines) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_a_good_one_is_silent(catalogue: Any, here: Surroundings):
    assert list(check_runbooks(catalogue, here)) == []


@pytest.mark.parametrize(
    ("start", "line", "word"),
    [
        ("reviewed:", 'reviewed: "2024-01-02"', "stale"),
        ("reviewed:", 'reviewed: "2027-01-02"', "future"),
        ("approved:", "approved: null", "not approved"),
    ],
)
def test_one_that_must_be_looked_at(folder: Path, catalogue: Any, here: Surroundings, start: str, line: str, word: str):
    edit(folder, start, line)
    (finding,) = check_runbooks(catalogue, here)
    assert (finding.level, finding.subject) == (Level.WARNING, NAME)
    assert word in finding.problem


@pytest.mark.parametrize(("start", "line"), [("owner:", "owner: nobody"), ("name:", "title: twice")])
def test_one_that_does_not_load(folder: Path, catalogue: Any, here: Surroundings, start: str, line: str):
    edit(folder, start, line)
    (finding,) = check_runbooks(catalogue, here)
    assert (finding.level, finding.subject) == (Level.ERROR, NAME)
    assert finding.next_step


def test_none_at_all(folder: Path, catalogue: Any, here: Surroundings):
    (folder / NAME).unlink()
    (finding,) = check_runbooks(catalogue, here)
    assert finding.level is Level.WARNING


def test_a_folder_that_is_none(catalogue: Any, here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_RUNBOOKS", "/nowhere")
    (finding,) = check_runbooks(catalogue, here)
    assert (finding.level, finding.subject) == (Level.ERROR, "HOLDPOINT_RUNBOOKS")
