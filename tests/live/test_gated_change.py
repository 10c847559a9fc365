"""`gated_change` on a live Airflow: it waits for signatures, whatever is killed, cleared, forged or clicked meanwhile."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from include.catalogue.loader import load_catalogue
from include.contracts.hold import HoldState
from include.contracts.plan import ReleaseMode
from include.contracts.statement import Revocation, Revoked, Signed, Statement
from include.holds.keys import key_id
from include.holds.revoke import revoke
from include.holds.signatures.sign_ssh import public_key, sign
from include.holds.trust import TrustRoots
from include.store import holds, ledger, observations
from lab.airflow import TRIGGERER
from lab.people import People
from tests.hold_rows import kinds_of, put, run_of
from tests.holds_kit import store_time
from tests.plans_kit import proposed, request
from tests.voting import voted

pytestmark = pytest.mark.live
DAG = "/api/v2/dags/gated_change"
TASKS = ("read_hold", "observe_targets", "await_approval", "release")


@dataclass
class Signing:
    """The lab's people, as the tests' kits of plans and votes want them."""

    people: People

    @property
    def roots(self) -> TrustRoots:
        return TrustRoots.load(load_catalogue(self.people.folder / "config", "lab"), self.people.folder / "trust")

    def stated(self, person: str, at: Any) -> dict[str, Any]:
        return {"person": person, "key": key_id("ssh", public_key(self.people.key_file(person))), "at": at}

    def sign(self, statement: Statement, by: str | None = None) -> Signed:
        return sign(statement, self.people.key_file(by or statement.person))


@dataclass
class Change:
    """One hold, its run, and what an operator can see and do."""

    live: Any
    kit: Signing
    hold: str

    @property
    def run(self) -> str:
        return str(self.live.wait("the hold's run", lambda: self._started(run_of(self.live.store, self.hold))))

    def _started(self, run: str | None) -> str | None:
        return run if run in {found["dag_run_id"] for found in self.runs()} else None

    def runs(self) -> list[dict[str, Any]]:
        """Airflow's runs whose conf names the hold."""
        found = self.live.airflow.get(f"{DAG}/dagRuns?limit=1000")["dag_runs"]
        return [run for run in found if (run.get("conf") or {}).get("hold") == self.hold]

    def task(self, name: str) -> dict[str, Any]:
        found = self.live.airflow.get(f"{DAG}/dagRuns/{self.run}/taskInstances?limit=100")["task_instances"]
        return next(task for task in found if task["task_id"] == name)

    def until(self, name: str, *states: str, timeout_s: float = 90.0) -> dict[str, Any]:
        self.live.wait(f"{name} in {states}", lambda: self.task(name)["state"] in states, timeout_s)
        return self.task(name)

    def states(self) -> list[str]:
        return [self.task(name)["state"] for name in TASKS]

    def ends(self) -> str:
        """The run's state at its end."""
        path = f"{DAG}/dagRuns/{self.run}"
        self.live.wait("the run's end", lambda: self.live.airflow.get(path)["state"] in {"success", "failed"})
        return str(self.live.airflow.get(path)["state"])

    def clear(self, name: str) -> None:
        body = {"dry_run": False, "dag_run_id": self.run, "task_ids": [name], "include_downstream": True}
        rest = {"only_failed": False, "reset_dag_runs": True}
        self.live.airflow.send("POST", f"{DAG}/clearTaskInstances", body | rest)

    def vote(self, person: str = "tomas") -> None:
        voted(self.live.store, self.kit, self.hold, person)

    def log(self, name: str) -> str:
        folder = self.live.airflow.home / "logs" / "dag_id=gated_change" / f"run_id={self.run}" / f"task_id={name}"
        return "".join(path.read_text() for path in sorted(folder.rglob("attempt=*.log")))

    def xcom(self, name: str) -> Any:
        return self.live.airflow.get(f"{DAG}/dagRuns/{self.run}/taskInstances/{name}/xcomEntries/return_value")["value"]

    def kinds(self) -> list[str]:
        return kinds_of(self.live.store, self.hold)


@pytest.fixture
def kit(live: Any) -> Signing:
    return Signing(live.scene.people)


def change(live: Any, kit: Signing, **fields: Any) -> Change:
    return Change(live, kit, proposed(live.store, kit, request(**fields))[0].id)


@pytest.fixture
def waiting(live: Any, kit: Signing) -> Change:
    """Proposed, observed, and waited for in the triggerer."""
    found = change(live, kit)
    found.until("await_approval", "deferred")
    return found


def test_it_waits_for_a_signature_and_judges_the_release_again_whenever_it_is_cleared(waiting: Change) -> None:
    with waiting.live.store.read() as conn:
        (observed,) = observations.latest(conn, waiting.hold)
    assert observed.problem is None
    assert observed.fields["state"] == "RUNNING"
    waiting.vote()
    assert waiting.ends() == "success"
    assert waiting.states() == ["success"] * 4
    assert waiting.xcom("await_approval") == waiting.hold
    said = waiting.xcom("release")
    assert (said["hold"], said["approvals"], set(said["rules"].values())) == (waiting.hold, 1, {"ok"})
    assert len(waiting.runs()) == 1
    waiting.clear("await_approval")
    waiting.until("release", "success")
    assert waiting.ends() == "success"
    assert waiting.task("await_approval")["try_number"] == 2
    _revoke_hold(waiting)
    waiting.clear("await_approval")
    assert waiting.until("await_approval", "failed")["try_number"] == 3, "what is over for good is not tried again"
    assert waiting.task("release")["state"] == "upstream_failed"
    assert f"The hold {waiting.hold} is revoked" in waiting.log("await_approval")
    assert waiting.kinds().count("hold.claimed") == 1


