"""`reviews` from the command line: what there is, for whom, in which form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.cli import main
from include.store.database import Store
from tests.reviewing import BAD, Memory, Reviewing


@pytest.fixture
def reviewing(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> Reviewing:
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")
    git = Memory()
    git.commit({"ops/clean.ps1": BAD})
    return Reviewing(store, catalogue, git)


def test_what_there_is_is_listed(reviewing: Reviewing, capsys: pytest.CaptureFixture[str]) -> None:
    reviewing.whole()
    reviewing.whole()
    assert main(["reviews", "list", "--as", "maya", "--json"]) == 0
    later, first = json.loads(capsys.readouterr().out)["reviews"]
    assert (later["same_as"], first["counts"]) == (first["id"], {"findings": 1, "new": 1, "fixed": 0, "gaps": 0})
    assert main(["reviews", "list", "--as", "maya", "--limit", "1"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "unchanged: 1 findings, 1 new" in line


def test_a_report_is_shown_in_each_form(reviewing: Reviewing, capsys: pytest.CaptureFixture[str]) -> None:
    reviewing.whole()
    shown = {}
    for form in ("markdown", "json", "sarif"):
        assert main(["reviews", "show", reviewing.review_id, "--as", "maya", "--format", form]) == 0
        shown[form] = capsys.readouterr().out
    assert shown["markdown"].startswith("# Review of scripts")
    assert json.loads(shown["json"])["summary"]["findings"] == 1
    assert json.loads(shown["sarif"])["version"] == "2.1.0"


def test_what_is_not_there_is_said(reviewing: Reviewing, capsys: pytest.CaptureFixture[str]) -> None:
    reviewing.ask()
    assert main(["reviews", "show", reviewing.review_id, "--as", "maya"]) == 5
    assert "no report yet" in capsys.readouterr().err
    assert main(["reviews", "show", "rev_x", "--as", "maya"]) == 5
    assert main(["reviews", "list", "--as", "nobody"]) == 5
