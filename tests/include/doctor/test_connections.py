from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.doctor.connections import check_channels, check_reads, check_sources
from include.doctor.finding import Level
from include.doctor.surroundings import Surroundings

CHAT = "- name: chat\n  owner: maya\n  kind: webhook\n{conn}  clears: [public]\n- name: pager-log"


@pytest.fixture
def secrets(catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All secrets of the example's sources, set."""
    names = [source.auth.secret_env for source in catalogue.sources.values() if source.auth.secret_env]
    for name in names:
        monkeypatch.setenv(name, "a secret")
    return names


@pytest.mark.usefixtures("secrets")
def test_with_all_secrets_it_is_silent(catalogue: Any, here: Surroundings):
    assert list(check_sources(catalogue, here)) == []
    assert list(check_channels(catalogue, here)) == []


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_is_named(
    catalogue: Any, here: Surroundings, secrets: list[str], monkeypatch: pytest.MonkeyPatch, value: str | None
):
    assert len(secrets) == 10  # every source but CloudWatch, which signs with Amazon's key
    monkeypatch.delenv("HOLDPOINT_SECRET_GRAFANA") if value is None else monkeypatch.setenv("HOLDPOINT_SECRET_GRAFANA", value)
    (finding,) = check_sources(catalogue, here)
    assert (finding.level, finding.subject) == (Level.WARNING, "sources.yaml (grafana)")
    assert "set HOLDPOINT_SECRET_GRAFANA" in finding.next_step


@pytest.mark.usefixtures("secrets")
def test_a_secret_in_a_file(edited: Callable[..., Any], here: Surroundings, tmp_path: Path):
    secret = tmp_path / "the secret"
    catalogue = edited(("sources.yaml", "secret_env: HOLDPOINT_SECRET_GRAFANA", f'secret_file: "{secret}"'))
    (finding,) = check_sources(catalogue, here)
    assert str(secret) in finding.next_step
    secret.write_text("s3cret", encoding="utf-8")
    assert list(check_sources(catalogue, here)) == []


@pytest.mark.usefixtures("secrets")
def test_a_parser_that_there_is_not(edited: Callable[..., Any], here: Surroundings):
    (finding,) = check_sources(edited(("sources.yaml", "parser: grafana", "parser: graphite")), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "sources.yaml (grafana)")
    assert "'graphite'" in finding.problem


def channel(edited: Callable[..., Any], conn: str) -> Any:
    return edited(("channels.yaml", "- name: pager-log", CHAT.format(conn=conn)))


def test_a_channel_whose_connection_is_not_here(edited: Callable[..., Any], here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    catalogue = channel(edited, "  conn_id: team_chat\n")
    (finding,) = check_channels(catalogue, here)
    assert (finding.level, finding.subject) == (Level.WARNING, "channels.yaml (chat)")
    assert "AIRFLOW_CONN_TEAM_CHAT" in finding.next_step
    monkeypatch.setenv("AIRFLOW_CONN_TEAM_CHAT", '{"conn_type": "http", "host": "https://chat.example.com/hook"}')
    assert list(check_channels(catalogue, here)) == []


def test_a_channel_whose_connection_is_garbage(edited: Callable[..., Any], here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW_CONN_TEAM_CHAT", '{"conn_type": ')
    (finding,) = check_channels(channel(edited, "  conn_id: team_chat\n"), here)
    assert finding.level is Level.ERROR


def test_a_channel_without_a_connection(edited: Callable[..., Any], here: Surroundings):
    (finding,) = check_channels(channel(edited, ""), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "channels.yaml (chat)")


def test_reads_without_a_connection_are_a_remark(catalogue: Any, here: Surroundings, monkeypatch: pytest.MonkeyPatch):
    (finding,) = check_reads(catalogue, here)
    assert finding.level is Level.INFO
    names = finding.problem.partition(": ")[2].split(", ")
    assert {"holdpoint_logs", "holdpoint_supervisor"} <= set(names)
    for name in names:
        monkeypatch.setitem(os.environ, f"AIRFLOW_CONN_{name.upper()}", "{}")
    assert list(check_reads(catalogue, here)) == []
