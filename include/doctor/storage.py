"""The store is there and of the right revision; somebody outside holds a fresh checkpoint and hears the heartbeat."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from include.contracts.errors import HoldpointError
from include.doctor.finding import Finding, error, info, raised, warning
from include.doctor.surroundings import Surroundings
from include.store.database import Store
from include.store.location import locate
from include.store.migrate import current

STORE, LEDGER, HEARTBEAT = "store", "ledger", "heartbeat"
MIGRATE = "run ./holdpoint store migrate"
CHECKPOINT_AGE = timedelta(days=1)
HEARTBEAT_AGE = timedelta(minutes=5)


def check_store(here: Surroundings) -> Iterator[Finding]:
    """It is reachable, and of the revision that this code expects."""
    del here
    try:
        location = locate()
        if location.get_backend_name() == "sqlite" and not Path(location.database or "").exists():
            yield warning(STORE, str(location.database), "there is no store yet", MIGRATE)
            return
        store = Store.open()
        try:
            with store.read() as conn:
                if current(conn) is None:
                    yield warning(STORE, store.engine.url.render_as_string(), "the store holds no tables yet", MIGRATE)
                    return
            store.check()
        finally:
            store.dispose()
    except HoldpointError as problem:
        yield raised(STORE, "HOLDPOINT_STORE", problem)


def check_checkpoints(here: Surroundings) -> Iterator[Finding]:
    """The newest signed checkpoint is younger than a day. What came after it can be rewritten unseen."""
    name = os.environ.get("HOLDPOINT_CHECKPOINTS")
    seal = "run ./holdpoint ledger checkpoint daily, from cron, and keep its folder where this machine's owner cannot write"
    if not name:
        yield warning(
            LEDGER, "HOLDPOINT_CHECKPOINTS", "not set: nobody knows of a checkpoint, so a rewritten ledger would not be noticed",
            f"{seal}; then set this to the folder",
        )  # fmt: skip
        return
    files = [path for path in Path(name).glob("checkpoint-*.json") if path.stem.removeprefix("checkpoint-").isdigit()]
    if not files:
        yield warning(LEDGER, name, "there is no checkpoint in this folder", seal)
        return
    newest = max(files, key=lambda path: int(path.stem.removeprefix("checkpoint-")))
    try:
        made = _made_at(newest)
    except (OSError, ValueError, KeyError, TypeError):
        yield error(LEDGER, str(newest), "it is not a checkpoint", "run ./holdpoint ledger verify with this folder")
        return
    age = here.at - made
    if age > CHECKPOINT_AGE:
        yield warning(LEDGER, str(newest), f"the newest checkpoint is {age.days} days {age.seconds // 3600} hours old", seal)
    elif age < -HEARTBEAT_AGE:
        yield warning(LEDGER, str(newest), "it was made in the future", "compare this machine's clock with the store's")


def _made_at(path: Path) -> datetime:
    """The time inside the DSSE envelope. Whether its signature holds, only `ledger verify` says: it has the key."""
    payload = json.loads(base64.b64decode(json.loads(path.read_bytes())["payload"]))
    made = datetime.fromisoformat(payload["at"])
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def check_heartbeat(here: Surroundings) -> Iterator[Finding]:
    """A sign of life leaves the system, and where it is a file, it is fresh."""
    target = os.environ.get("HOLDPOINT_HEARTBEAT")
    if not target:
        yield info(
            HEARTBEAT,
            "HOLDPOINT_HEARTBEAT",
            "not set: nobody notices when Holdpoint falls silent",
            "set it to a file or a URL that something else watches; docs/operate.md",
        )
        return
    if target.startswith(("http://", "https://")):
        return
    try:
        age = here.at - datetime.fromtimestamp(Path(target).stat().st_mtime, UTC)
    except OSError:
        yield warning(
            HEARTBEAT, target, "no sign of life has been written there", "start Airflow, or ./holdpoint reconcile from cron"
        )
        return
    if age > HEARTBEAT_AGE:
        minutes = int(age.total_seconds() // 60)
        yield warning(
            HEARTBEAT, target, f"the last sign of life is {minutes} minutes old", "start Airflow; read the API server's log"
        )


def check_base_url(here: Surroundings) -> Iterator[Finding]:
    """Pages sent outside Airflow can link to it."""
    del here
    if not os.environ.get("HOLDPOINT_BASE_URL"):
        yield info(
            HEARTBEAT,
            "HOLDPOINT_BASE_URL",
            "not set: pages sent by ./holdpoint reconcile have no link",
            "set it to Airflow's URL",
        )
