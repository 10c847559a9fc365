"""`make demo`: a real fault in a real process becomes an alert, a run on a live Airflow, and a brief that cites its evidence.

python -m lab.demo          once, ending everything it started
python -m lab.demo up       leave it running in var/up
python -m lab.demo down     end it
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from include.contracts.errors import Conflict, HoldpointError, LedgerBroken, ReadFailed
from lab import faults, fix
from lab.airflow import ROOT, LocalAirflow, lab_environment
from lab.estate import Estate
from lab.people import People

FAULT = "wrong_port"
SERVICE = "shop-orders"
SOURCE = "lab"
BRIEF_WITHIN_S = 90.0
RELEASE_WITHIN_S = 60.0


@dataclass
class Scene:
    """Everything that runs: the shop with its watcher, and Airflow with Holdpoint in it."""

    folder: Path
    estate: Estate
    airflow: LocalAirflow
    people: People

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.airflow.home / 'holdpoint' / 'holdpoint.db'}"

    @classmethod
    def build(cls, folder: Path) -> Scene:
        """Prepare both sides and what they share: a token for the watcher's posts. Nothing runs yet."""
        folder.mkdir(parents=True, exist_ok=True)
        token = secrets.token_urlsafe(24)
        token_file = folder / "alert-token"
        with os.fdopen(os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token)
        airflow = LocalAirflow.create(folder / "airflow")
        alert_url = f"http://127.0.0.1:{airflow.port}/holdpoint/alerts/{SOURCE}"
        estate = Estate.create(folder / "lab", alert_url=alert_url, alert_token_file=token_file)
        heartbeat = str(folder / "heartbeat")
        people = People.create(folder / "people")
        airflow.extra = {
            **lab_environment(estate.facts()),
            **people.environment,
            "HOLDPOINT_CONSOLE_URL": airflow.url,
            "HOLDPOINT_SECRET_LAB": token,
            "HOLDPOINT_HEARTBEAT": heartbeat,
            "HOLDPOINT_PAGES": str(folder / "pages.jsonl"),
        }
        return cls(folder, estate, airflow, people)

    def start(self) -> None:
        say("lab: starting the shop (front end, orders, payments), its load and its watcher")
        self.estate.start()
        say("Airflow: starting on SQLite with LocalExecutor")
        self.airflow.start(say=say)

    def stop(self) -> None:
        try:
            self.airflow.stop(grace_s=3.0)
        finally:
            self.estate.stop()


_began = time.monotonic()


def say(text: str) -> None:
    """One progress line with the seconds since the start."""
    print(f"[{time.monotonic() - _began:5.1f} s] {text}", flush=True)


def demo() -> int:
    """The whole story once."""
    folder = ROOT / "var" / "demo"
    with _alone(folder):
        return _demo(folder)


def _demo(folder: Path) -> int:
    if (folder / "airflow").exists():
        LocalAirflow.create(folder / "airflow", port=1).stop()  # of one that was killed
    shutil.rmtree(folder, ignore_errors=True)
    scene = Scene.build(folder)
    try:
        scene.start()
        say(f"lab: the shop sells; now a bad configuration of {SERVICE} is deployed ({FAULT})")
        faults.switch_on(scene.estate, FAULT)
        incident_id = _wait_for_brief(scene)
        _show(scene, incident_id)
        hold = _hold_the_fix(scene, incident_id)
        _verify_ledger(scene, incident_id, hold)
        _ask_the_fleet(scene)
        _farewell(scene, hold)
    finally:
        say("ending everything that was started")
        scene.stop()
    say("done")
    return 0


