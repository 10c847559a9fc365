"""`plans propose` and `plans show` from the command line, with the example of docs/plans.md."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from include.cli import main
from include.contracts.hold import HoldState
from include.contracts.reads import stamp
from include.holds.digest import digest_of, read_plan
from include.store import holds, ledger, plans
from include.store.database import Store
from tests.holds_kit import Kit, make_kit, store_time

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def kit(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """The environment of a process that finds the store, the catalogue and the trust folder."""
    made = make_kit(tmp_path / "a kit")
    for name, value in {**made.environ, "HOLDPOINT_STORE": f"sqlite:///{store.engine.url.database}"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return made


def example(store: Store) -> dict[str, Any]:
    """The request of docs/plans.md, with times of today."""
    text = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- example -->\n```json\n(.*?)```", text, re.DOTALL)
    assert found is not None
    wanted: dict[str, Any] = json.loads(found[1])
    for step in wanted["steps"]:
        step["observed_at"] = stamp(store_time(store) - timedelta(minutes=2))
    return wanted


@pytest.fixture
def request_file(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "restart orders.json"
    path.write_text(json.dumps(example(store), indent=2))
    return path


def test_the_example_becomes_a_hold(store: Store, kit: Kit, request_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plans", "propose", str(request_file), "--key", str(kit.key_file("maya")), "--yes"]) == 0
    said = capsys.readouterr().out
    (hold_id,) = re.findall(r"Proposed by maya: (hold_\w+) waits", said)
    with store.read() as conn:
        hold = holds.get(conn, hold_id)
        plan = read_plan(plans.get_body(conn, hold.plan_id))
    assert hold.state is HoldState.PROPOSED
    for text in (
        hold.plan_digest,
        "Restart the process shop-orders of shop-orders under its supervisor",
        "guard   pid 4217, as observed",
        "undo    Start shop-orders if it does not run",
        "verify  shop-orders is RUNNING, within 60 s",
        "Priya Raman (priya), Tomás Lindqvist (tomas)",
        "Who may not, having contributed: maya",
        *(f"[{callout.id}] {callout.says}" for callout in plan.callouts),
    ):
        assert text in said, text


def test_an_edit_supersedes(store: Store, kit: Kit, request_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _proposed(kit, request_file, "maya", capsys)
    second = _proposed(kit, request_file, "tomas", capsys, "--supersedes", first["hold"])
    assert second["plan"]["contributors"] == ["maya", "tomas"]
    assert main(["plans", "show", first["hold"], "--as", "priya"]) == 0
    assert f"is superseded, by {second['hold']}." in capsys.readouterr().out


def _proposed(kit: Kit, file: Path, person: str, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(["plans", "propose", str(file), "--key", str(kit.key_file(person)), "--yes", "--json", *more]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert digest_of(read_plan(_canonical(said["plan"]))) == said["plan_digest"]
    return said


def _canonical(document: dict[str, Any]) -> str:
    from include.store.canonical import canonical

    return canonical(document).decode()


def test_a_dry_run_keeps_nothing(store: Store, kit: Kit, request_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _entries(store)
    assert main(["plans", "propose", str(request_file), "--key", str(kit.key_file("maya")), "--dry-run"]) == 0
    assert "Nothing was signed or kept." in capsys.readouterr().out
    assert _entries(store) == before


def _entries(store: Store) -> int:
    with store.read() as conn:
        return len(list(ledger.entries(conn)))


def test_nothing_is_signed_that_nobody_meant(
    store: Store, kit: Kit, request_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _entries(store)
    asks = ["plans", "propose", str(request_file), "--key", str(kit.key_file("maya"))]
    assert main(asks) == 2  # no terminal
    assert main([*asks, "--json"]) == 2
    for answer, status in (("no\n", 2), ("\n", 2), ("yes\n", 0)):
        terminal = io.StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        assert main(asks) == status
        assert (_entries(store) > before) is (status == 0)
    assert "Type yes" in capsys.readouterr().out


def test_a_request_comes_from_standard_input_too(
    store: Store, kit: Kit, request_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(request_file.read_bytes())))
    assert main(["plans", "propose", "-", "--key", str(kit.key_file("maya")), "--yes"]) == 0
    assert "Proposed by maya" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"environment": "production"}, 4, "manifest is that of lab"),
        ({"environment": "moon"}, 4, "manifest is that of lab"),
        ({"steps": []}, 2, "steps"),
        ({"quorum": {"approvals": 0}}, 2, "quorum"),
        ({"title": "Restart \u202e"}, 2, r"U\+202E"),
        ({"reason": "password=hunter2hunter2"}, 2, "secret"),
        ({"incident": "inc_01jd3c4k7w8m9e2f5a6b7c8d9e"}, 5, "no such incident"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_proposed_says_why(
    store: Store, kit: Kit, request_file: Path, change: Any, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _entries(store)
    request_file.write_text(json.dumps(example(store) | change))
    assert main(["plans", "propose", str(request_file), "--key", str(kit.key_file("maya")), "--yes"]) == status
    said = capsys.readouterr()
    assert re.search(says, said.err), said.err
    assert "Next:" in said.err
    assert not said.out
    assert _entries(store) == before


def test_whose_key_it_is_decides_who_proposes(
    store: Store, kit: Kit, request_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from tests.holds_kit import write_key

    stranger = write_key(tmp_path / "stranger", Ed25519PrivateKey.generate())
    for file, status, says in (
        (stranger, 4, "does not count"),
        (kit.key_file("ines"), 4, "no grant allows ines"),
        (tmp_path / "none", 3, "cannot be read"),
        (request_file, 2, ""),
    ):
        if file == request_file:
            file.chmod(0o600)
        assert main(["plans", "propose", str(request_file), "--key", str(file), "--yes"]) == status, file
        assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["none.json", "."])
def test_a_file_that_cannot_be_read(kit: Kit, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plans", "propose", str(tmp_path / name), "--key", str(kit.key_file("maya"))]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_page_is_shown_to_who_may_read_it(
    store: Store, kit: Kit, request_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from include.contracts.hold import Observation
    from include.store import observations

    hold = _proposed(kit, request_file, "maya", capsys)["hold"]
    with store.begin() as conn:
        fields = {"state": "RUNNING", "pid": 4300, "since": None}
        seen = Observation(step=1, observed_at=store_time(store), observed_by="gated_change@service", fields=fields)
        observations.add(conn, hold, seen)
    assert main(["plans", "show", hold, "--as", "tomas"]) == 0
    said = capsys.readouterr().out
    assert f"{hold} is proposed." in said
    assert "pid 4217, CHANGED: now 4300" in said
    assert "state RUNNING, still so" in said
    assert main(["plans", "show", hold, "--as", "tomas", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert page["hold"]["id"] == page["view"]["hold"] == hold
    for arguments in ([hold, "--as", "nobody"], ["hold_none", "--as", "maya"]):
        assert main(["plans", "show", *arguments]) == 5


def test_a_manifest_is_signed_once_and_read_back(kit: Kit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from include.holds.manifest import load_manifest, manifest_of
    from include.store.keys import generate_key, load_public_keys

    key, out = tmp_path / "writer.pem", tmp_path / "tools.json"
    generate_key(key)
    signs = ["contracts", "manifest", "--environment", "production", "--sign", str(key), "--out", str(out)]
    assert main(signs) == 0
    assert load_manifest(out, load_public_keys(tmp_path / "writer.pem.pub")) == manifest_of("production")
    assert main(signs) == 6
    capsys.readouterr()
    assert main(["contracts", "manifest", "--environment", "lab"]) == 0
    assert json.loads(capsys.readouterr().out) == manifest_of("lab").to_json()
    assert main(["contracts", "manifest", "--environment", "moon"]) == 5
    assert main(["contracts", "manifest", "--environment", "lab", "--sign", str(key)]) == 2


def test_a_production_contract_is_shown_with_its_digest(capsys: pytest.CaptureFixture[str]) -> None:
    from include.contracts.tools import production_tool
    from include.holds.manifest import contract_digest

    assert main(["contracts", "show", "restart_service"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["digest"] == contract_digest(production_tool("restart_service"))
    assert shown["guard_fields"] == ["pid", "since", "state"]
    assert shown["input"]["additionalProperties"] is False
    assert sys.stdin is not None
