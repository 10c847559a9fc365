"""A local Airflow ends what it started, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.airflow import LocalAirflow

SLEEP = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"]


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def _start(started: list[subprocess.Popen[bytes]], home: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(SLEEP, cwd=home, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    started.append(process)
    return process


def test_a_pid_file_whose_number_is_somebody_elses_by_now_ends_nobody(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    airflow = LocalAirflow.create(tmp_path / "an airflow", port=1)
    theirs = _start(started, tmp_path)
    for name in ("scheduler", "api-server"):
        (airflow.home / f"{name}.pid").write_text(str(theirs.pid))
    (airflow.home / "dag-processor.pid").write_text("nonsense")
    airflow.kill_component("scheduler")
    airflow.stop(grace_s=0.2)
    assert theirs.poll() is None
    assert not list(airflow.home.glob("*.pid"))


def test_what_was_started_here_is_ended_also_by_another_process(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    airflow = LocalAirflow.create(tmp_path / "an airflow", port=1)
    ours = _start(started, airflow.home)
    (airflow.home / "scheduler.pid").write_text(str(ours.pid))
    LocalAirflow.create(airflow.home, port=1).stop(grace_s=5)
    assert ours.poll() is not None


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    home = LocalAirflow.create(tmp_path / "an airflow", port=1).home
    assert {(home / name).stat().st_mode & 0o077 for name in ("passwords.json", "secrets.json")} == {0}
