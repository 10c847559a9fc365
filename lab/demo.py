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
from lab import faults
from lab.airflow import ROOT, LocalAirflow, lab_environment
from lab.estate import Estate

FAULT = "wrong_port"
SERVICE = "shop-orders"
SOURCE = "lab"
BRIEF_WITHIN_S = 90.0


@dataclass
class Scene:
    """Everything that runs: the shop with its watcher, and Airflow with Holdpoint in it."""

    folder: Path
    estate: Estate
    airflow: LocalAirflow

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
        airflow.extra = {
            **lab_environment(estate.facts()),
            "HOLDPOINT_SECRET_LAB": token,
            "HOLDPOINT_HEARTBEAT": heartbeat,
            "HOLDPOINT_PAGES": str(folder / "pages.jsonl"),
        }
        return cls(folder, estate, airflow)

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
        _verify_ledger(scene, incident_id)
        _farewell(scene)
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
        found = (reads.evidence_by_id(conn, evidence_id) for evidence_id in brief.retrieved)
        evidence = {item.id: item for item in found if item is not None}
    check_brief(brief, evidence)
    person = load_catalogue().person(brief.escalation.owner)
    print(f"\n{'─' * 100}\n{render_markdown(brief, evidence, time_zone=person.time_zone)}\n{'─' * 100}\n", flush=True)
    say(f"every one of the {len(brief.facts)} facts cites evidence, checked again here; owner: {person.full_name}")


def _verify_ledger(scene: Scene, incident_id: str) -> None:
    """What happened, as the ledger has it; sealed by a checkpoint whose key no task has, then verified against it."""
    from include.store import ledger
    from include.store.checkpoint import create_checkpoint, load_checkpoints, write_checkpoint
    from include.store.database import Store
    from include.store.keys import generate_key, load_public_keys
    from include.store.verify import verify

    store = Store.open(scene.store_url)
    keys, sealed = scene.folder / "checkpoint-key.pem", scene.folder / "checkpoints"
    with store.read() as conn:
        for entry in ledger.entries(conn, subject=incident_id):
            what = (entry.payload or {}).get("tool", "")
            print(f"  {entry.seq:>4}  {entry.at}  {entry.kind:<22} {entry.actor:<24} {what}")
    signer = generate_key(keys)
    with store.begin() as conn:
        write_checkpoint(create_checkpoint(conn, signer), sealed)
    checkpoints = load_checkpoints(sealed, load_public_keys(keys.with_name(f"{keys.name}.pub")))
    report = verify(store, checkpoints=checkpoints)
    if not report.ok:
        raise LedgerBroken("The ledger does not verify.", next_step="./holdpoint ledger verify says where")
    say(f"ledger: {report.entries} entries, the chain verifies, {report.unsealed} not sealed by the checkpoint just signed")


def _farewell(scene: Scene) -> None:
    say(f"Airflow was at {scene.airflow.url} (login maya, password {scene.airflow.passwords['maya']})")
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
        _wait_for_brief(scene)
    say(f"Airflow: {scene.airflow.url}   login maya, password {scene.airflow.passwords['maya']}")
    say(f"store: HOLDPOINT_STORE={scene.store_url!r}; pages: {scene.folder / 'pages.jsonl'}")
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
