"""`trace` as a person types it, in a process of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from include.store.database import Store
from include.store.ledger import Entry, append_many
from include.store.location import REPOSITORY
from tests.include.trace.conftest import Story, ask, story  # noqa: F401  - fixtures

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(store: Store, story: Story, tmp_path: Path) -> Run:  # noqa: F811
    environment = os.environ | {"HOLDPOINT_STORE": f"sqlite:///{store.engine.url.database}", "PYTHONPATH": str(REPOSITORY)}

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "include.cli", *map(str, arguments)]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    return call


def test_a_table_for_people(run: Run, story: Story) -> None:  # noqa: F811
    done = run("trace", story.incident, "--as", "ruth")
    assert (done.returncode, done.stderr) == (0, "")
    at = [done.stdout.index(kind) for kind in ("incident.opened", "briefing.begun", "tool.called", "brief.drafted", "vote.cast")]
    assert at == sorted(at)
    assert "9 entries: each is what was hashed" in done.stdout
    assert f"evidence: {story.evidence}" in done.stdout


def test_json_for_machines(run: Run, story: Story) -> None:  # noqa: F811
    first = json.loads(run("trace", story.incident, "--as", "ruth", "--json", "--limit", 4).stdout)
    rest = json.loads(run("trace", story.incident, "--as", "ruth", "--json", "--after", first["next"]).stdout)
    assert [len(part["entries"]) for part in (first, rest)] == [4, 5]
    assert (first["verifies"], first["question"], rest["next"]) == (True, f"incident:{story.incident}", None)
    only = json.loads(run("trace", story.incident, "--as", "ruth", "--json", "--kind", "tool.called").stdout)
    assert [entry["kind"] for entry in only["entries"]] == ["tool.called"]


def test_from_the_trace_to_the_file_that_somebody_else_verifies(
    run: Run,
    store: Store,
    story: Story,  # noqa: F811
    tmp_path: Path,
) -> None:
    assert run("ledger", "checkpoint", "--key", "k", "--out", "c", "--generate-key").returncode == 0
    seals = ("--checkpoints", "c", "--public-key", "k.pub")
    done = run("trace", story.incident, "--as", "maya", "--export", "t.jsonl", "--verify", *seals)
    assert done.returncode == 0, done.stderr
    assert "it verifies" in done.stdout
    assert "sealed    to entry" in done.stdout
    checked = run("ledger", "verify", "--export", "t.jsonl", *seals)
    assert checked.returncode == 0, checked.stderr
    assert "each entry is whole" in checked.stdout
    assert json.loads(run("ledger", "verify", "--export", "t.jsonl", "--json").stdout)["entries"] == 9
    # The documented procedure: every line of it is a line of the ledger's own export.
    assert run("ledger", "export", "--out", "l.jsonl").returncode == 0
    odd = subprocess.run(["grep", "-vxFf", "l.jsonl", "t.jsonl"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert [next(iter(json.loads(line))) for line in odd.splitlines()] == ["holdpoint_trace", "entries"]
    (tmp_path / "t.jsonl").write_text((tmp_path / "t.jsonl").read_text().replace("approve", "reject_"))
    broken = run("ledger", "verify", "--export", "t.jsonl")
    assert broken.returncode == 10
    assert "DOES NOT VERIFY" in broken.stdout
    assert run("trace", story.incident, "--as", "maya", "--export", "t.jsonl").returncode == 6


def test_h09_tampering_is_said_and_is_the_exit_status(run: Run, store: Store, story: Story) -> None:  # noqa: F811
    store.dispose()
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute("UPDATE ledger SET actor = 'mallory' WHERE kind = 'vote.cast'")
    done = run("trace", story.hold, "--as", "ruth")
    assert done.returncode == 10
    assert "1 DO NOT VERIFY" in done.stdout
    assert "DOES NOT VERIFY: The entry is not what was hashed" in done.stdout
    elsewhere = run("trace", story.ticket, "--as", "ruth")
    assert elsewhere.returncode == 0
    whole = run("trace", story.ticket, "--as", "ruth", "--verify", "--json")
    assert (whole.returncode, json.loads(whole.stdout)["ledger"]["ok"]) == (10, False)


def test_h12_who_may_see_nothing_is_told_the_same_as_where_there_is_nothing(run: Run, store: Store) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("store@service", "some.kind", "thing_1")])
    hidden = run("trace", "subject:thing_1", "--as", "jonas")
    nothing = run("trace", "subject:thing_2", "--as", "jonas")
    assert (hidden.returncode, nothing.returncode) == (5, 5)
    assert hidden.stderr.replace("thing_1", "thing_2") == nothing.stderr
    assert run("trace", "subject:thing_1", "--as", "ruth").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("nonsense", "--as", "ruth"), 2, "KIND:NAME"),
        (("nonsense:x", "--as", "ruth"), 2, "no kind of record"),
        (("digest:abc", "--as", "ruth"), 2, "64 hexadecimal"),
        (("person:maya", "--as", "nobody"), 5, "nobody"),
        (("person:eve", "--as", "ruth"), 5, "Nothing is on record"),
        (("person:maya", "--as", "ruth", "--limit", "501"), 2, "1 to 500"),
        (("person:maya", "--as", "ruth", "--after", "-1"), 2, "0 or more"),
        (("person:maya", "--as", "ruth", "--checkpoints", "c"), 2, "--public-key"),
        (("person:maya", "--as", "ruth", "--export", "/proc/nowhere/x"), 2, "cannot be written"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(run: Run, arguments: tuple[str, ...], status: int, says: str) -> None:
    done = run("trace", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done.stderr
    assert says in done.stderr


def test_what_a_terminal_would_obey_is_written_out(run: Run, store: Store, story: Story) -> None:  # noqa: F811
    with store.begin() as conn:
        append_many(conn, [Entry("eve", "k", story.incident, payload={"\u009b31m": "\u009b2J\u202etext", "list": ["\u202e"]})])
    done = run("trace", "person:eve", "--as", "ruth")
    assert done.returncode == 0
    assert {"\u009b", "\u202e"}.isdisjoint(done.stdout)
    assert "\\x9b2J\\u202etext" in done.stdout


def test_the_index_is_made_again(run: Run, store: Store, story: Story) -> None:  # noqa: F811
    with store.begin() as conn:
        append_many(conn, [Entry("eve", "k", story.incident, payload={"tool": "t"})] * 200)
        conn.exec_driver_sql("DELETE FROM ledger_ref")
    found: Any = json.loads(run("store", "rebuild-index", "--json").stdout)
    assert found["added"] > 190
    assert found["removed"] == 0
    assert "0 rows added" in run("store", "rebuild-index").stdout
