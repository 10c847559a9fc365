"""An approval of another system comes in: fetched, judged like a vote but for the signature, kept, and the hold moved.

It is no statement: who enters it says nothing with it, and it counts only as its source has it whenever it is looked at again.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from include.contracts.errors import Refused
from include.contracts.hold import Hold, HoldState, OutsideRecord, Verdict
from include.holds import refusals, rules
from include.holds.case import Outside
from include.holds.gather import gather, person_of
from include.holds.move import move
from include.holds.outside.source import OutsideSource
from include.holds.record import Depth
from include.holds.release import STANDS_IN, count
from include.holds.rules import AllOf
from include.holds.trust import TrustRoots
from include.holds.votes import WAITS, settle
from include.store import ledger, outside_records
from include.store.database import Store

COUNTS = AllOf(
    WAITS,
    rules.single_use,
    rules.plan_intact,
    rules.complete_record,
    rules.deny,
    STANDS_IN,
    rules.counts_once,
    rules.execute_by,
    rules.derived,
)
"""As a vote, without what only a signature can show."""

DENIES = AllOf(WAITS, rules.person, rules.some_role)


def enter(store: Store, roots: TrustRoots, hold_id: str, source: OutsideSource, record: str, *, by: str) -> Hold:
    """Fetch a record and enter it for a hold; the hold as it is then.

    :param record: the source's own immutable id
    :param by: the principal that asked for it; the ledger's actor
    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    :raises ReadFailed: the source did not answer
    """
    try:
        fetched = source.fetch(record)  # may take its time, so before the lock
        if (fetched.source, fetched.record) != (source.name, record):
            raise refusals.refused(Verdict(rule="outside", ok=False, reason="the source answered with another record"))
        with store.begin() as conn:
            ledger.lock(conn)
            return _enter(conn, roots, hold_id, fetched, by)
    except Refused as error:
        refusals.enter(store, "statement.refused", hold_id, error, source=source.name, record=record, by=by)
        raise


def _enter(conn: Connection, roots: TrustRoots, hold_id: str, record: OutsideRecord, by: str) -> Hold:
    case = gather(conn, roots, hold_id, depth=Depth.CHAIN)
    item = Outside(record, person_of(roots, record), fetched=True, asked=True)
    about = replace(case, outside_record=item, who=item.person)
    if record.decision == "reject":
        refusals.require(DENIES.judge(about))
    else:
        refusals.require(COUNTS.judge(count(about)[0]))
    person = item.person or ""
    outside_records.add(conn, hold_id, record, person)
    digest = outside_records.content_digest(record)
    said = {"source": record.source, "record": record.record, "person": person, "decision": record.decision, "digest": digest}
    ledger.append(conn, actor=by, kind="outside.entered", subject=hold_id, payload=said)
    if record.decision == "reject" and case.hold is not None:
        return move(conn, case.hold, HoldState.REJECTED, actor=by, because={"because": digest})
    same = (record.source, record.record)
    others = tuple(old for old in case.outside if (old.record.source, old.record.record) != same)
    return settle(conn, replace(case, outside=(*others, item)), by, digest)
