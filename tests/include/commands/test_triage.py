"""`holdpoint triage` as it is typed: output forms, exit statuses, nothing touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.contracts.brief import Brief
from include.contracts.evidence import Evidence
from include.drafting.grounding import check_brief
from tests.fixtures.recorded.replay import HERE

ROOT = Path(__file__).resolve().parents[3]
ALERT = HERE / "dependency-down" / "alert.json"
RECORDED = HERE / "dependency-down" / "evidence.jsonl"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def args(*more: str, alert: Path = ALERT, recorded: Path | None = RECORDED, source: str = "alertmanager") -> list[str]:
    given = ["triage", "--alert", str(alert), "--source", source]
    return [*given, *(["--recorded", str(recorded)] if recorded else []), *more]


def test_json_is_the_brief(capsys: Any) -> None:
    assert main(args("--json")) == 0
    printed = capsys.readouterr()
    brief = Brief.model_validate_json(printed.out)
    assert brief.hypotheses[0].statement == "shop-payments (on which shop-orders depends) is down: its process is FATAL"
    assert printed.err == ""


def test_the_evidence_can_be_had_beside_it_and_holds(capsys: Any) -> None:
    assert main(args("--json", "--with-evidence")) == 0
    printed = json.loads(capsys.readouterr().out)
    evidence = [Evidence.model_validate_json(json.dumps(item)) for item in printed["evidence"]]
    check_brief(Brief.model_validate_json(json.dumps(printed["brief"])), {item.id: item for item in evidence})


@pytest.mark.parametrize(("form", "start"), [("--markdown", "# DRAFT"), ("--html", "<!DOCTYPE html>")])
def test_other_forms(capsys: Any, form: str, start: str) -> None:
    assert main(args(form)) == 0
    out = capsys.readouterr().out
    assert out.startswith(start)
    assert "shop-payments is FATAL" in out


def test_a_person_reads_it_in_their_own_zone(capsys: Any) -> None:
    assert main(args("--as", "priya")) == 0
    assert "15:35:00 IST (2026-11-20T10:05:00Z)" in capsys.readouterr().out


def test_the_same_files_print_the_same_bytes(capsys: Any) -> None:
    outs = []
    for _ in range(2):
        assert main(args("--json")) == 0
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]


def test_the_time_of_the_run_can_be_said(capsys: Any) -> None:
    assert main(args("--json", "--at", "2026-11-27T10:10:00+01:00")) == 0
    brief = json.loads(capsys.readouterr().out)
    assert brief["drafted_at"] == "2026-11-27T09:10:00Z"
    assert brief["started_at"] == "2026-11-20T10:05:00Z"
    assert brief["escalation"]["on_call"] == "tomas"


def test_the_reads_can_be_printed_recorded_and_replayed(capsys: Any, tmp_path: Path) -> None:
    """Recordings made from --reads answer every read; nothing is missing and nothing is left over."""
    assert main(args("--reads", recorded=None)) == 0
    requests = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(item) == {"tool", "params"} for item in requests)
    path = tmp_path / "made.jsonl"
    path.write_text("".join(json.dumps({**item, "error": "made for a test"}) + "\n" for item in requests), encoding="utf-8")
    assert main(args("--json", recorded=path)) == 0
    printed = capsys.readouterr()
    brief = json.loads(printed.out)
    failed = [gap for gap in brief["missing"] if gap["kind"] == "failed"]
    assert [(gap["tool"], gap["params"]) for gap in failed] == [(item["tool"], item["params"]) for item in requests]
    assert "never asked for" not in printed.err


def test_recorded_lines_that_nobody_asked_for_are_said_on_stderr_alone(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "more.jsonl"
    extra = {"tool": "query_logs", "params": {"service": "shop-frontend"}, "error": "x"}
    path.write_text(RECORDED.read_text(encoding="utf-8") + json.dumps(extra) + "\n", encoding="utf-8")
    assert main(args("--json", recorded=path)) == 0
    printed = capsys.readouterr()
    assert "(query_logs) was never asked for" in printed.err
    assert "never asked for" not in printed.out


def test_runbooks_can_be_recorded_too_and_are_still_filtered(capsys: Any, tmp_path: Path) -> None:
    def hit(name: str, label: str) -> dict[str, Any]:
        fixed = {"kind": "runbook", "title": "T", "owner": "maya", "heading": "H", "passage": "P", "score": 1.0, "stale": False}
        return {"runbook": name, "label": label, **fixed}

    path = tmp_path / "runbooks.jsonl"
    output = {"hits": [hit("open-one", "internal"), hit("closed-one", "restricted")]}
    path.write_text(json.dumps({"tool": "query_approved_runbook", "params": {}, "output": output}) + "\n", encoding="utf-8")
    assert main(args("--json", recorded=path)) == 0
    out = capsys.readouterr().out
    assert [item["runbook"] for item in json.loads(out)["runbooks"]] == ["open-one"]
    assert "closed-one" not in out
    assert "restricted" not in out


def test_several_alerts_are_one_incident_and_it_is_said(capsys: Any, tmp_path: Path) -> None:
    payload = json.loads(ALERT.read_text(encoding="utf-8"))
    other = json.loads(json.dumps(payload["alerts"][0]))
    other["labels"]["service"], other["fingerprint"] = "shop-payments", "ffffffffffffffff"
    payload["alerts"].append(other)
    path = tmp_path / "two.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    assert main(args("--json", alert=path)) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["service"] == "shop-orders"
    assert "2 alerts" in printed.err
    assert "2 alerts" in printed.out


def test_an_unknown_service_goes_to_the_source_s_owner(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "unknown.json"
    path.write_text(ALERT.read_text(encoding="utf-8").replace('"shop-orders"', '"shop-order"'), encoding="utf-8")
    assert main(args("--json", alert=path)) == 0
    brief = json.loads(capsys.readouterr().out)
    assert brief["service"] is None
    assert brief["escalation"]["owner"] == "maya"
    assert brief["hypotheses"] == []
    assert any("no service of the catalogue" in gap["reason"] for gap in brief["missing"])


def exit_status(capsys: Any, *given: str) -> tuple[int, str]:
    try:
        status = main(list(given))
    except SystemExit as error:  # argparse
        status = int(str(error.code))
    return status, capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [
        args(alert=Path("/nowhere/alert.json")),
        args(recorded=Path("/nowhere/evidence.jsonl")),
        args(recorded=None),
        args("--at", "yesterday"),
        args("--at", ""),
        args(source="nobody"),
        args("--as", "Not A Name@service"),
        args("--json", "--html"),
        ["triage"],
    ],
    ids=range(9),
)
def test_bad_input_exits_2_and_says_what_to_do(capsys: Any, given: list[str]) -> None:
    status, err = exit_status(capsys, *given)
    assert status == 2
    assert err.strip()


@pytest.mark.parametrize("body", ["", "not json", "[]", "{}", '{"version": "4"}', '{"a": 1, "a": 2}', "\x00"])
def test_a_payload_that_cannot_be_understood_exits_2(capsys: Any, tmp_path: Path, body: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(body, encoding="utf-8")
    status, err = exit_status(capsys, *args(alert=path))
    assert status == 2
    assert "Next:" in err


def test_a_broken_recording_exits_2_and_names_the_line(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('\n{"tool": "query_logs", "params": {}, "output": {}, "output": {}}\n', encoding="utf-8")
    status, err = exit_status(capsys, *args("--json", recorded=path))
    assert status == 2
    assert "line 2" in json.loads(err)["error"]["message"]


def test_a_person_that_does_not_exist_is_not_found(capsys: Any) -> None:
    assert exit_status(capsys, *args("--as", "stranger"))[0] == 5


def test_h12_a_principal_without_grants_gets_the_alert_and_nothing_else(capsys: Any) -> None:
    assert main(args("--json", "--as", "stranger@service")) == 0
    brief = json.loads(capsys.readouterr().out)
    assert brief["missing"] == []
    assert brief["runbooks"] == []
    assert brief["retrieved"] == ["alert"]


def test_no_store_is_made_and_standard_input_works(home: Path, tmp_path: Path) -> None:
    """In a process of its own, from another folder, in a path with a space."""
    work = tmp_path / "a folder"
    work.mkdir()
    command = [sys.executable, "-m", "include.cli", *args("--json")]
    command[command.index(str(ALERT))] = "-"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOLDPOINT_HOME": str(home)}
    done = subprocess.run(command, input=ALERT.read_bytes(), capture_output=True, cwd=work, env=env, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "DRAFT"
    assert not list(home.rglob("holdpoint.db")), "an index of the runbooks may be kept there, a store is not"
    assert list(work.iterdir()) == []
