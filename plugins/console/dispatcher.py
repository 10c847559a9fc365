"""Works off the outbox of briefings: one Airflow run for each, also after a crash at any point.

The run's id is written down before the run is created, so a crash in between is seen and made good under the same id. That a
run of this id exists proves nothing (anybody may create one): the briefing counts as dispatched when a run claims it in the
store. A run that ended, or works on something else, without claiming is left to itself and another id is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from include.catalogue.loader import load_catalogue
from include.store import dispatches, ledger
from include.store.database import Store
from plugins.console import runs
from plugins.console.worker import Worker, log

DAG_ID = "incident_triage"
ACTOR = "dispatcher@service"
LOOK_AGAIN_S = 10.0  # how long after writing a run id down its run must exist


class Dispatcher(Worker):
    """:param start: creates a run, False when the id is taken; :param find: looks one up"""

    name = "dispatcher"

    def __init__(
        self,
        store: Store,
        *,
        start: Callable[[str, str, Mapping[str, Any]], bool] = runs.start,
        find: Callable[[str, str], runs.Run | None] = runs.find,
    ) -> None:
        super().__init__()
        self._store = store
        self._start_run = start
        self._find_run = find

    def step(self) -> float:
        with self._store.read() as conn:
            due = dispatches.due(conn, limit=50)
            late = dispatches.unclaimed(conn, LOOK_AGAIN_S)
        for row in due:
            self._dispatch(row)
        for row in late:
            self._look_after(row)
        return 0.2 if due else 2.0

    def _dispatch(self, row: RowMapping) -> None:
        incident_id, briefing = row["incident_id"], row["briefing"]
        with self._store.begin() as conn:
            run_id = dispatches.next_run_id(conn, incident_id, briefing, row["attempt"])
        if run_id is not None:
            self._trigger(incident_id, briefing, run_id)

    def _trigger(self, incident_id: str, briefing: int, run_id: str) -> None:
        try:
            created = self._start_run(DAG_ID, run_id, _conf(incident_id, briefing))
        except Exception as error:
            log.warning("the run %s was not created (%s); trying again", run_id, type(error).__name__)
            self._try_again(incident_id, briefing, run_id, "dispatch.failed", delay_s=2.0)
            return
        if not created:
            self._look_after_existing(incident_id, briefing, run_id)
            return
        with self._store.begin() as conn:
            payload = {"incident": incident_id, "briefing": briefing}
            ledger.append(conn, actor=ACTOR, kind="dispatch.triggered", subject=incident_id, run=run_id, payload=payload)

    def _look_after(self, row: RowMapping) -> None:
        """A run id was written down and nothing claimed it: make the crash in between good, or wait, or try another id."""
        incident_id, briefing, run_id = row["incident_id"], row["briefing"], row["run_id"]
        if self._find_run(DAG_ID, run_id) is None:
            self._trigger(incident_id, briefing, run_id)
            return
        claim_s = load_catalogue().settings.dispatch_claim_seconds
        with self._store.read() as conn:
            overdue = any(late["run_id"] == run_id for late in dispatches.unclaimed(conn, claim_s))
        self._look_after_existing(incident_id, briefing, run_id, overdue=overdue)

    def _look_after_existing(self, incident_id: str, briefing: int, run_id: str, *, overdue: bool = False) -> None:
        run = self._find_run(DAG_ID, run_id)
        ours = run is not None and dict(run.conf) == _conf(incident_id, briefing)
        if run is not None and not ours:
            self._try_again(incident_id, briefing, run_id, "dispatch.occupied", delay_s=0.0)
        elif overdue and run is not None and not run.alive:
            self._try_again(incident_id, briefing, run_id, "dispatch.unclaimed", delay_s=0.0)

    def _try_again(self, incident_id: str, briefing: int, run_id: str, kind: str, *, delay_s: float) -> None:
        with self._store.begin() as conn:
            ledger.lock(conn)
            if dispatches.back_to_pending(conn, incident_id, briefing, run_id, delay_s=delay_s):
                payload = {"incident": incident_id, "briefing": briefing}
                ledger.append(conn, actor=ACTOR, kind=kind, subject=incident_id, run=run_id, payload=payload)


def _conf(incident_id: str, briefing: int) -> dict[str, Any]:
    """Ids only (H12)."""
    return {"incident": incident_id, "briefing": briefing}
