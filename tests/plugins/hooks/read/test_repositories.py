"""A repository by its row of the catalogue, and the token that its connection holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError, Denied, NotFound
from include.contracts.repository import Repository as Row
from include.script_review.repository.remote import RemoteRepository
from plugins.hooks.read.repositories import ANY_USER, open_repository
from tests.git_kit import Made
from tests.git_server import git_app, serving, wants_login

TOKEN = "ghp" + "_of_these_tests"


def with_row(catalogue: Any, **fields: Any) -> Any:
    row = Row(**{"name": "ops", "owner": "maya", "classification": "internal"} | fields)
    return replace(catalogue, tables={**catalogue.tables, "repositories": (row,)})


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / "home"))
    made = Made(tmp_path / "home" / "scripts")
    made.commit({"a.ps1": b"1"})
    return made


def test_one_on_this_machine(catalogue: Any, made: Made):
    with_one = with_row(catalogue, where="scripts", branch="main")
    with open_repository(with_one, "ops") as repository:
        assert list(repository.snapshot(repository.resolve()).blobs) == ["a.ps1"]
    with pytest.raises(NotFound, match="no repository 'moon'"):
        open_repository(with_one, "moon")
    with pytest.raises(NotFound, match="does not exist"):
        open_repository(with_row(catalogue, where="elsewhere"), "ops")


def test_one_on_a_server_with_the_token_of_its_connection(catalogue: Any, made: Made, monkeypatch: pytest.MonkeyPatch):
    seen: list[str] = []
    with serving(wants_login(git_app(made), ANY_USER, TOKEN, seen)) as address:
        fields = {"where": f"{address}/scripts.git", "conn_id": "ops_scripts"}
        connection = {"conn_type": "http", "host": address.removeprefix("http://").partition(":")[0], "password": TOKEN}
        monkeypatch.setenv("AIRFLOW_CONN_OPS_SCRIPTS", json.dumps(connection))
        repository = open_repository(with_row(catalogue, **fields), "ops")
        assert isinstance(repository, RemoteRepository)
        assert seen == []  # nothing is fetched before it is asked
        assert list(repository.snapshot(repository.resolve()).blobs) == ["a.ps1"]
        with pytest.raises(Denied):
            open_repository(with_row(catalogue, **fields | {"conn_id": None}), "ops").resolve()


@pytest.mark.parametrize(
    ("connection", "why"),
    [
        (None, "does not exist"),
        ({"conn_type": "http", "host": "127.0.0.1"}, "has no token"),
        ({"conn_type": "http", "host": "github.com", "password": TOKEN}, "another host"),
        ({"conn_type": "http", "host": "127.0.0.1.example.com", "password": TOKEN}, "another host"),
    ],
)
def test_a_token_is_shown_to_its_own_host_only(
    catalogue: Any, made: Made, monkeypatch: pytest.MonkeyPatch, connection: dict[str, str] | None, why: str
):
    seen: list[str] = []
    if connection is None:
        monkeypatch.delenv("AIRFLOW_CONN_OPS_SCRIPTS", raising=False)
    else:
        monkeypatch.setenv("AIRFLOW_CONN_OPS_SCRIPTS", json.dumps(connection))
    with serving(wants_login(git_app(made), ANY_USER, TOKEN, seen)) as address:
        row = with_row(catalogue, where=f"{address}/scripts.git", conn_id="ops_scripts")
        with pytest.raises(ConfigError, match=why) as caught:
            open_repository(row, "ops").resolve()
    assert seen == []
    assert TOKEN not in str(caught.value)
