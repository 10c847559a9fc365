"""The command as a process, through a parser that holds this command alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENTS = ROOT / "tests/include/changes/documents"
PROGRAM = """
import argparse, sys
from include.commands import change
top = argparse.ArgumentParser(prog="holdpoint")
change.add_parser(top.add_subparsers(required=True))
args = top.parse_args()
assert "pydantic" not in sys.modules, "a heavy import at the top"
from include.contracts.errors import HoldpointError
try:
    sys.exit(args.handler(args))
except HoldpointError as error:
    print(f"holdpoint: {error}", file=sys.stderr)
    sys.exit(error.exit_status)
"""


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", PROGRAM, "change", "assess", *args]
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, cwd=ROOT, timeout=60, check=False)


def test_json() -> None:
    found = run(str(DOCUMENTS / "20-payments-pool-size.md"), "--json")
    assert (found.returncode, found.stderr) == (0, b"")
    from include.contracts.change import Assessment

    said = json.loads(found.stdout)
    assert (said["rollback"], said["validation"], said["type"]) == ("empty", "missing", "normal")
    assert {"findings", "affected", "conflicts", "risk"} <= said.keys()
    Assessment.model_validate_json(found.stdout)


def test_standard_input_and_a_table_for_people() -> None:
    found = run("-", stdin="# Schlüssel 更新\n\nService: shop-orders\n\n## Rollback\n\nTBD\n".encode())
    text = found.stdout.decode()
    assert (found.returncode, found.stderr) == (0, b"")
    assert text.startswith("Schlüssel")
    assert "rollback: empty" in text
    assert "shop-frontend" in text
    assert "What exactly do you do" in text


@pytest.mark.parametrize(
    ("data", "says"), [(b"%PDF-1.4", b"PDF"), (b"", b"empty"), (b"\xff\xfe\xfd", b"UTF-8"), (b"x" * 5_000_001, b"longer")]
)
def test_bad_input_is_status_2(data: bytes, says: bytes) -> None:
    found = run("-", "--json", stdin=data)
    assert (found.returncode, found.stdout) == (2, b"")
    assert says in found.stderr
    assert b"Next:" in found.stderr


def test_a_file_that_is_not_there() -> None:
    assert run("nowhere.md").returncode == 2
