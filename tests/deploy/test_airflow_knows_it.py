"""What docker-compose.yaml asks of Airflow, asked of the Airflow that is installed here: commands, flags, options, paths.

The Celery and FAB providers come with the official image and are not installed here: what belongs to them is not checked.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from plugins.console.app import mounts
from tests.deploy.compose import REPOSITORY, ours

NOT_INSTALLED = ("celery", "fab")

ASK = r"""
import json, sys
from airflow.cli import cli_parser
from airflow.configuration import conf
from airflow.api_fastapi.app import create_app
from starlette.testclient import TestClient

def parses(words):
    try:
        cli_parser.get_parser().parse_args(words)
    except SystemExit as stopped:
        return stopped.code in (0, None)
    return True

asked = json.load(sys.stdin)
sections = conf.configuration_description
execution = TestClient(create_app(apps="execution"))
print("ANSWER" + json.dumps({
    "commands": {json.dumps(words): parses(words) for words in asked},
    "options": {name: {key: bool(option.get("sensitive")) for key, option in section["options"].items()}
                for name, section in sections.items()},
    "execution": {path: execution.get(path).status_code for path in ("/execution/health", "/execution/nothing")},
}))
"""


def commands() -> list[list[str]]:
    """Every Airflow command line: of services, of health checks, of the migration."""
    found = []
    for service in ours().values():
        command = service["command"]
        if command[0] == "bash":
            found += [line.split()[1:] for line in re.findall(r"airflow [a-z -]+", command[2])]
        elif command[0] not in {"holdpoint", *NOT_INSTALLED}:
            found.append(command)
        check = service.get("healthcheck", {}).get("test", [])
        if check[1:2] == ["airflow"]:
            found.append(check[2:])
    return found


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    wrong = [["api-server", "--applications", "core"], ["scheduler", "--skip-logs"]]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=env, input=json.dumps(commands() + wrong), capture_output=True, text=True, check=False
    )
    assert "ANSWER" in done.stdout, done.stderr[-2_000:]
    found: dict[str, Any] = json.loads(done.stdout.rpartition("ANSWER")[2])
    assert not any(found["commands"][json.dumps(words)] for words in wrong), "the check lets a wrong flag pass"
    return found


def test_airflow_has_every_command_and_flag(answer: dict[str, Any]) -> None:
    assert len(commands()) >= 7
    for words in commands():
        assert answer["commands"][json.dumps(words)], f"airflow {' '.join(words)}"


def test_airflow_has_every_option(answer: dict[str, Any]) -> None:
    seen = 0
    for name, service in ours().items():
        for variable in service["environment"]:
            match = re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+?)(_CMD)?", variable)
            if not match or match[1].lower() in NOT_INSTALLED:
                continue
            section, option = match[1].lower(), match[2].lower()
            assert option in answer["options"].get(section, {}), f"{name}: {variable}"
            # Only options that Airflow marks as sensitive may come from a command.
            assert answer["options"][section][option] or not match[3], f"{name}: {variable}"
            seen += 1
    assert seen > 50


def test_the_execution_api_answers_where_the_health_check_asks(answer: dict[str, Any]) -> None:
    asked = ours()["api-execution"]["healthcheck"]["test"][-1]
    assert asked == "http://localhost:8080/execution/health"
    assert answer["execution"] == {"/execution/health": 200, "/execution/nothing": 404}


def test_the_api_is_split() -> None:
    assert ours()["api-core"]["command"][:3] == ["api-server", "--apps", "core"]
    assert ours()["api-execution"]["command"][:3] == ["api-server", "--apps", "execution"]
    for name, service in ours().items():
        assert service["environment"]["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-execution:8080/execution/", name


def test_the_plugin_answers_where_the_health_check_asks() -> None:
    asked = ours()["api-core"]["healthcheck"]["test"][-1]
    assert asked == "http://localhost:8080/holdpoint/health"
    mounted = dict(mounts())
    answer = TestClient(mounted["/holdpoint"]).get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_minimal_configuration_file_is_read_and_nothing_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    env = {"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(home), "AIRFLOW_CONFIG": str(REPOSITORY / "deploy/airflow.cfg")}
    command = [sys.executable, "-c", "from airflow.configuration import conf; print(conf.get('core', 'executor'))"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("LocalExecutor")
    assert not list(home.glob("*.cfg"))
