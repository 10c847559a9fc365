from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.doctor.finding import Level
from include.doctor.runtime import check_assertions, check_bytecode
from include.doctor.surroundings import Surroundings


@pytest.fixture(autouse=True)
def _as_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # the tests' own interpreter may have been started otherwise


def test_as_it_should_be_it_is_silent(here: Surroundings):
    assert [*check_assertions(here), *check_bytecode(here)] == []


def test_optimised_by_the_variable(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    assert [finding.level for finding in check_assertions(here)] == [Level.ERROR]


def test_optimised_by_the_option(tree: Path):
    code = (
        "import json; from include.doctor.runtime import check_assertions; from include.doctor.surroundings import Surroundings;"
        "print(json.dumps([f.to_json() for f in check_assertions(Surroundings())]))"
    )
    done = subprocess.run(
        [sys.executable, "-O", "-c", code],
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [finding["level"] for finding in json.loads(done.stdout)] == ["error"]


def test_bytecode_that_may_not_be_written_and_is_not_there(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert [finding.level for finding in check_bytecode(here)] == [Level.WARNING]


def test_bytecode_that_is_there(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    module = tmp_path / "include" / "one.py"
    module.parent.mkdir()
    module.write_text("x = 1\n", encoding="utf-8")
    small = Surroundings(root=tmp_path, search_path=())
    assert len(list(check_bytecode(small))) == 1
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(tmp_path)],
        env={key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        check=True,
    )
    assert list(check_bytecode(small)) == []