def _revoke_hold(change: Change) -> None:
    at = store_time(change.live.store)
    said = Revocation(**change.kit.stated("maya", at), what=Revoked.HOLD, subject=change.hold, reason="Not needed any more.")
    revoke(change.live.store, change.kit.roots, change.kit.sign(said))


def test_kill_9_of_the_triggerer_while_it_waits(waiting: Change) -> None:
    waiting.live.airflow.kill_component(TRIGGERER)
    waiting.vote()
    waiting.live.airflow.start_component(TRIGGERER)
    waiting.until("release", "success", timeout_s=120)
    assert waiting.ends() == "success"
    assert waiting.task("await_approval")["try_number"] == 1
    assert len(waiting.runs()) == 1


def test_a_task_marked_successful_by_hand_proves_nothing(waiting: Change) -> None:
    path = f"{DAG}/dagRuns/{waiting.run}/taskInstances/await_approval"
    waiting.live.airflow.send("PATCH", path, {"new_state": "success"})
    waiting.until("release", "failed")
    assert "Refused by the rule state" in waiting.log("release")
    assert waiting.kinds()[-1] == "release.refused"
    waiting.vote()
    waiting.clear("release")
    waiting.until("release", "success")


def test_h03_a_row_that_says_approved_ends_red_and_names_the_rule(waiting: Change) -> None:
    put(waiting.live.store, waiting.hold, state=HoldState.APPROVED.value)
    waiting.until("await_approval", "failed")
    assert "Refused by the rule complete_record" in waiting.log("await_approval")
    assert waiting.ends() == "failed"
    put(waiting.live.store, waiting.hold, state=HoldState.PROPOSED.value)
    waiting.clear("await_approval")
    waiting.until("await_approval", "deferred")
    waiting.vote()
    assert waiting.until("release", "success")


def test_h10_the_clock_ends_it_and_names_whom_to_tell(waiting: Change) -> None:
    put(waiting.live.store, waiting.hold, approve_by=1)
    assert waiting.until("await_approval", "failed")["try_number"] == 1
    assert "escalate to tomas" in waiting.log("await_approval")
    assert waiting.ends() == "failed"


def test_in_mode_on_approval_airflow_knows_nothing_before(live: Any, kit: Signing) -> None:
    parked = change(live, kit, release_mode=ReleaseMode.ON_APPROVAL)
    alongside = change(live, kit)
    alongside.until("read_hold", "success")  # the dispatcher has been at work
    assert parked.runs() == []
    parked.vote()
    assert parked.ends() == "success"
    assert len(parked.runs()) == 1
    alongside.vote()


def test_a_run_that_somebody_made_for_the_hold_does_nothing(waiting: Change) -> None:
    airflow = waiting.live.airflow
    body = {"logical_date": None, "dag_run_id": f"by-hand-{waiting.hold}", "conf": {"hold": waiting.hold}}
    airflow.send("POST", f"{DAG}/dagRuns", body)
    path = f"{DAG}/dagRuns/{body['dag_run_id']}"
    waiting.live.wait("its end", lambda: airflow.get(path)["state"] in {"success", "failed"})
    states = {task["state"] for task in airflow.get(f"{path}/taskInstances?limit=100")["task_instances"]}
    assert states == {"skipped"}
    assert waiting.kinds().count("hold.claimed") == 1
    waiting.vote()
    assert waiting.ends() == "success"


@contextmanager
def _supervisor_stopped(live: Any) -> Iterator[None]:
    """It accepts connections and answers nothing."""
    pid = int(live.scene.estate.facts()["supervisor"]["pid"])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_target_that_cannot_be_read_is_red_is_cleared_and_keeps_nobody_from_deciding(live: Any, kit: Signing) -> None:
    with _supervisor_stopped(live):
        found = change(live, kit)
        found.until("observe_targets", "failed", timeout_s=120)
        found.until("await_approval", "deferred")
    assert _problem(found).startswith("read_failed")
    found.clear("observe_targets")
    found.until("observe_targets", "success")
    assert _problem(found) is None
    found.until("await_approval", "deferred")
    found.vote()
    assert found.ends() == "success"


def _problem(change: Change) -> Any:
    with change.live.store.read() as conn:
        return observations.latest(conn, change.hold)[0].problem


def test_h12_airflow_sees_ids_and_states_alone(live: Any, kit: Signing) -> None:
    canary = f"canary-reason-{os.urandom(6).hex()}"
    found = change(live, kit, reason=canary, title=canary)
    found.until("await_approval", "deferred")
    found.vote()
    assert found.ends() == "success"
    with live.store.read() as conn:
        assert holds.get(conn, found.hold).title == canary
        assert ledger.entries(conn, subject=found.hold)
    home: Path = live.airflow.home
    outside = [path for path in home.rglob("*") if path.is_file() and home / "holdpoint" not in path.parents]
    assert not [path for path in outside if canary.encode() in path.read_bytes()]