def _wait_for_brief(scene: Scene) -> str:
    """The incident of the broken service, once its brief has been escalated; a progress line for every change."""
    from include.store.database import Store

    store = Store.open(scene.store_url)
    deadline = time.monotonic() + BRIEF_WITHIN_S
    shown = ""
    while time.monotonic() < deadline:
        incident_id, progress = _progress(store)
        if progress != shown:
            say(progress)
            shown = progress
        if incident_id:
            return incident_id
        time.sleep(0.25)
    raise ReadFailed(
        f"There is no brief after {BRIEF_WITHIN_S:.0f} s ({shown}).",
        next_step=f"read {scene.airflow.home / 'logs'} and {scene.folder / 'lab' / 'logs' / 'watcher.log'}",
    )


def _progress(store) -> tuple[str | None, str]:  # type: ignore[no-untyped-def]
    """(the incident when its page is out, else None; a line about where things are)."""
    from include.store import deliveries, dispatches, incidents, reads

    with store.read() as conn:
        row = next((row for row in reversed(incidents.listed(conn, 50)) if row["service"] == SERVICE), None)
        if row is None:
            return None, "waiting for the watcher's alert"
        dispatch = dispatches.get(conn, row["id"], 1)
        state = dispatch["state"] if dispatch is not None else "pending"
        if state not in {"claimed", "briefed"}:
            return None, f"alert received: incident {row['id']} ({row['severity']}), its run is {state}"
        made = reads.of_briefing(conn, row["id"], 1)
        done = sum(read["state"] != "planned" for read in made)
        sent = any(page["state"] == "sent" for page in deliveries.of_incident(conn, row["id"]))
        if state == "briefed" and sent:
            return row["id"], f"incident {row['id']}: brief drafted, ticket opened, on-call paged"
        shown = done if done == len(made) else done // 4 * 4  # a line for each would only scroll the rest away
        return None, f"incident_triage runs: {shown} of {len(made)} reads done"


def _show(scene: Scene, incident_id: str) -> None:
    from include.catalogue.loader import load_catalogue
    from include.drafting.grounding import check_brief
    from include.drafting.render_markdown import render_markdown
    from include.store import briefs, reads
    from include.store.database import Store

    with Store.open(scene.store_url).read() as conn:
        row = briefs.latest(conn, incident_id)
        if row is None:
            raise ReadFailed("The brief is gone.", next_step=f"read {scene.airflow.home / 'logs'}")
        brief = briefs.read(row)
        evidence = reads.evidence_by_ids(conn, brief.retrieved)
    check_brief(brief, evidence)
    person = load_catalogue().person(brief.escalation.owner)
    print(f"\n{'─' * 100}\n{render_markdown(brief, evidence, time_zone=person.time_zone)}\n{'─' * 100}\n", flush=True)
    say(f"every one of the {len(brief.facts)} facts cites evidence, checked again here; owner: {person.full_name}")


def _hold_the_fix(scene: Scene, incident_id: str) -> str:
    """A restart is held: the requester's own vote is refused, the owner's is taken, Airflow's wait ends. The hold's id."""
    desk, hold = _propose_the_fix(scene, incident_id)
    _wait_for_observation(scene, hold)
    refusal = fix.require_refused(fix.vote(desk, hold, fix.REQUESTER))
    say(f"hold: {fix.REQUESTER}'s own vote is refused — {refusal.removeprefix('holdpoint: ')}")
    done = fix.vote(desk, hold, fix.OWNER)
    if done.returncode != 0:
        raise ReadFailed(f"The owner's vote was not taken: {done.stderr.strip()}", next_step="read what it says")
    say(f"hold: {fix.OWNER}, who may release changes of {SERVICE}, approves with an SSH key: taken")
    _wait_for_release(scene, hold)
    return hold


def _propose_the_fix(scene: Scene, incident_id: str) -> tuple[fix.Desk, str]:
    """The requester's notes become a package and an offered plan; signed by the requester, it is a hold."""
    tag = fix.put_right(scene.estate, SERVICE)
    say(f"fix: the configuration of {SERVICE} is put right in its repository ({tag}); its process has to read it")
    desk = fix.Desk(scene.folder, scene.airflow, scene.people)
    change_id = fix.request_change(desk, SERVICE, incident_id, tag)
    say(f"change: {fix.REQUESTER} hands in notes for a restart of {SERVICE}: {change_id}")
    _wait_for_package(scene, change_id)
    hold = str(desk.answer("change", "propose", change_id, "--key", desk.key(fix.REQUESTER), "--yes")["hold"])
    say(f"hold: {fix.REQUESTER} signs the plan that it offers: {hold}; nothing happens until its owner decides")
    return desk, hold


