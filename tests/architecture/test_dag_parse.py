"""Parsing a DAG file is cheap and touches nothing: it happens every few seconds, in every component, and once in every task.

And what comes out is fit to be operated: an owner who is somebody, the six answers, limits, and no content in templates.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from include.contracts.catalogue import RaciKind
from tests.architecture.airflow_process import probe
from tests.architecture.trees import ROOT

FILES = sorted((ROOT / "dags").glob("*.py"))
NAMES = [path.stem for path in FILES]
OURS = {"include", "plugins"}
QUESTIONS = ("Tool access", "State", "Approval", "Rollback", "Logging", "Escalation")
ID_FIELDS = {"read_id", "hold", "step", "batch"}  # template fields are shown in the UI to whoever may see the run: ids only (H12)
SPOILED = {
    "imports pandas": "import pandas",
    "imports our ledger's libraries": "import include.store.canonical",
    "connects": "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 1), timeout=0.2)\nexcept OSError:\n    pass",
    "opens a database": "import sqlite3\nsqlite3.connect(':memory:')",
    "starts a process": "import subprocess\nsubprocess.run(['true'])",
    "reads a variable": "from airflow.sdk import Variable\ntry:\n    Variable.get('x', default=1)\nexcept Exception:\n    pass",
    "reads a connection": "from airflow.sdk import BaseHook\ntry:\n    BaseHook.get_connection('x')\nexcept Exception:\n    pass",
    "fails": "1 / 0",
}


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What parsing did: our DAG files first, then files that do what ours must not. One process: Airflow's import is slow."""
    folder = tmp_path_factory.mktemp("parse")
    spoiled = []
    for name, code in SPOILED.items():
        path = folder / f"{name.replace(' ', '_')}.py"
        path.write_text(code + "\n", encoding="utf-8")
        spoiled.append(path)
    (folder / "home").mkdir()
    answer = probe("parse_dags", *FILES, *spoiled, home=folder / "home", pythonpath=[ROOT])
    return {**answer, "files": {Path(file).stem.replace("_", " "): found for file, found in answer["files"].items()}}


def of(parsed: dict[str, Any], name: str) -> dict[str, Any]:
    return parsed["files"][name.replace("_", " ")]


def foreign(parsed: dict[str, Any], name: str) -> set[str]:
    """The packages that a file brought in, other than Python's, Airflow's and ours."""
    brought = {module.partition(".")[0] for module in of(parsed, name)["modules"]}
    return brought - set(parsed["baseline"]) - set(sys.stdlib_module_names) - OURS - {"airflow"}


@pytest.mark.parametrize("name", NAMES)
def test_parsing_brings_in_nothing_that_airflow_has_not_loaded_itself(parsed: dict[str, Any], name: str):
    assert of(parsed, name)["error"] is None
    assert foreign(parsed, name) == set()


@pytest.mark.parametrize("name", NAMES)
def test_parsing_opens_reads_and_starts_nothing(parsed: dict[str, Any], name: str):
    assert of(parsed, name)["touched"] == []


def test_the_probe_excuses_nothing(parsed: dict[str, Any]):
    assert parsed["probe"] == []
    assert {"pandas", "numpy", "great_expectations", "alembic", "rfc8785", "securesystemslib"}.isdisjoint(parsed["baseline"])


@pytest.mark.parametrize(("name", "package"), [("imports pandas", "pandas"), ("imports our ledger's libraries", "rfc8785")])
def test_a_heavy_import_is_found(parsed: dict[str, Any], name: str, package: str):
    assert package in foreign(parsed, name)


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("connects", "socket.connect"),
        ("opens a database", "sqlite3.connect"),
        ("starts a process", "subprocess.Popen"),
        ("reads a variable", "Variable.get"),
        ("reads a connection", "BaseHook.get_connection"),
    ],
)
def test_what_a_file_touches_is_found(parsed: dict[str, Any], name: str, event: str):
    assert event in of(parsed, name)["touched"]


def test_a_file_that_does_not_load_is_found(parsed: dict[str, Any]):
    assert "ZeroDivisionError" in of(parsed, "fails")["error"]


# -- What comes out ----------------------------------------------------------------------------------------------------


@pytest.fixture
def dag(parsed: dict[str, Any], name: str) -> dict[str, Any]:
    (only,) = of(parsed, name)["dags"]
    return only


pytest_name = pytest.mark.parametrize("name", NAMES)


@pytest_name
def test_one_file_is_one_workflow_of_its_name(dag: dict[str, Any], name: str):
    assert dag["dag_id"] == name
    assert "holdpoint" in dag["tags"]
    assert dag["catchup"] is False


@pytest_name
def test_h13_its_owner_is_a_role_that_somebody_holds_and_somebody_is_accountable(dag: dict[str, Any], name: str, catalogue: Any):
    roles = {role for person in catalogue.people.values() for role in person.roles}
    assert {task["owner"] for task in dag["tasks"]} <= roles
    row = catalogue.accountable(RaciKind.WORKFLOW, name)
    assert row is not None
    assert row.name == name  # a workflow's row is its own, not one for all


@pytest_name
def test_its_documentation_answers_the_six_questions(dag: dict[str, Any]):
    answers = dict(re.findall(r"^\| \*\*([^*|]+)\*\* \| (.+) \|$", dag["doc_md"] or "", re.MULTILINE))
    assert list(answers) == list(QUESTIONS)
    assert all(len(answer.split()) >= 4 for answer in answers.values())


@pytest_name
def test_its_run_and_every_task_end_in_time(dag: dict[str, Any]):
    assert dag["dagrun_timeout_s"]
    unlimited = [task["task_id"] for task in dag["tasks"] if not task["execution_timeout_s"]]
    # A run that times out has its tasks skipped, the escalation among them: each task must end before that.
    assert unlimited == [], "give them an execution_timeout"
    assert all(task["execution_timeout_s"] < dag["dagrun_timeout_s"] for task in dag["tasks"])


@pytest_name
def test_its_retries_are_decided_not_left_to_airflows_default(dag: dict[str, Any]):
    assert [task["task_id"] for task in dag["tasks"] if task["retries"] == 77] == []
    assert all(task["retries"] <= 5 for task in dag["tasks"])


@pytest_name
def test_h12_its_templates_carry_ids_only(dag: dict[str, Any]):
    for task in dag["tasks"]:
        assert set(task["templates"]) <= ID_FIELDS, task["task_id"]
        assert not any("{{" in value or "{%" in value for value in task["templates"].values())


@pytest_name
def test_its_operators_are_ours_and_kill_nothing(dag: dict[str, Any]):
    # Airflow can fire on_kill on a job that lives on: no destructive on_kill.
    for task in dag["tasks"]:
        assert task["operator"].startswith("plugins."), task["task_id"]
        assert not task["on_kill"], task["task_id"]


@pytest_name
def test_its_form_explains_every_field(dag: dict[str, Any]):
    for name, param in dag["params"].items():
        assert param["title"], name
        assert param["description"], name
