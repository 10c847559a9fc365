"""Tasks that somebody marked as successful in Airflow: each entered into the ledger, once, under whoever Airflow says it was.

The state of a task proves nothing here, so nothing was released by it. But whoever does it may think so, and should be asked.
Airflow's audit log says what was asked for; whether Airflow then did it, it does not say.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.errors import Denied
from include.contracts.hand_mark import HandMark
from include.policy.accounts import AIRFLOW, person_of_account
from include.store import ledger
from include.store.database import Store, now
from include.store.refs import form_of
from include.store.tables.fleet import hand_mark as table
from include.store.times import from_text, to_text
from include.store.upsert import once

ACTOR = "reconcile@service"
MARKED = "task.marked"
FIRST = timedelta(days=7)  # how far back the first pass looks
OVERLAP = timedelta(hours=1)  # a record may be committed later than its time says
_RECORD = re.compile(r"[a-z]{2,12}_[0-9a-z]{26}")

ReadMarks = Callable[[datetime, frozenset[str]], Iterable[HandMark]]
"""(since, DAGs) -> marks made since then on tasks of these DAGs."""


def enter_marks(store: Store, catalogue: Catalogue, read: ReadMarks) -> int:
    """Enter those that are new; how many. Safe at any time, twice at once, and half.

    :raises ReadFailed: Airflow did not answer
    """
    dags = frozenset(row.name for row in catalogue.raci if row.kind is RaciKind.WORKFLOW and row.name != "*")
    with store.read() as conn:
        newest = conn.scalar(select(func.max(table.c.at)))
        since = from_text(newest) - OVERLAP if newest else from_text(now(conn)) - FIRST
    found = [mark for mark in read(since, dags) if mark.dag in dags]
    if not found:
        return 0
    with store.begin() as conn:
        ledger.lock(conn)
        return sum(_enter(conn, catalogue, mark) for mark in sorted(found, key=lambda mark: (mark.at, mark.record)))


def _enter(conn: Connection, catalogue: Catalogue, mark: HandMark) -> bool:
    same = hashlib.sha256(mark.model_dump_json().encode()).hexdigest()
    _, created = once(conn, table.c.mark, mark=f"airflow:{same}", at=to_text(mark.at))
    if created:
        payload = {
            "dag": mark.dag,
            "run": mark.run,
            "task": mark.task,
            "map_index": mark.map_index,
            "state": "success",
            "by": mark.account,
            "person": _person(catalogue, mark.account),
            "at": to_text(mark.at),
            "event": mark.event,
            "record": mark.record,
        }
        ledger.append(conn, actor=ACTOR, kind=MARKED, subject=_subject(mark), run=mark.run, payload=payload)
    return created


def _subject(mark: HandMark) -> str:
    """The incident or hold that the run is for, by its id; else the run itself, which is for audit review."""
    record = mark.run.partition(".")[0]
    return record if form_of(record) == "id" and _RECORD.fullmatch(record) else f"run:{mark.dag}/{mark.run}"[:300]


def _person(catalogue: Catalogue, account: str) -> str | None:
    try:
        return person_of_account(catalogue, AIRFLOW, account).name
    except Denied:
        return None
