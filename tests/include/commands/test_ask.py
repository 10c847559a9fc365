"""`./holdpoint ask`: what it is taken for is said first; a change is prepared only where the person said so."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from sqlalchemy import select

from include.cli import main
from include.store.database import Store
from include.store.tables.incident import incident
from tests.preparing import NOTES

CHANGE = ("Please restart shop-orders", "--service", "shop-orders", "--as", "maya")


@pytest.fixture(autouse=True)
def _store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")


def kinds(store: Store) -> list[str]:
    with store.read() as conn:
        return [str(kind) for kind in conn.scalars(select(incident.c.kind).order_by(incident.c.opened_at))]


def test_the_classification_stands_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Why is checkout slow?", "--service", "shop-frontend", "--as", "maya"]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("Intent diagnose, risk low (Rule question")
    assert second.startswith("Incident inc_")


def test_a_change_is_prepared_where_the_person_said_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", *CHANGE, "--prepare", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["way"], shown["intent"], shown["change"][:4]) == ("change", "change", "chg_")
    assert main(["ask", *CHANGE]) == 0
    assert "ask again with --prepare" in capsys.readouterr().out
    assert kinds(store) == ["change", "question"]


@pytest.mark.parametrize(
    ("answer", "kind"), [("y", "change"), ("yes", "change"), ("", "question"), ("no", "question"), ("yess", "question")]
)
def test_on_a_terminal_it_asks(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, kind: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert main(["ask", *CHANGE]) == 0
    assert kinds(store) == [kind]


def test_what_is_unclear_goes_to_a_person(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "that thing", "--service", "shop-orders", "--as", "maya", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["way"], shown["person"]) == ("person", "tomas")
    assert main(["ask", "that thing", "--service", "shop-orders", "--as", "maya"]) == 0
    assert "tomas gets it as a task" in capsys.readouterr().out


@pytest.mark.parametrize(("way", "kind"), [("brief", "question"), ("change", "change"), ("person", "question")])
def test_the_person_may_choose_otherwise(store: Store, way: str, kind: str) -> None:
    assert main(["ask", "that thing", "--service", "shop-orders", "--as", "maya", "--choose", way]) == 0
    assert kinds(store) == [kind]


def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_notes_come_by_standard_input(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, NOTES.encode())
    assert main(["ask", "-", "--environment", "lab", "--as", "maya", "--prepare"]) == 0
    assert kinds(store) == ["change"]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"\xff\xfe\xfd", b"\x00\x01", b"x" * 5_000_000, "ü".encode() * 150_000, b"why? " * 1_000]
)
def test_garbage_on_standard_input_is_refused_and_nothing_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    standard_input(monkeypatch, data)
    assert main(["ask", "-", "--environment", "lab", "--as", "maya"]) == 2
    told = capsys.readouterr()
    assert (told.out, "Next:" in told.err) == ("", True)
    assert kinds(store) == []


@pytest.mark.parametrize("more", [["--choose", "execute"], ["--prepare", "--choose", "brief"], ["--run"]])
def test_h01_there_is_no_option_that_executes(store: Store, more: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["ask", *CHANGE, *more])
    assert caught.value.code == 2
    assert kinds(store) == []