def _wait_for_package(scene: Scene, change_id: str) -> None:
    """The run of `change_request` has routed it: the package holds against its evidence, and a plan is offered."""
    from include.store import changes, dispatches
    from include.store.database import Store

    store, deadline = Store.open(scene.store_url), time.monotonic() + RELEASE_WITHIN_S
    while time.monotonic() < deadline:
        with store.read() as conn:
            dispatch = dispatches.get(conn, change_id, 1)
            row, (offer, reason) = changes.latest(conn, change_id), changes.offer_of(conn, change_id)
        if dispatch is not None and dispatch["state"] in {"briefed", "escalated"}:
            if row is None or offer is None:
                raise ReadFailed(f"No plan is offered. {reason}", next_step=f"read {scene.airflow.home / 'logs'}")
            found = changes.read(row).assessment
            verdicts = f"rollback {found.rollback.value}, validation {found.validation.value}, risk {found.risk.level}"
            say(f"change_request: {verdicts}; package drafted, review task opened, a plan offered")
            return
        time.sleep(0.25)
    raise ReadFailed("The run of change_request has not ended.", next_step=f"read {scene.airflow.home / 'logs'}")


def _wait_for_observation(scene: Scene, hold: str) -> None:
    """The target is read again once, which changes the page: whoever decided on the page of before would be refused."""
    from include.store import observations
    from include.store.database import Store

    store, deadline = Store.open(scene.store_url), time.monotonic() + RELEASE_WITHIN_S
    while time.monotonic() < deadline:
        with store.read() as conn:
            if observations.latest(conn, hold):
                say(f"gated_change: {SERVICE} was read again for the page of the hold")
                return
        time.sleep(0.25)
    raise ReadFailed("The run of gated_change has read nothing.", next_step=f"read {scene.airflow.home / 'logs'}")


def _wait_for_release(scene: Scene, hold: str) -> None:
    """The run of `gated_change` ends: it waited for the record, and judged the release."""
    from include.store import holds
    from include.store.database import Store

    store, deadline = Store.open(scene.store_url), time.monotonic() + RELEASE_WITHIN_S
    while time.monotonic() < deadline:
        with store.read() as conn:
            run_id = holds.get(conn, hold).run_id
        run = scene.airflow.find_run("gated_change", run_id) if run_id else None
        if run is not None and run["state"] in {"success", "failed"}:
            if run["state"] == "failed":
                raise ReadFailed(f"The run {run_id} failed.", next_step=f"read {scene.airflow.home / 'logs'}")
            say("gated_change: await_approval saw the release, and every rule was judged again; executing comes later")
            return
        time.sleep(0.25)
    raise ReadFailed(f"gated_change did not end in {RELEASE_WITHIN_S:.0f} s.", next_step=f"read {scene.airflow.home / 'logs'}")


