"""`./holdpoint doctor` as a person runs it: the launcher, a process, an environment with nothing in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.trees import ROOT, copy_tree


def doctor(root: Path, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "HOME": str(root), "HOLDPOINT_PYTHON": sys.executable}
    return subprocess.run(
        [str(root / "holdpoint"), "doctor", *arguments],
        check=False,
        env=bare | environ,
        cwd=cwd or root.parent,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_tree(tmp_path_factory.mktemp("clones") / "a fresh clone", ("dags", "include", "plugins"))
    shutil.copy(ROOT / "holdpoint", root)
    return root


def test_a_fresh_clone_has_warnings_only(clone: Path):
    done = doctor(clone, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["counts"]["error"] == 0
    assert {finding["level"] for finding in answer["findings"]} == {"warning", "info"}
    assert all(set(f) == {"level", "area", "subject", "problem", "next_step"} and f["next_step"] for f in answer["findings"])
    assert not (clone / "var").exists()


def test_for_people(clone: Path):
    done = doctor(clone)
    assert done.returncode == 0
    assert "HOLDPOINT_SECRET_GRAFANA" in done.stdout
    assert "next: run ./holdpoint store migrate" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("0 errors, ")


def test_an_error_is_exit_3(clone: Path, tmp_path: Path):
    (tmp_path / "services.yaml").write_text("- {name: lost}\n", encoding="utf-8")
    done = doctor(clone, "--json", HOLDPOINT_CONFIG=str(tmp_path))
    assert done.returncode == 3
    assert any("services.yaml" in finding["subject"] for finding in json.loads(done.stdout)["findings"])


def test_a_host_that_is_no_folder(clone: Path):
    done = doctor(clone, "--host", "/nowhere at all")
    assert done.returncode == 2
    assert "/nowhere at all" in done.stderr


def test_a_host_that_cannot_work(clone: Path, tmp_path: Path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "__init__.py").touch()
    done = doctor(clone, "--host", str(tmp_path), "--json")
    assert done.returncode == 3
    assert [f["subject"] for f in json.loads(done.stdout)["findings"] if f["level"] == "error"] == [
        str(tmp_path / "include/__init__.py")
    ]


@pytest.mark.parametrize("top", ["include", "plugins"])
def test_a_package_on_the_path_that_hides_ours_is_refused_by_the_launcher(clone: Path, tmp_path: Path, top: str):
    (tmp_path / top).mkdir()
    (tmp_path / top / "__init__.py").touch()
    done = doctor(clone, PYTHONPATH=f"/nowhere:{tmp_path}")
    assert done.returncode == 3
    assert str(tmp_path / top / "__init__.py") in done.stderr
    assert "Next: " in done.stderr


def test_what_lies_in_the_working_folder_is_not_imported(clone: Path, tmp_path: Path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "__init__.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    (tmp_path / "json.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    done = doctor(clone, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
