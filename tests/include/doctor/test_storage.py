from __future__ import annotations

import base64
import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.doctor.finding import Level
from include.doctor.storage import check_base_url, check_checkpoints, check_heartbeat, check_store
from include.doctor.surroundings import Surroundings


def checkpoint(folder: Path, seq: int, made: object) -> Path:
    payload = json.dumps({"store": "store_x", "seq": seq, "hash": "", "at": made, "erased": 0}).encode()
    path = folder / f"checkpoint-{seq}.json"
    path.write_text(
        json.dumps({"payload": base64.b64encode(payload).decode(), "payloadType": "x", "signatures": []}), encoding="utf-8"
    )
    return path


# -- the store


def test_a_migrated_store_is_silent(store: Any, here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")
    assert list(check_store(here)) == []


def test_no_store_yet_is_a_warning_and_makes_none(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / "home"))
    (finding,) = check_store(here)
    assert finding.level is Level.WARNING
    assert "holdpoint store migrate" in finding.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_tables_is_a_warning(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "empty.db").touch()
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{tmp_path / 'empty.db'}")
    assert [finding.level for finding in check_store(here)] == [Level.WARNING]


@pytest.mark.parametrize("revision", ["0000", "9999"])
def test_another_revision_is_an_error(store: Any, here: Surroundings, monkeypatch: pytest.MonkeyPatch, revision: str):
    with sqlite3.connect(store.engine.url.database) as conn:
        conn.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")
    (finding,) = check_store(here)
    assert finding.level is Level.ERROR
    assert revision in finding.problem


@pytest.mark.parametrize(
    "url",
    [
        "mysql://x",
        "no url at all",
        "sqlite://",
        "sqlite:////dev/null/x.db",
        "postgresql://nobody:s3cret@127.0.0.1:1/none",
    ],
)
def test_a_store_that_cannot_be_reached(here: Surroundings, monkeypatch: pytest.MonkeyPatch, url: str):
    monkeypatch.setenv("HOLDPOINT_STORE", url)
    (finding,) = check_store(here)
    assert finding.level in {Level.ERROR, Level.WARNING}
    assert "s3cret" not in str(finding.to_json())


def test_a_file_that_is_no_database(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "garbage.db").write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{tmp_path / 'garbage.db'}")
    (finding,) = check_store(here)
    assert finding.level is Level.ERROR


# -- checkpoints


def test_no_checkpoints_folder_says_how(here: Surroundings):
    (finding,) = check_checkpoints(here)
    assert (finding.level, finding.subject) == (Level.WARNING, "HOLDPOINT_CHECKPOINTS")
    assert "ledger checkpoint" in finding.next_step


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_without_checkpoints(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: bool):
    folder = tmp_path / "seals"
    if make:
        folder.mkdir()
        (folder / "checkpoint-of-mine.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("HOLDPOINT_CHECKPOINTS", str(folder))
    assert [finding.level for finding in check_checkpoints(here)] == [Level.WARNING]


def test_the_newest_checkpoint_counts(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDPOINT_CHECKPOINTS", str(tmp_path))
    checkpoint(tmp_path, 9, "2026-11-17T08:00:00.000000Z")
    (finding,) = check_checkpoints(here)
    assert (finding.level, finding.subject) == (Level.WARNING, str(tmp_path / "checkpoint-9.json"))
    assert "3 days 2 hours" in finding.problem
    checkpoint(tmp_path, 10, "2026-11-20T09:00:00.000000Z")
    assert list(check_checkpoints(here)) == []
    checkpoint(tmp_path, 11, "2026-11-21T09:00:00.000000Z")
    (finding,) = check_checkpoints(here)
    assert "future" in finding.problem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"payload": "!"}',
        b'{"payload": "e30="}',
        b'{"payload": 7}',
        b'{"payload": "bnVsbA=="}',
    ],
)
def test_a_file_that_is_no_checkpoint(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes):
    (tmp_path / "checkpoint-3.json").write_bytes(content)
    monkeypatch.setenv("HOLDPOINT_CHECKPOINTS", str(tmp_path))
    assert [finding.level for finding in check_checkpoints(here)] == [Level.ERROR]


@pytest.mark.parametrize("made", [None, 7, "yesterday", "2026-11-20"])
def test_a_checkpoint_with_an_odd_time_breaks_nothing(
    here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: object
):
    checkpoint(tmp_path, 3, made)
    monkeypatch.setenv("HOLDPOINT_CHECKPOINTS", str(tmp_path))
    assert [finding.level for finding in check_checkpoints(here)] == ([] if made == "2026-11-20" else [Level.ERROR])


# -- the heartbeat


def test_no_heartbeat_and_no_base_url_are_remarks(here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    assert [finding.level for finding in (*check_heartbeat(here), *check_base_url(here))] == [Level.INFO, Level.INFO]
    monkeypatch.setenv("HOLDPOINT_HEARTBEAT", "https://deadman.example.com/beat")
    monkeypatch.setenv("HOLDPOINT_BASE_URL", "https://airflow.example.com")
    assert [*check_heartbeat(here), *check_base_url(here)] == []


def test_a_heartbeat_file(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = tmp_path / "beat"
    monkeypatch.setenv("HOLDPOINT_HEARTBEAT", str(target))
    assert [finding.level for finding in check_heartbeat(here)] == [Level.WARNING]
    target.write_text("x", encoding="utf-8")
    stamp = datetime(2026, 11, 20, 9, 56, tzinfo=UTC)
    os.utime(target, (stamp.timestamp(), stamp.timestamp()))
    assert list(check_heartbeat(here)) == []
    (finding,) = check_heartbeat(replace(here, at=here.at + timedelta(minutes=3)))
    assert "7 minutes old" in finding.problem
