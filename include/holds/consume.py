"""Consuming an approval: judged again under the lock, then the one attempt and `approved → executing`, in one transaction.

Nothing is executed here. What is executed is what the attempt's plan digest names; only the writer opens an attempt (H3, H5).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from include.contracts.errors import BadInput, Refused
from include.contracts.hold import Attempt, HoldState, OutsideRecord, Verdict
from include.holds import refusals
from include.holds.case import known
from include.holds.gather import Fetched
from include.holds.move import move
from include.holds.outside.source import OutsideSource
from include.holds.record import verify_sealed
from include.holds.release import Judgement, judge
from include.holds.trust import TrustRoots
from include.holds.used import keep_use
from include.store import attempts, ledger, outside_records
from include.store.database import Store, new_id, now
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import CONSUME


@stage(CONSUME)
def consume(store: Store, roots: TrustRoots, hold_id: str, *, by: str, outside: Mapping[str, OutsideSource]) -> Attempt:
    """Consume a hold's approval, once and for all.

    :param by: the principal that will execute
    :param outside: name -> source: each outside record of the hold is fetched again, also one that would not be needed
    :raises Refused: by the first rule that refuses; it stands in the ledger as `release.refused`
    :raises ReadFailed: an outside source did not answer; nothing was consumed, it may be tried again
    :raises NotFound: there is no such hold
    """
    note(hold=hold_id)
    fetched = fetch(store, hold_id, outside)  # this takes its time, and so does that: before the lock
    with store.read() as conn:
        sealed = verify_sealed(conn, roots)
    try:
        with store.begin() as conn:
            ledger.lock(conn)
            judgement = judge(conn, roots, hold_id, fetched=fetched, sealed=sealed)
            if judgement.refusal is not None:
                raise refusals.refused(judgement.refusal)
            return _open(conn, roots, judgement, by, fetched)
    except IntegrityError:
        error = refusals.refused(Verdict(rule="single_use", ok=False, reason="the approval was consumed before"))
    except Refused as refusal:
        error = refusal
    refusals.enter(store, "release.refused", hold_id, error, by=by)
    raise error


def fetch(store: Store, hold_id: str, outside: Mapping[str, OutsideSource]) -> Fetched:
    """What each outside record's source answers now; a record whose source is not given is not in it."""
    with store.read() as conn:
        stored = outside_records.of_hold(conn, hold_id)
    return {(old.source, old.record): _again(outside[old.source], old) for old in stored if old.source in outside}


def _again(source: OutsideSource, old: OutsideRecord) -> OutsideRecord | None:
    """None where nobody has decided any more, or not in words of their own."""
    try:
        record = source.fetch(old.record)
    except (Refused, BadInput):
        return None
    return record if (record.source, record.record) == (old.source, old.record) else None


def _open(conn: Connection, roots: TrustRoots, judgement: Judgement, by: str, fetched: Fetched) -> Attempt:
    hold, plan = judgement.hold, known(judgement.plan)
    attempt = Attempt(
        id=new_id("attempt"),
        hold=hold.id,
        plan_digest=hold.plan_digest,
        opened_at=from_text(now(conn)),
        opened_by=by,
        execute_by=plan.execute_by,
    )
    attempts.add(conn, attempt)
    because = {
        "attempt": attempt.id,
        "plan_digest": attempt.plan_digest,
        "way": known(judgement.way).value,
        "approvals": list(judgement.approvals),
        "outside": [outside_records.content_digest(record) for record in fetched.values() if record is not None],
    }
    move(conn, hold, HoldState.EXECUTING, actor=by, because=because)
    note(attempt=attempt.id, approvals=len(judgement.approvals), state=HoldState.EXECUTING.value)
    keep_use(conn, roots.catalogue, judgement, by)
    return attempt
