"""The command line, as a person and as a script use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab import faults

ROOT = Path(__file__).resolve().parents[2]


def lab(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}  # empty otherwise, as on a fresh machine
    command = [sys.executable, "-m", "lab", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_up_status_fault_facts_down(tmp_path: Path) -> None:
    directory = str(tmp_path / "my lab")
    up = lab("up", "--dir", directory, "--json")
    assert up.returncode == 0, up.stderr
    try:
        facts = json.loads(up.stdout)
        assert json.loads(lab("facts", "--dir", directory, "--json").stdout) == facts
        status = lab("status", "--dir", directory, "--json")
        assert status.returncode == 0
        assert json.loads(status.stdout)["running"] is True
        again = lab("up", "--dir", directory, "--json")
        assert again.returncode == 6
        assert json.loads(again.stderr)["error"]["code"] == "conflict"
        on = lab("fault", "on", "dependency_down", "--dir", directory)
        assert on.returncode == 0
        assert on.stdout == "dependency_down is on: shop-payments is stopped\n"
        broken = lab("status", "--dir", directory)
        assert broken.returncode == 1
        assert "fault on: dependency_down" in broken.stdout
        assert "shop-payments  unhealthy: connection refused" in broken.stdout
    finally:
        down = lab("down", "--dir", directory)
    assert (down.returncode, down.stdout) == (0, "The lab is stopped.\n")
    assert lab("down", "--dir", directory).stdout == "The lab was not running.\n"
    stopped = lab("status", "--dir", directory)
    assert (stopped.returncode, stopped.stdout.splitlines()[0]) == (1, "The lab does not run.")


def test_errors_say_what_to_do_and_have_a_status(tmp_path: Path) -> None:
    missing = lab("down", "--dir", str(tmp_path))
    assert missing.returncode == 5
    assert "Next: create one with `up`" in missing.stderr
    (tmp_path / "thesis.txt").touch()
    assert lab("up", "--dir", str(tmp_path)).returncode == 3
    assert lab("up", "--dir", str(tmp_path / "new"), "--alert-url", "mailto:me").returncode == 3
    assert lab("up", "--dir", str(tmp_path / "new"), "--alert-repeat", "nan").returncode == 3
    assert lab("up", "--dir", str(tmp_path / "new"), "--base-port", "70000").returncode == 3
    assert lab("fault", "on", "meteorite").returncode == 2


def test_fault_list_names_every_fault_with_its_traces() -> None:
    listed = json.loads(lab("fault", "list", "--json").stdout)
    assert set(listed) == set(faults.FAULTS)
    assert all(each["summary"] and each["traces"] for each in listed.values())


@pytest.mark.parametrize(
    "command", [(), ("up",), ("down",), ("status",), ("facts",), ("fault",), ("fault", "on"), ("fault", "off")]
)
def test_help(command: tuple[str, ...]) -> None:
    done = lab(*command, "--help")
    assert done.returncode == 0
    assert "usage: python -m lab" in done.stdout


def test_readme_tells_every_fault_alert_and_program() -> None:
    from lab.alerting.rules import RULES
    from lab.layout import PROGRAMS

    readme = (ROOT / "lab" / "README.md").read_text(encoding="utf-8")
    for name in (*faults.FAULTS, *(rule.alertname for rule in RULES), *PROGRAMS):
        assert f"`{name}`" in readme
