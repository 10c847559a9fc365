"""Find what is left open and finish or escalate it. Makes no effect on production; runs from Airflow, from cron, from a hand.

- A briefing with no brief after the deadline (its run never started, died, or hangs): its owner is told that there is none.
- A review of scripts with no report in time: its repository's owner gets a task that says so.
- A message not delivered: sent again, then to the next in the chain.
- A hold whose clock has run out: it becomes `expired`. Nothing rests on that; it says so to whoever looks.
- What people did on an incident's ticket: counted as feedback on its brief.
- A task of ours that somebody marked as successful in Airflow: it is entered into the ledger.
- A week that is over: its audit review is due, and a ticket says so.
- What the ledger says is counted by day, for those who ask about the fleet.
- A sign of life leaves the system, so that our own silence can be noticed elsewhere.

Undispatched briefings are started again by the API server's dispatcher, which looks for them by itself; this makes sure that
somebody hears of it when there is no API server.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

from sqlalchemy import Connection, RowMapping

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Incident, IncidentKind
from include.delivery.audit_review import open_review
from include.delivery.endpoints import Endpoints
from include.delivery.escalate import Escalating, escalate
from include.delivery.hand_marks import ReadMarks, enter_marks
from include.delivery.heartbeat import beat
from include.delivery.late_reviews import DEADLINE_S, escalate_late
from include.delivery.pass_on import pass_on
from include.delivery.review_task import open_task, say
from include.delivery.send import send
from include.delivery.ticket_edits import count_edits
from include.holds.expire import due as due_holds
from include.holds.expire import expire
from include.store import briefs, changes, deliveries, dispatches, incidents, ledger, script_reviews, tallies
from include.store.database import Store, day
from include.store.times import from_text
from include.telemetry.spans import ended, warm
from include.telemetry.stages import BRIEFING_ENDED

ACTOR = "reconcile@service"
log = logging.getLogger("holdpoint")


@dataclass(frozen=True)
class Reconciled:
    """Counts of one pass. `expired` are holds; `ticket_edits` are people's new ones; `undelivered` messages are still due;
    `failed` is what the pass itself could not work on; `heartbeat` is sent, failed or unset. `airflow` says whether its audit log
    was read (`read`, `failed`, or why not), and `marked` how many tasks it says somebody marked; `reviews` are new tickets of the
    audit review; `counted` are entries of the ledger."""

    escalated: int
    delivered: int
    expired: int
    ticket_edits: int
    marked: int
    reviews: int
    counted: int
    undelivered: int
    waiting: int
    failed: int
    heartbeat: str
    airflow: str

    def to_json(self) -> dict[str, int | str]:
        return asdict(self)


def reconcile(
    store: Store,
    catalogue: Catalogue,
    endpoints: Endpoints,
    *,
    link: str | None = None,
    marks: ReadMarks | None = None,
    without: str = "not asked: only the DAG reads Airflow's audit log",
) -> Reconciled:
    """One pass; safe to run at any time, twice at once, and half.

    :param marks: reads Airflow's audit log; None where that cannot be read, and `without` says why
    """
    warm()
    with store.read() as conn:
        late = dispatches.overdue(conn, 60 * catalogue.settings.brief_deadline_minutes)
        late_reviews = script_reviews.late(conn, DEADLINE_S)
    failed: list[str] = []
    escalated = sum(_alone(failed, row["incident_id"], partial(_escalate, store, catalogue, row, link)) for row in late)
    escalated += sum(_alone(failed, each.id, partial(escalate_late, store, catalogue, each)) for each in late_reviews)
    with store.read() as conn:
        due = deliveries.due(conn)
    delivered = sum(_alone(failed, row["id"], partial(send, store, catalogue, row["id"], endpoints)) for row in due)
    expired = sum(_alone(failed, hold_id, partial(expire, store, hold_id)) for hold_id in due_holds(store))
    edits = _alone(failed, "the ticket desk", partial(count_edits, store))
    broken = len(failed)
    marked = _alone(failed, "Airflow's audit log", partial(enter_marks, store, catalogue, marks)) if marks is not None else 0
    airflow = without if marks is None else "failed" if len(failed) > broken else "read"
    reviews = _alone(failed, "the audit review", partial(open_review, store, catalogue))
    counted = _alone(failed, "the counts", partial(tallies.catch_up, store))
    with store.read() as conn:
        undelivered = deliveries.waiting(conn)
        waiting = dispatches.waiting(conn)
    return Reconciled(
        escalated=escalated,
        delivered=delivered,
        expired=expired,
        ticket_edits=edits,
        marked=marked,
        reviews=reviews,
        counted=counted,
        undelivered=undelivered,
        waiting=waiting,
        failed=len(failed),
        heartbeat=_heartbeat(),
        airflow=airflow,
    )


def _alone(failed: list[str], subject: str, work: Callable[[], int]) -> int:
    """One that cannot be worked on must not cost the others their page; it is counted, and tried again by the next pass."""
    try:
        return work()
    except Exception as error:
        log.warning("%s could not be finished (%s)", subject, type(error).__name__)
        failed.append(subject)
        return 0


def _escalate(store: Store, catalogue: Catalogue, row: RowMapping, link: str | None) -> bool:
    incident_id, briefing = row["incident_id"], row["briefing"]
    with store.begin() as conn:
        ledger.lock(conn)
        # A run that claimed it since we looked has its time.
        if not dispatches.finish(conn, incident_id, briefing, "escalated", was=row["state"]):
            return False
        incident = incidents.get(conn, incident_id)
        if incident.kind is IncidentKind.CHANGE:
            return _not_prepared(conn, catalogue, row, incident)
        if row["reason"] == dispatches.PERSON:  # nobody is paged for what a person is to look at
            pass_on(conn, catalogue, incident, run=row["run_id"] or "")
            return True
        found = briefs.latest(conn, incident_id, briefing)
        what = Escalating(
            incident=incident,
            briefing=briefing,
            brief=briefs.read(found) if found is not None else None,
            brief_text="",
            reason=f"no brief within {catalogue.settings.brief_deadline_minutes} minutes; the run is {row['state']}",
            link=link,
            run=row["run_id"] or "",
        )
        payload = {"briefing": briefing, "state": row["state"], "attempt": row["attempt"]}
        ledger.append(conn, actor=ACTOR, kind="briefing.overdue", subject=incident_id, run=what.run, payload=payload)
        escalate(conn, catalogue, what)
    begun = from_text(row["created_at"])
    ended(BRIEFING_ENDED, begun=begun, incident=incident_id, briefing=briefing, run=what.run, state="escalated")
    return True


def _not_prepared(conn: Connection, catalogue: Catalogue, row: RowMapping, item: Incident) -> bool:
    """A change request whose package is late, or was never routed: its owner has a task that says so. Nobody is woken for it."""
    minutes, package = catalogue.settings.brief_deadline_minutes, changes.latest(conn, item.id, row["briefing"])
    version = package["version"] if package is not None else None
    payload = {"briefing": row["briefing"], "state": row["state"], "attempt": row["attempt"], "version": version}
    ledger.append(conn, actor=ACTOR, kind="change.overdue", subject=item.id, run=row["run_id"] or "", payload=payload)
    number = open_task(conn, catalogue, item, today=day(conn))
    if version is not None:
        said = f"The run ended before it routed the package, version {version}: ./holdpoint change show {item.id} --as YOU"
        return say(conn, catalogue, number, mark=f"not-routed:{item.id}:v{version}", text=said)
    said = (
        f"No package within {minutes} minutes; the run is {row['state']}. Read the notes yourself, or have them prepared again."
    )
    return say(conn, catalogue, number, mark=f"no-package:{item.id}:b{row['briefing']}", text=said)


def _heartbeat() -> str:
    target = os.environ.get("HOLDPOINT_HEARTBEAT")
    if not target:
        return "unset"
    try:
        beat(target)
    except Exception:  # whatever kept it in: the watcher outside notices the silence
        return "failed"
    return "sent"
