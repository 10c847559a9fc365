"""The ledger's commands as a person types them: each in a process of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from include.store.database import Store
from include.store.location import REPOSITORY
from tests.include.store.attacks import ERASED, HEAD, build

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def database(store: Store) -> Path:
    build(store)
    store.dispose()
    return Path(str(store.engine.url.database))


@pytest.fixture
def run(database: Path, tmp_path: Path) -> Run:
    environment = os.environ | {"HOLDPOINT_STORE": f"sqlite:///{database}", "PYTHONPATH": str(REPOSITORY)}

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "include.cli", *map(str, arguments)]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    return call


def tamper(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute(statement)


def test_from_sealing_to_finding_the_tampering(run: Run, database: Path, tmp_path: Path) -> None:
    sealed = run("ledger", "checkpoint", "--key", "k", "--out", "c", "--generate-key")
    assert (sealed.returncode, sealed.stderr) == (0, "")
    assert f"c/checkpoint-{HEAD}.json" in sealed.stdout
    again = run("ledger", "checkpoint", "--key", "k", "--out", "c", "--json")
    assert json.loads(again.stdout) == {"path": f"c/checkpoint-{HEAD}.json", "seq": HEAD, "new": False}

    good = run("ledger", "verify", "--checkpoints", "c", "--public-key", "k.pub")
    assert good.returncode == 0, good.stderr
    assert f"1 to {HEAD}" in good.stdout
    assert "it verifies" in good.stdout
    assert run("ledger", "export", "--out", "x.jsonl").returncode == 0
    assert run("ledger", "export").stdout == (tmp_path / "x.jsonl").read_text()

    tamper(database, f"DELETE FROM ledger WHERE seq = {HEAD}")
    bad = run("ledger", "verify", "--checkpoints", "c", "--public-key", "k.pub", "--json")
    assert bad.returncode == 10
    report = json.loads(bad.stdout)
    assert not report["ok"]
    assert {problem["seq"] for problem in report["problems"]} == {HEAD}
    assert all(problem["next_step"] for problem in report["problems"])
    assert "DOES NOT VERIFY" in run("ledger", "verify").stdout
    assert run("ledger", "checkpoint", "--key", "k", "--out", "c").returncode == 10
    assert run("ledger", "verify", "--export", "x.jsonl", "--checkpoints", "c", "--public-key", "k.pub").returncode == 0


def test_erase(run: Run) -> None:
    done = run("ledger", "erase", 5, "--reason", "request 12", "--as", "ada", "--json")
    assert json.loads(done.stdout) == {"erased": 5, "entry": HEAD + 1, "scrubbed": True}
    assert run("ledger", "erase", 5, "--reason", "request 12", "--as", "ada").returncode == 6
    assert run("ledger", "erase", ERASED + 1000, "--reason", "x", "--as", "ada").returncode == 5
    assert "Backups and exports still hold it" in run("ledger", "erase", 4, "--reason", "x", "--as", "ada").stdout
    report = json.loads(run("ledger", "verify", "--json").stdout)
    assert (report["ok"], report["erased"]) == (True, 3)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("verify", "--checkpoints", "c"), 2, "--public-key"),
        (("verify", "--public-key", "k.pub"), 2, "--checkpoints"),
        (("verify", "--checkpoints", "empty", "--public-key", "k.pub"), 2, "holds no checkpoint"),
        (("verify", "--checkpoints", "none", "--public-key", "k.pub"), 5, "no folder"),
        (("verify", "--checkpoints", "empty", "--public-key", "none"), 3, "cannot be read"),
        (("verify", "--checkpoints", "forged", "--public-key", "k.pub"), 10, "cannot be trusted"),
        (("verify", "--export", "none"), 5, "none"),
        (("export", "--out", "k.pub"), 6, "not overwritten"),
        (("checkpoint", "--key", "none", "--out", "c"), 3, "--generate-key"),
        (("checkpoint", "--key", "loose", "--out", "c"), 3, "chmod 600"),
        (("checkpoint", "--key", "k", "--out", "c", "--generate-key"), 6, "not overwritten"),
        (("checkpoint", "--key", "k", "--out", "k.pub"), 5, "no folder"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    run("ledger", "checkpoint", "--key", "k", "--out", "c", "--generate-key")
    (tmp_path / "empty").mkdir()
    (tmp_path / "forged").mkdir()
    (tmp_path / "forged" / "checkpoint-5.json").write_text("{}")
    (tmp_path / "loose").write_bytes((tmp_path / "k").read_bytes())
    (tmp_path / "loose").chmod(0o644)
    done = run("ledger", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done.stderr
    assert says in done.stderr


def test_a_store_never_migrated_is_no_broken_ledger(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{tmp_path}/new.db")
    for arguments in (
        ("verify",),
        ("export",),
        ("checkpoint", "--key", "k", "--out", "c"),
        ("erase", "1", "--reason", "x", "--as", "ada"),
    ):
        command = [sys.executable, "-m", "include.cli", "ledger", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, env=dict(os.environ), capture_output=True, text=True, check=False)
        assert done.returncode == 9, done.stderr
        assert "./holdpoint store migrate" in done.stderr


def test_the_private_key_is_never_printed(run: Run, tmp_path: Path) -> None:
    done = run("ledger", "checkpoint", "--key", "k", "--out", "c", "--generate-key", "--json")
    secret = (tmp_path / "k").read_text().splitlines()[1]
    assert secret not in done.stdout + done.stderr + (tmp_path / "c" / f"checkpoint-{HEAD}.json").read_text()
