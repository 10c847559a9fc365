"""`/holdpoint/metrics`: how it stands, in numbers, for a Prometheus that has the token.

The token is HOLDPOINT_METRICS_TOKEN; where it is not set there is no such page. Airflow's login does not open it: Prometheus has
none, and the numbers are over everything, whoever may read what. An answer is some seconds old at the most, however many ask.
"""

import hmac
import os
import threading
import time
from functools import cache
from pathlib import Path

from fastapi import HTTPException, Request
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from starlette.responses import PlainTextResponse, Response

from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Severity
from include.contracts.errors import ConfigError, HoldpointError
from include.contracts.hold import HoldState
from include.store import counts
from include.store.checkpoint import newest_said
from include.store.dispatches import OPEN_STATES
from include.store.migrate import current
from include.store.running_counts import EntryCounts, MinuteCounts
from include.store.times import from_text
from include.telemetry.metrics import KINDS, Samples, render
from include.telemetry.version import VERSION
from plugins.console import services
from plugins.console.services import Services
from plugins.console.worker import log

FRESH_S = 5.0
UNKNOWN = "unknown-source"  # posts to a source that the catalogue does not have
Found = dict[str, dict[tuple[str, ...], float]]


def metrics(request: Request) -> Response:
    """404 where no token is set, 401 without the right one."""
    token = os.environ.get("HOLDPOINT_METRICS_TOKEN", "").strip()
    if not token:
        raise HTTPException(404)
    if not _proves(request, token):
        return PlainTextResponse("unauthenticated\n", status_code=401, headers={"WWW-Authenticate": "Bearer"})
    text, content_type = render(_gauges().samples(), request.headers.get("accept", ""))
    return Response(text, media_type=content_type)


def _proves(request: Request, token: str) -> bool:
    """In constant time; a header that stands twice proves nothing."""
    said = request.headers.getlist("authorization")
    scheme, _, sent = said[0].partition(" ") if len(said) == 1 else ("", "", "")
    expected = token.encode("utf-8", "surrogateescape")
    return hmac.compare_digest(sent.strip().encode("latin-1", "replace"), expected) and scheme.lower() == "bearer"


class Gauges:
    """One process's: it remembers what it counted, and answers from memory for some seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples: Samples = {}
        self._read = float("-inf")
        self._kinds, self._sources, self._turned_away = EntryCounts("kind"), EntryCounts("actor"), MinuteCounts()

    def samples(self) -> Samples:
        """Those who ask at once ask the store once."""
        with self._lock:
            if time.monotonic() - self._read >= FRESH_S:
                self._samples = self._measure()
                self._read = time.monotonic()
            return self._samples

    def _measure(self) -> Samples:
        found: Found = {"holdpoint_build_info": {(VERSION,): 1}, "holdpoint_store_up": {(): 0}}
        try:
            running = services.services()
            found |= _process(running)
            with running.store.read() as conn:
                told = self._store(conn, _catalogue(running))
        except (HoldpointError, DBAPIError) as error:  # half of it would look like all of it
            log.warning("the store could not be asked for metrics (%s)", type(error).__name__)
            return found
        return found | told

    def _store(self, conn: Connection, catalogue: Catalogue | None) -> Found:
        head = counts.head(conn)
        kinds = {kind: self._kinds.count(conn, kind, head) for kind in KINDS}
        found: Found = {
            "holdpoint_store_up": {(): 1},
            "holdpoint_store_schema_info": {(str(current(conn)),): 1},
            "holdpoint_incidents_open": _all(counts.open_incidents(conn), [severity.value for severity in Severity]),
            "holdpoint_briefings_waiting": _all(counts.waiting_briefings(conn), OPEN_STATES),
            "holdpoint_briefing_oldest_timestamp_seconds": _time(counts.oldest_briefing(conn)),
            "holdpoint_deliveries_undelivered": _all(counts.undelivered(conn), counts.UNDELIVERED),
            "holdpoint_delivery_oldest_timestamp_seconds": _time(counts.oldest_delivery(conn)),
            "holdpoint_holds": _all(counts.holds(conn), [state.value for state in HoldState]),
            "holdpoint_hold_deadline_timestamp_seconds": {
                key: value for state, at in counts.nearest_deadlines(conn).items() for key, value in _time(at, state).items()
            },
            "holdpoint_ledger_entries_total": {(kind,): number for kind, number in kinds.items() if number is not None},
            "holdpoint_ledger_head_seq": {(): head},
        }
        return found | _sealed(head) | (self._of_catalogue(conn, catalogue, head) if catalogue is not None else {})

    def _of_catalogue(self, conn: Connection, catalogue: Catalogue, head: int) -> Found:
        """What needs its deadline, or the names of its sources: no other name is a label."""
        sources = sorted(catalogue.sources)
        taken = {name: self._sources.count(conn, f"source:{name}", head) for name in sources}
        deadline_s = 60 * catalogue.settings.brief_deadline_minutes
        return {
            "holdpoint_briefings_overdue": {(): counts.overdue_briefings(conn, deadline_s)},
            "holdpoint_intake_alerts_total": {(name,): number for name, number in taken.items() if number is not None},
            "holdpoint_intake_unauthenticated_total": {
                (name,): self._turned_away.total(conn, f"unauthenticated:{name}") for name in (*sources, UNKNOWN)
            },
        }


@cache
def _gauges() -> Gauges:
    return Gauges()


def _catalogue(running: Services) -> Catalogue | None:
    try:
        return running.last_good.catalogue()
    except ConfigError:  # told by the intake
        return None


def _process(running: Services) -> Found:
    last = running.heartbeat.last
    return {"holdpoint_heartbeat_timestamp_seconds": {} if last is None else {("api",): last}}


def _sealed(head: int) -> Found:
    """By what the checkpoint's file says. Whether it is signed, `./holdpoint ledger verify` knows, which has the key."""
    folder = os.environ.get("HOLDPOINT_CHECKPOINTS")
    said = newest_said(Path(folder)) if folder else None
    if said is None:
        return {}
    return {
        "holdpoint_ledger_unsealed_entries": {(): head - said[0]},
        "holdpoint_ledger_checkpoint_timestamp_seconds": _time(said[1]),
    }


def _all(found: dict[str, int], names: list[str] | tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """Each name once, also those of which there is nothing; no other."""
    return {(name,): found.get(name, 0) for name in names}


def _time(at: str | None, *of: str) -> dict[tuple[str, ...], float]:
    try:
        return {} if at is None else {of: from_text(at).timestamp()}
    except (ValueError, OverflowError):  # no time that we wrote
        return {}
