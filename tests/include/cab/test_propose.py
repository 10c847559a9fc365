"""An offered plan becomes a hold, and the request's record says which; by the console and by the command line alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.cab.offer import PRINCIPAL
from include.cab.propose import holds_of, propose_offered
from include.cli import main
from include.contracts.errors import BadInput, Conflict
from include.contracts.plan import Plan
from include.holds.digest import body_of
from include.holds.propose import draft
from include.store import changes, ledger
from include.store.database import Store
from tests.holds_kit import Kit, make_kit, store_time
from tests.plans_kit import proposal
from tests.preparing import Preparation, soon


@pytest.fixture
def kit(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    made = make_kit(tmp_path / "a kit")
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    return made


@pytest.fixture
def change(store: Store, kit: Kit) -> Preparation:
    made = Preparation.ask(store, kit.catalogue, notes=soon(store_time(store)))
    made.prepared()
    return made


def drafted(store: Store, kit: Kit, change: Preparation, by: str = PRINCIPAL, **more: Any) -> Plan:
    with store.read() as conn:
        request, _ = changes.offer_of(conn, change.change_id)
        assert request is not None
        steps = tuple(step.model_copy(update={"observed_by": by}) for step in request.steps)
        request = request.model_copy(update={"steps": steps})
        return draft(conn, kit.roots, request, "maya", **{"drafted_by": (PRINCIPAL,)} | more)


def test_the_record_names_the_hold_and_who_proposed_it(store: Store, kit: Kit, change: Preparation) -> None:
    plan = drafted(store, kit, change)
    signed = proposal(kit, plan, "maya", store_time(store))
    hold = propose_offered(store, kit.roots, body_of(plan), signed, change_id=change.change_id)
    with store.read() as conn:
        assert holds_of(conn, change.change_id) == [hold.id]
        (entry,) = ledger.entries(conn, subject=change.change_id, kind="change.proposed")
    assert entry.actor == "maya"
    with pytest.raises(Conflict):
        propose_offered(store, kit.roots, body_of(plan), signed, change_id=change.change_id)
    with store.read() as conn:
        assert holds_of(conn, change.change_id) == [hold.id]


def test_h03_neither_anothers_plan_nor_one_without_its_machine(store: Store, kit: Kit, change: Preparation) -> None:
    other = Preparation.ask(store, kit.catalogue, notes=soon(store_time(store)))
    alone = drafted(store, kit, change, by="maya", drafted_by=())
    for plan, change_id in ((alone, change.change_id), (drafted(store, kit, change), other.change_id)):
        signed = proposal(kit, plan, "maya", store_time(store))
        with pytest.raises(BadInput):
            propose_offered(store, kit.roots, body_of(plan), signed, change_id=change_id)
    with store.read() as conn:
        assert holds_of(conn, change.change_id) == holds_of(conn, other.change_id) == []


def test_the_command_line_enters_the_same(
    store: Store, kit: Kit, change: Preparation, capsys: pytest.CaptureFixture[str]
) -> None:
    key = str(kit.key_file("maya"))
    assert main(["change", "propose", change.change_id, "--key", key, "--yes", "--json"]) == 0, capsys.readouterr().err
    hold = json.loads(capsys.readouterr().out)["hold"]
    with store.read() as conn:
        assert holds_of(conn, change.change_id) == [hold]
