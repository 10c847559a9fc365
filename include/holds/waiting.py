"""What a wait for a hold's approval finds, and whether the hold is released. A row saying so is a hint to judge the record.

It changes nothing; a refusal is entered into the ledger.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.errors import NotFound, Refused
from include.contracts.hold import Hold, HoldState
from include.holds import refusals
from include.holds.release import Judgement, judge
from include.holds.trust import TrustRoots
from include.store import hold_runs, holds
from include.store.database import Store, now
from include.store.times import from_text

WORKFLOW = "gated_change"
LATE, MISSING = "late", "missing"
NOT_YET = frozenset({"window", "freeze", "hours", "uses", "paged"})
"""Rules that say when, not whether: an approval stands although it may not be used at this moment."""

_NEXT = {
    HoldState.REJECTED: "read why with ./holdpoint holds show; propose another plan, or leave it",
    HoldState.REVOKED: "read who and why with ./holdpoint holds show; propose again if it is still wanted",
    HoldState.SUPERSEDED: "nothing: the plan was edited, and the edited one has a hold of its own",
}
_RELEASED = "nothing to wait for: the approval was used before; ./holdpoint holds show says what became of it"


class Waiting(NamedTuple):
    """A hold that is still to be decided on, or is said to be approved. `left`: until its time to approve is over."""

    hold: Hold
    left: timedelta

    @property
    def approved(self) -> bool:
        """By the row alone: a hint to judge it, and no more."""
        return self.hold.state is HoldState.APPROVED


def look(conn: Connection, catalogue: Catalogue, hold_id: str) -> Waiting:
    """The hold while it waits or is approved.

    :raises NotFound: there is no such hold
    :raises Refused: the wait is over without a release: by the rule `state` or `approve_by`; says what to do next
    """
    hold, at = holds.get(conn, hold_id), from_text(now(conn))
    if hold.state is HoldState.APPROVED or (hold.state is HoldState.PROPOSED and at < hold.approve_by):
        return Waiting(hold, hold.approve_by - at)
    if hold.state in (HoldState.PROPOSED, HoldState.EXPIRED):
        raise Refused(
            f"The time to approve the hold {hold.id} ended at {hold.approve_by.isoformat(timespec='seconds')}.",
            next_step=f"escalate to {', '.join(owners(conn, catalogue, hold.id))}; propose again if it is still wanted",
            rule="approve_by" if at >= hold.approve_by else "state",
        )
    by = f" by {hold.superseded_by}" if hold.superseded_by else ""
    raise Refused(f"The hold {hold.id} is {hold.state.value}{by}.", next_step=_NEXT.get(hold.state, _RELEASED), rule="state")


def wait(store: Store, catalogue: Catalogue, hold_id: str) -> Waiting | None:
    """What there is still to wait for; None where the hold is approved, by the signatures and not by its row.

    :raises NotFound: as `look`
    :raises Refused: as `look`; or the row says that it is approved, and a rule of the release finds otherwise
    """
    with store.read() as conn:
        found = look(conn, catalogue, hold_id)
        if not found.approved:
            return found
        judgement = judge(conn, TrustRoots.load(catalogue), hold_id)
    _require(store, judgement, besides=NOT_YET)
    return None


class Release(NamedTuple):
    """A hold that may be executed now; or, where `opens` is set, once its window opens, and nothing else refuses it."""

    judgement: Judgement
    opens: datetime | None


def release(store: Store, catalogue: Catalogue, hold_id: str) -> Release:
    """Judge the release. It consumes nothing: two may be told so.

    :raises NotFound: there is no such hold
    :raises Refused: by the first rule that refuses
    """
    with store.read() as conn:
        judgement, at = judge(conn, TrustRoots.load(catalogue), hold_id), from_text(now(conn))
    window = judgement.plan.window if judgement.plan else None
    if window is not None and at < window.start and {v.rule for v in judgement.verdicts if not v.ok} == {"window"}:
        return Release(judgement, window.start)
    _require(store, judgement)
    return Release(judgement, None)


def _require(store: Store, judgement: Judgement, besides: frozenset[str] = frozenset()) -> None:
    for verdict in judgement.verdicts:
        if not verdict.ok and verdict.rule not in besides:
            error = refusals.refused(verdict)
            refusals.enter(store, "release.refused", judgement.hold.id, error)
            raise error


def decided(conn: Connection, hold_ids: Collection[str]) -> dict[str, str]:
    """Of these holds those for which no wait goes on, with why: their state, `late`, or `missing`. One question for all."""
    rows, at = hold_runs.clocks(conn, hold_ids), now(conn)
    found = {name: MISSING for name in hold_ids if name not in rows}
    for name, (state, approve_by) in rows.items():
        if state != HoldState.PROPOSED.value:
            found[name] = state
        elif approve_by <= at:
            found[name] = LATE
    return found


def owners(conn: Connection, catalogue: Catalogue, hold_id: str) -> tuple[str, ...]:
    """Whom to tell of a hold that nobody released in time: the touched services' owners, else who answers for the workflow."""
    touched = [catalogue.services[name].owner for name in holds.services_of(conn, hold_id) if name in catalogue.services]
    if touched:
        return tuple(sorted(set(touched)))
    row = catalogue.accountable(RaciKind.WORKFLOW, WORKFLOW)
    if row is None:
        raise NotFound(f"Nobody answers for {WORKFLOW}.", next_step="add its row to raci.yaml")
    return (row.accountable,)
