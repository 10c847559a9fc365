from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from include.delivery.heartbeat import beat
from tests.deploy.compose import REPOSITORY, services

OPERATE = (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8")
PROCESSES = {"api": "api-core", "airflow": "worker", "reconcile": "reconcile"}


def test_each_process_gives_its_sign_of_life_somewhere_else() -> None:
    """With one target for all, the silence of one is hidden by another."""
    targets = [service["environment"].get("HOLDPOINT_HEARTBEAT") for service in services().values() if "environment" in service]
    named = [target for target in targets if target]
    assert len(named) == len(set(named)) == len(PROCESSES)
    for process, service in PROCESSES.items():
        assert services()[service]["environment"]["HOLDPOINT_HEARTBEAT"].endswith(f"/heartbeat-{process}")


def cron_lines() -> list[str]:
    """The commands of the crontab lines in docs/operate.md, as cron hands them to the shell."""
    found = re.findall(r"(?m)^(?:\*|\*/\d+) \* \* \* \* \S+ (.*)$", OPERATE)
    return [line.replace(r"\%", "%") for line in found]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    for place in ("/var/lib/node_exporter/textfile", "/srv/holdpoint/var", "/mnt/holdpoint"):
        command = command.replace(place, str(folder))
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)


def test_the_documented_textfile_line_writes_the_metric(tmp_path: Path) -> None:
    (line,) = [line for line in cron_lines() if "textfile" in line]
    beat(str(tmp_path / "heartbeat-api"))
    assert run(line, tmp_path).returncode == 0
    values = dict(
        re.findall(r'holdpoint_heartbeat_timestamp_seconds\{process="(\w+)"\} (\d+)\n', (tmp_path / "holdpoint.prom").read_text())
    )
    assert set(values) == set(PROCESSES)
    assert abs(time.time() - int(values["api"])) < 60
    assert values["reconcile"] == "0"  # never heard of is as silent as can be


def test_the_documented_find_line_speaks_up_only_on_silence(tmp_path: Path) -> None:
    (line,) = [line for line in cron_lines() if "find " in line]
    alarm = line.replace('mail -s "Holdpoint is silent" on-call@example.com', "cat")
    assert "silent" in run(alarm, tmp_path).stdout  # no file at all
    path = tmp_path / "heartbeat-api"
    beat(str(path))
    assert run(alarm, tmp_path).stdout == ""
    os.utime(path, (time.time() - 600,) * 2)
    assert "silent" in run(alarm, tmp_path).stdout


@pytest.mark.stack
def test_the_rules_alarm_on_silence_and_on_nothing_else() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("Prometheus is not installed")
    command = ["promtool", "test", "rules", str(REPOSITORY / "tests/deploy/heartbeat.test.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
