from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.deploy.compose import REPOSITORY

ENTRYPOINT = REPOSITORY / "deploy" / "entrypoint.sh"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Stands where the base image's entrypoint stands: prints its arguments and the environment."""
    script = tmp_path / "base"
    script.write_text('#!/bin/sh\necho "arguments: $*"\nenv\n', encoding="utf-8")
    script.chmod(0o755)
    return script


def start(base: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOLDPOINT_BASE_ENTRYPOINT": str(base), **environment}
    return subprocess.run([str(ENTRYPOINT), *arguments], env=env, capture_output=True, text=True, check=False)


def test_a_files_content_becomes_the_variable(base: Path, tmp_path: Path) -> None:
    secret = tmp_path / "a secret"
    secret.write_text("postgresql://u:p$(touch x)'\"w@h/d\n", encoding="utf-8")
    done = start(base, "scheduler", "-n", "1", HOLDPOINT_STORE="sentinel", HOLDPOINT_STORE_FILE=str(secret))
    assert done.returncode == 0, done.stderr
    assert "arguments: scheduler -n 1" in done.stdout
    assert "HOLDPOINT_STORE=postgresql://u:p$(touch x)'\"w@h/d" in done.stdout.splitlines()
    assert "HOLDPOINT_STORE_FILE" not in done.stdout


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_missing_or_empty_file_stops_the_start_and_says_so(content: str | None, base: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_text(content, encoding="utf-8")
    done = start(base, "scheduler", HOLDPOINT_STORE_FILE=str(secret))
    assert done.returncode == 78
    assert "arguments" not in done.stdout
    assert "HOLDPOINT_STORE_FILE" in done.stderr
    assert "next:" in done.stderr


def test_other_variables_are_left_alone(base: Path, tmp_path: Path) -> None:
    done = start(base, "triggerer", AIRFLOW_SECRET_FILE="/nowhere", HOLDPOINT_HOME="/x", NOTE="HOLDPOINT_")
    assert done.returncode == 0, done.stderr
    assert "AIRFLOW_SECRET_FILE=/nowhere" in done.stdout


def test_the_first_word_holdpoint_is_the_command_line(base: Path, tmp_path: Path) -> None:
    launcher = tmp_path / "holdpoint"
    launcher.write_text('#!/bin/sh\necho "cli: $*"\n', encoding="utf-8")
    launcher.chmod(0o755)
    done = start(base, "holdpoint", "ledger", "verify", HOLDPOINT_ROOT=str(tmp_path))
    assert done.stdout == "cli: ledger verify\n"
