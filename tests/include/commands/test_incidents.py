"""`ask`, `incidents`, `reconcile` and `contracts` from the command line, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.contracts.errors import NotFound
from include.store.database import Store
from tests.briefing import Stages, open_incident
from tests.grants_end import DAY_AFTER, LAST_DAY, config_that_ends, database_day

ROOT = Path(__file__).resolve().parents[3]
Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli(store: Store, tmp_path: Path) -> Cli:
    env = {
        "PATH": os.environ["PATH"],
        "HOLDPOINT_PYTHON": sys.executable,
        "HOLDPOINT_STORE": f"sqlite:///{store.engine.url.database}",
        "HOLDPOINT_HOME": str(tmp_path / "home"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([ROOT / "holdpoint", *arguments], env=env, capture_output=True, text=True, check=False)

    return run


def test_a_question_is_classified_before_anything_runs(cli: Cli) -> None:
    asked = cli("ask", "Why is checkout slow?", "--service", "shop-frontend", "--as", "maya", "--json")
    assert asked.returncode == 0, asked.stderr
    shown = json.loads(asked.stdout)
    assert shown["intent"] == "diagnose"
    listed = json.loads(cli("incidents", "list", "--as", "maya", "--json").stdout)["incidents"]
    assert [(row["id"], row["kind"], row["owner"]) for row in listed] == [(shown["incident"], "question", "maya")]


def test_asking_for_a_change_is_seen_as_that(cli: Cli) -> None:
    asked = json.loads(cli("ask", "Restart shop-payments now", "--service", "shop-payments", "--as", "maya", "--json").stdout)
    assert asked["intent"] == "change"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("ask", "", "--as", "maya"), 2),
        (("ask", "x" * 4_001, "--as", "maya"), 2),
        (("ask", "why?", "--as", "nobody"), 5),
        (("ask", "why?", "--as", "maya", "--service", "moon"), 5),
        (("ask", "why?", "--as", "maya", "--service", "shop-orders", "--environment", "moon"), 2),
        (("incidents", "show", "inc_none", "--as", "maya"), 5),
        (("incidents", "show", "inc_none", "--as", "nobody"), 5),
        (("incidents", "list", "--as", "nobody"), 5),
        (("contracts", "show", "moon"), 5),
        (("nonsense",), 2),
    ],
)
def test_bad_input_is_said_in_one_line_with_a_status(cli: Cli, arguments: tuple[str, ...], status: int) -> None:
    done = cli(*arguments)
    assert done.returncode == status
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert "Next:" in done.stderr or arguments == ("nonsense",)


def test_h02_the_database_s_day_decides_whether_a_grant_holds(
    store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Stages(store, catalogue, open_incident(store, catalogue))
    run.begin()
    run.draft()
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(config_that_ends(tmp_path / "config")))

    database_day(monkeypatch, LAST_DAY)
    assert main(["incidents", "list", "--as", "maya"]) == 0
    assert run.incident_id in capsys.readouterr().out
    assert main(["incidents", "show", run.incident_id, "--as", "maya"]) == 0

    database_day(monkeypatch, DAY_AFTER)
    capsys.readouterr()
    assert main(["incidents", "list", "--as", "maya"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["incidents", "show", run.incident_id, "--as", "maya"]) == NotFound.exit_status


def test_reconcile_says_what_it_found(cli: Cli) -> None:
    found = json.loads(cli("reconcile", "--json").stdout)
    assert (found["escalated"], found["undelivered"], found["heartbeat"]) == (0, 0, "unset")


def test_contracts_check_is_clean_and_show_has_the_schemas(cli: Cli) -> None:
    checked = cli("contracts", "check", "--json")
    assert (checked.returncode, json.loads(checked.stdout)["problems"]) == (0, [])
    shown = json.loads(cli("contracts", "show", "query_logs").stdout)
    assert shown["input"]["additionalProperties"] is False
    assert shown["owner"] == "sre"
