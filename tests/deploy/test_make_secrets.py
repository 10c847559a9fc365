from __future__ import annotations

import base64
import stat
import subprocess
from pathlib import Path

import pytest

from tests.deploy.compose import REPOSITORY

SCRIPT = REPOSITORY / "deploy" / "make-secrets.sh"
COMPOSE_READS = {"intake.env", "connections.env"}


def make(folder: Path) -> str:
    return subprocess.run(["sh", str(SCRIPT), str(folder)], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "with a space"
    make(place)
    return place


def test_the_folder_is_closed_and_the_files_are_readable_inside(folder: Path) -> None:
    """Compose mounts the files with these modes, and the containers' users are other numbers than ours."""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.name in COMPOSE_READS else 0o444), path.name


def test_no_two_are_the_same_and_none_is_short(folder: Path) -> None:
    values = {path.name: path.read_text() for path in folder.iterdir() if path.name.endswith(("_password", "_secret", "_key"))}
    assert len(set(values.values())) == len(values) >= 10
    assert all(len(value) >= 44 and "\n" not in value for value in values.values())


def test_the_urls_carry_the_passwords(folder: Path) -> None:
    for login in ("owner", "api", "tasks", "auditor", "eraser"):
        password = (folder / f"store_{login}_password").read_text()
        assert (folder / f"store_{login}_url").read_text() == f"postgresql://holdpoint_{login}:{password}@postgres/holdpoint"
    assert (folder / "redis_password").read_text() in (folder / "broker_url").read_text()
    assert (folder / "airflow_db_password").read_text() in (folder / "airflow_db_url").read_text()


def test_the_fernet_key_is_one(folder: Path) -> None:
    assert len(base64.urlsafe_b64decode((folder / "fernet_key").read_bytes())) == 32


def test_a_second_run_changes_nothing_and_adds_what_is_missing(folder: Path) -> None:
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "redis_password").unlink()
    said = make(folder)
    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"redis_password"}
    assert "made  redis_password" in said


def test_no_value_is_printed(tmp_path: Path) -> None:
    said = make(tmp_path / "secrets")
    for path in (tmp_path / "secrets").iterdir():
        if path.name not in COMPOSE_READS:
            assert path.read_text() not in said


def test_they_cannot_be_committed_by_accident() -> None:
    ignored = subprocess.run(
        ["git", "-C", str(REPOSITORY), "check-ignore", "deploy/secrets/jwt_secret", ".env"],
        capture_output=True,
        text=True,
        check=False,
    )
    if ignored.returncode == 128:  # no git repository around: an export of the sources
        assert "deploy/secrets/" in (REPOSITORY / ".gitignore").read_text().splitlines()
    else:
        assert ignored.stdout.split() == ["deploy/secrets/jwt_secret", ".env"]
