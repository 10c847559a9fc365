"""A change request by the command line: asked for, listed, read, its plan signed."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.holds.digest import read_plan
from include.store import changes, holds, plans
from include.store.database import Store
from tests.holds_kit import Kit, make_kit
from tests.preparing import NOTES, Preparation


@pytest.fixture
def kit(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """The environment of a process that finds the store, the catalogue and the trust folder."""
    made = make_kit(tmp_path / "a kit")
    for name, value in {**made.environ, "HOLDPOINT_STORE": f"sqlite:///{store.engine.url.database}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return made


def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], notes: str = NOTES) -> str:
    file = tmp_path / "my notes.md"
    file.write_text(notes)
    assert main(["change", "request", str(file), "--environment", "lab", "--as", "maya", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["services"] == ["shop-orders"]
    return str(said["change"])


def test_from_the_notes_to_a_hold(store: Store, kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = NOTES.replace("Window: 2026-12-05 22:00 to 22:30 UTC\n", "")  # whose day may have gone by
    change_id = asked(tmp_path, capsys, notes)
    Preparation(store, kit.catalogue, change_id).prepared()
    assert main(["change", "list", "--as", "maya", "--json"]) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)["changes"]] == [change_id]
    assert main(["change", "show", change_id, "--as", "maya"]) == 0
    shown = capsys.readouterr().out
    assert "# DRAFT · change request" in shown
    assert f"./holdpoint change propose {change_id}" in shown
    assert main(["change", "show", change_id, "--as", "maya", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["change"] == change_id
    assert main(["change", "show", change_id, "--as", "maya", "--format", "html"]) == 0
    assert "<html" in capsys.readouterr().out
    assert main(["change", "propose", change_id, "--key", str(kit.key_file("maya")), "--yes"]) == 0
    (hold_id,) = re.findall(r"Proposed by maya: (hold_\w+) waits", capsys.readouterr().out)
    with store.read() as conn:
        plan = read_plan(plans.get_body(conn, holds.get(conn, hold_id).plan_id))
    assert (plan.incident, plan.contributors) == (change_id, ("change_request@service", "maya"))


def test_h09_what_is_kept_names_the_bytes_that_were_handed_in(
    store: Store, kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, sent = tmp_path / "notes.md", NOTES.replace("\n", "\r\n").encode("utf-16")
    file.write_bytes(sent)
    assert main(["change", "request", str(file), "--environment", "lab", "--as", "maya", "--json"]) == 0
    with store.read() as conn:
        kept = changes.notes_of(conn, json.loads(capsys.readouterr().out)["change"])
    assert (kept.digest, kept.length) == (hashlib.sha256(sent).hexdigest(), len(sent))


REFUSED: list[tuple[list[str], int, str]] = [
    (["request", "--environment", "lab", "--as", "maya"], 2, "exactly one"),
    (["request", "--ticket", "DESK-1", "--hypothesis", "H1", "--environment", "lab", "--as", "maya"], 2, "exactly one"),
    (["request", "--ticket", "DESK-1", "--environment", "lab", "--as", "maya"], 5, "no such ticket"),
    (["request", "--ticket", "DESK-1", "--environment", "moon", "--as", "nobody"], 5, "nobody"),
    (["request", "/no/such/file", "--as", "maya"], 2, "cannot be read"),
    (["list", "--as", "maya", "--limit", "0"], 2, "counts from 1"),
    (["show", "chg_none", "--as", "maya"], 5, "none that you may read"),
]


@pytest.mark.parametrize(("args", "status", "says"), REFUSED, ids=lambda value: None)
def test_bad_input_has_its_status_and_says_what_to_do(
    store: Store, kit: Kit, capsys: pytest.CaptureFixture[str], args: list[str], status: int, says: str
) -> None:
    assert main(["change", *args]) == status
    said = capsys.readouterr().err
    assert says in said
    assert "Next:" in said


def test_a_request_that_offers_no_plan(store: Store, kit: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change_id = asked(tmp_path, capsys)
    for wanted in (change_id, "chg_none"):  # the same words for what is not there
        assert main(["change", "propose", wanted, "--key", str(kit.key_file("maya")), "--yes"]) == 5
        assert "none that offers a plan" in capsys.readouterr().err
