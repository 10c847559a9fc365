from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.store.location import REPOSITORY
from include.store.migrate import expected


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HOLDPOINT_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "include.cli", "store", *arguments]
    return subprocess.run(command, env=environment, cwd=home.parent, capture_output=True, text=True, timeout=120, check=False)


def test_migrate_then_check_in_a_home_with_a_space(tmp_path: Path) -> None:
    home = tmp_path / "my home"
    assert run(home, "check").returncode == 9
    assert json.loads(run(home, "migrate", "--json").stdout) == {"revision": expected()}
    assert expected() in run(home, "migrate").stdout
    checked = json.loads(run(home, "check", "--json").stdout)
    assert (checked["dialect"], checked["revision"], checked["isolated"]) == ("sqlite", expected(), False)
    assert "SQLite has no roles" in run(home, "check").stdout


def test_roles_are_printed_without_any_database(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "roles", "--schema", "ops")
    assert done.returncode == 0
    assert 'GRANT SELECT, INSERT ON "ops".ledger TO holdpoint_intake' in done.stdout
    assert not (tmp_path / "home").exists()


def test_roles_cannot_be_applied_to_sqlite(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "roles", "--apply")
    assert done.returncode == 3
    assert "Only PostgreSQL has roles" in done.stderr


@pytest.mark.parametrize("module", ["include.commands.ledger", "include.commands.store"])
def test_importing_a_command_is_cheap(module: str) -> None:
    code = f"import sys, argparse, json, pathlib, typing; old = set(sys.modules); import {module}; print(*set(sys.modules) - old)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    heavy = {"pydantic", "sqlalchemy", "alembic", "cryptography", "securesystemslib", "re2"}
    assert not heavy & {name.split(".", maxsplit=1)[0] for name in done.stdout.split()}
    assert len(done.stdout.split()) < 10, done.stdout