def _verify_ledger(scene: Scene, incident_id: str, hold: str) -> None:
    """What happened, as the ledger has it; sealed by a checkpoint whose key no task has, then verified against it."""
    from include.store import ledger
    from include.store.checkpoint import create_checkpoint, load_checkpoints, write_checkpoint
    from include.store.database import Store
    from include.store.keys import load_public_keys, load_signer
    from include.store.verify import verify

    store = Store.open(scene.store_url)
    with store.read() as conn:
        told = sorted(
            (*ledger.entries(conn, subject=incident_id), *ledger.entries(conn, subject=hold)), key=lambda each: each.seq
        )
        for entry in told:
            what = (entry.payload or {}).get("tool", "")
            print(f"  {entry.seq:>4}  {entry.at}  {entry.kind:<22} {entry.actor:<24} {what}")
    sealed = scene.people.checkpoints
    with store.begin() as conn:
        write_checkpoint(create_checkpoint(conn, load_signer(scene.people.signer("checkpoints"))), sealed)
    checkpoints = load_checkpoints(sealed, load_public_keys(sealed.with_name("checkpoints.pub")))
    report = verify(store, checkpoints=checkpoints)
    if not report.ok:
        raise LedgerBroken("The ledger does not verify.", next_step="./holdpoint ledger verify says where")
    say(f"ledger: {report.entries} entries, the chain verifies, {report.unsealed} not sealed by the checkpoint just signed")


def _ask_the_fleet(scene: Scene) -> None:
    """The questions that a team with agents must be able to ask, answered from this ledger, as its requester may see it."""
    from include.catalogue.loader import load_catalogue
    from include.fleet.registry import QUESTIONS, answer
    from include.store.database import Store

    catalogue = load_catalogue(scene.people.folder / "config", "lab")
    with Store.open(scene.store_url).read() as conn:
        person = catalogue.person(fix.REQUESTER)
        answers = [answer(conn, catalogue, person, question) for question in QUESTIONS]
    say(f"fleet: {len(answers)} questions, answered from the ledger as {person.name} may see it")
    for found in answers:
        bars = ", ".join(f"{bar.label} {bar.total}" for bar in found.chart.bars[:6] if bar.total)
        print(f"  {found.asks} {bars or 'nothing yet'}")


def _farewell(scene: Scene, hold: str) -> None:
    say(f"Airflow was at {scene.airflow.url} (login maya, password {scene.airflow.passwords['maya']})")
    say(f"the hold was at {scene.airflow.url}/holdpoint/holds/{hold}")
    say("to look at it yourself: make up, then make down")


def up() -> int:
    """Leave everything running, with the fault on."""
    folder = ROOT / "var" / "up"
    with _alone(folder):
        return _up(folder)


def _up(folder: Path) -> int:
    if (folder / "airflow" / "api-server.pid").exists():
        print("It runs already, or was not ended: make down", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    scene = Scene.build(folder)
    with _ended_on_failure(scene):
        scene.start()
        faults.switch_on(scene.estate, FAULT)
        _, hold = _propose_the_fix(scene, _wait_for_brief(scene))
    for person in (fix.REQUESTER, fix.OWNER):
        say(f"Airflow: {scene.airflow.url}   login {person}, password {scene.airflow.passwords[person]}")
    say(f"a hold that waits for {fix.OWNER}: {scene.airflow.url}/holdpoint/holds/{hold}")
    say(f"their keys: {scene.people.folder / 'keys'}; on the command line: {fix.shell(scene.airflow)}")
    say(f"pages to people: {scene.folder / 'pages.jsonl'}")
    say("end it with: make down")
    return 0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder: a second one would delete it under the first. The lock ends with its process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(f"Another one runs in {folder}.", next_step="wait for its end, or end it") from error
        yield


@contextlib.contextmanager
def _ended_on_failure(scene: Scene) -> Iterator[None]:
    try:
        yield
    except BaseException:
        scene.stop()
        raise


def down() -> int:
    """End what `up` started; harmless when nothing runs."""
    folder = ROOT / "var" / "up"
    if not (folder / "airflow").exists():
        print("Nothing of `make up` is there.")
        return 0
    LocalAirflow.create(folder / "airflow", port=1).stop()
    Estate.open(folder / "lab").stop()
    print("Ended.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="lab.demo", description="The demonstration on this machine.")
    parser.add_argument("action", nargs="?", choices=("demo", "up", "down"), default="demo")
    # Ended from outside, it ends what it started, as on Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
    action = {"demo": demo, "up": up, "down": down}[parser.parse_args().action]
    try:
        return action()
    except HoldpointError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything was ended", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
