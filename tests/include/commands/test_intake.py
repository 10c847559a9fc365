"""The command as a process, through a parser that holds this command alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "alerts"
PROGRAM = """
import argparse, sys
from include.commands import intake
top = argparse.ArgumentParser(prog="holdpoint")
intake.add_parser(top.add_subparsers(required=True))
args = top.parse_args()
assert "pydantic" not in sys.modules, "a heavy import at the top"
from include.contracts.errors import HoldpointError
try:
    sys.exit(args.handler(args))
except HoldpointError as error:
    print(f"holdpoint: {error}", file=sys.stderr)
    sys.exit(error.exit_status)
"""


def run(*args: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **(env or {})}
    command = [sys.executable, "-c", PROGRAM, "intake", *args]
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, cwd=ROOT, timeout=60, check=False)


def alerts_of(found: subprocess.CompletedProcess[bytes]) -> Any:
    assert (found.returncode, found.stderr) == (0, b""), found.stderr
    return json.loads(found.stdout)["alerts"]


def test_json_of_a_file() -> None:
    alerts = alerts_of(run(str(FIXTURES / "alertmanager" / "group.json"), "--source", "alertmanager", "--json"))
    assert [alert["status"] for alert in alerts] == ["firing", "resolved", "firing"]
    from include.contracts.alert import Alert

    for alert in alerts:
        Alert.model_validate_json(json.dumps(alert))


@pytest.mark.parametrize("name", ["azure_monitor", "azure-monitor", "AzureMonitor", "AZURE_MONITOR", " azuremonitor "])
def test_source_names_are_taken_as_people_type_them(name: str) -> None:
    body = (FIXTURES / "azure_monitor" / "fired.json").read_bytes()
    (alert,) = alerts_of(run("-", "--source", name, "--json", stdin=body))
    assert alert["source"] == "azure_monitor"


def test_a_table_for_people_with_its_notes() -> None:
    found = run(str(FIXTURES / "alertmanager" / "group.json"), "--source", "alertmanager")
    text = found.stdout.decode()
    assert found.returncode == 0
    assert text.splitlines()[0].split() == ["STATUS", "SEVERITY", "SERVICE", "ENVIRONMENT", "STARTED", "TITLE"]
    assert "note: The sender left 4 further alerts" in text


def test_a_post_without_alerts_says_so() -> None:
    found = run(str(FIXTURES / "pagerduty" / "ping.json"), "--source", "pagerduty")
    assert found.returncode == 0
    assert b"carries none" in found.stdout
    assert alerts_of(run(str(FIXTURES / "pagerduty" / "ping.json"), "--source", "pagerduty", "--json")) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", b"empty"),
        (b"{", b"not JSON"),
        (b"\xff", b"not UTF-8"),
        (b"[]", b"not an object"),
        (b'{"version": "4", "alerts": []}', b"no alert"),
        (b"[" * 100_000, b"max_json_depth"),
        (b'"' + b"x" * 10_000_000 + b'"', b"max_body_bytes"),
        (
            json.dumps({"version": "4", "alerts": [{"labels": {"a": "b"}, "status": "firing"}] * 10_000}).encode(),
            b"max_alerts_per_post",
        ),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_cannot_be_understood_is_one_clear_line_and_exit_2(body: bytes, words: bytes) -> None:
    found = run("-", "--source", "alertmanager", "--json", stdin=body)
    assert (found.returncode, found.stdout) == (2, b"")
    assert words in found.stderr
    assert b" Next: " in found.stderr
    assert found.stderr.count(b"\n") == 1


def test_an_unknown_source_names_the_known_ones() -> None:
    found = run("-", "--source", "nagios", stdin=b"{}")
    assert (found.returncode, found.stdout) == (2, b"")
    assert b"alertmanager, azure_monitor, cloudwatch" in found.stderr


@pytest.mark.parametrize("name", ["no/such/file", ".", ""])
def test_a_file_that_cannot_be_read_is_exit_2(name: str) -> None:
    found = run(name, "--source", "generic")
    assert (found.returncode, found.stdout) == (2, b"")
    assert b"cannot be read" in found.stderr


def test_the_clock_is_checked_only_against_a_given_time() -> None:
    file = str(FIXTURES / "generic" / "firing.json")
    assert run(file, "--source", "generic").returncode == 0
    assert run(file, "--source", "generic", "--at", "2026-11-02T09:00:00Z").returncode == 0
    late = run(file, "--source", "generic", "--at", "2029-11-02T09:00:00+01:00")
    assert (late.returncode, b"clock" in late.stderr) == (2, True)


@pytest.mark.parametrize("at", ["2026-11-02T09:00:00", "yesterday", "", "0001-01-01T00:00:00Z"])
def test_a_time_of_receipt_that_is_none_is_exit_2(at: str) -> None:
    found = run("-", "--source", "generic", "--at", at, stdin=b'{"title": "x"}')
    assert found.returncode == 2
    assert b"--at" in found.stderr


def test_nothing_in_a_payload_reaches_the_terminal_as_a_control_sequence() -> None:
    body = json.dumps({"title": "a\x1b[2Jb\u202ec\x07", "service": "\x9b31m"}).encode()
    found = run("-", "--source", "generic", stdin=body)
    assert found.returncode == 0
    assert not any(char in found.stdout.decode() for char in "\x1b\x07\u202e\x9b")


def test_any_locale_can_print_it() -> None:
    file = str(FIXTURES / "generic" / "other_languages.json")
    for env in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}):
        alerts_of(run(file, "--source", "generic", "--json", env=env))
        table = run(file, "--source", "generic", env=env)
        assert (table.returncode, table.stderr) == (0, b"")
