"""Works off the outboxes: one Airflow run for each of their rows, also after a crash at any point.

The run's id is written down before the run is created, so a crash in between is seen and made good under the same id. That a
run of this id exists proves nothing (anybody may create one): the row counts as dispatched when a run claims it in the store.
A run that ended, or works on something else, without claiming is left to itself and another id is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from include.catalogue.loader import load_catalogue
from include.store import ledger
from include.store.database import Store
from plugins.console import runs
from plugins.console.outboxes import Briefings, Changes, Holds, Item, Outbox, Reviews
from plugins.console.worker import Worker, log

ACTOR = "dispatcher@service"
QUICKLY_S, SLOWLY_S = 0.2, 2.0  # between two looks at an outbox
LOOK_AGAIN_S = 10.0  # how long after writing a run id down its run must exist


class Dispatcher(Worker):
    """:param start: creates a run, False when the id is taken; :param find: looks one up"""

    name = "dispatcher"

    def __init__(
        self,
        store: Store,
        *,
        outboxes: Sequence[Outbox] = (Briefings(), Changes(), Holds(), Reviews()),
        start: Callable[[str, str, Mapping[str, Any]], bool] = runs.start,
        find: Callable[[str, str], runs.Run | None] = runs.find,
    ) -> None:
        super().__init__()
        self._store = store
        self._outboxes = outboxes
        self._start_run = start
        self._find_run = find

    def step(self) -> float:
        return min(self._work_off(outbox) for outbox in self._outboxes)

    def _work_off(self, outbox: Outbox) -> float:
        """Seconds until there may be more to start."""
        with self._store.read() as conn:
            due = outbox.due(conn, limit=50)
            late = outbox.unclaimed(conn, LOOK_AGAIN_S)
            next_s = outbox.next_due_s(conn)
        for item in due:
            self._dispatch(outbox, item)
        for item in late:
            self._look_after(outbox, item)
        soon = 0.0 if due else SLOWLY_S if next_s is None else next_s
        return min(max(QUICKLY_S, soon), SLOWLY_S)

    def _dispatch(self, outbox: Outbox, item: Item) -> None:
        with self._store.begin() as conn:
            run_id = outbox.name_run(conn, item, actor=ACTOR)
        if run_id is not None:
            self._trigger(outbox, replace(item, run_id=run_id))

    def _trigger(self, outbox: Outbox, item: Item) -> None:
        try:
            created = self._start_run(outbox.dag_id, item.run_id, item.conf)
        except Exception as error:
            log.warning("the run %s was not created (%s); trying again", item.run_id, type(error).__name__)
            self._try_again(outbox, item, "dispatch.failed", delay_s=2.0)
            return
        if not created:
            self._look_after_existing(outbox, item)
            return
        with self._store.begin() as conn:
            _enter(conn, "dispatch.triggered", item)

    def _look_after(self, outbox: Outbox, item: Item) -> None:
        """A run id was written down and nothing claimed it: make the crash in between good, or wait, or try another id."""
        if self._find_run(outbox.dag_id, item.run_id) is None:
            self._trigger(outbox, item)
            return
        claim_s = load_catalogue().settings.dispatch_claim_seconds
        with self._store.read() as conn:
            overdue = any(late.run_id == item.run_id for late in outbox.unclaimed(conn, claim_s))
        self._look_after_existing(outbox, item, overdue=overdue)

    def _look_after_existing(self, outbox: Outbox, item: Item, *, overdue: bool = False) -> None:
        run = self._find_run(outbox.dag_id, item.run_id)
        ours = run is not None and dict(run.conf) == dict(item.conf)
        if run is not None and not ours:
            self._try_again(outbox, item, "dispatch.occupied", delay_s=0.0)
        elif overdue and run is not None and not run.alive:
            self._try_again(outbox, item, "dispatch.unclaimed", delay_s=0.0)

    def _try_again(self, outbox: Outbox, item: Item, kind: str, *, delay_s: float) -> None:
        with self._store.begin() as conn:
            ledger.lock(conn)
            if outbox.give_up(conn, item, delay_s=delay_s):
                _enter(conn, kind, item)


def _enter(conn: Any, kind: str, item: Item) -> None:
    ledger.append(conn, actor=ACTOR, kind=kind, subject=item.subject, run=item.run_id, payload=item.conf)
