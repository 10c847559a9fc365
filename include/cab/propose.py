"""A change request's offered plan becomes a hold, by a person's signature; the request's record says which."""

from __future__ import annotations

from sqlalchemy import Connection

from include.cab.offer import PRINCIPAL
from include.contracts.errors import BadInput
from include.contracts.hold import Hold
from include.contracts.statement import Signed
from include.holds.digest import digest_of, read_plan, read_statement
from include.holds.propose import propose
from include.holds.trust import TrustRoots
from include.store import ledger
from include.store.database import Store

PROPOSED = "change.proposed"
MAX_SHOWN = 20


def propose_offered(store: Store, roots: TrustRoots, plan_body: str, signed: Signed, *, change_id: str) -> Hold:
    """`propose`, of a plan that is this request's and names the workflow that drafted it.

    :raises BadInput: it is another request's, or hides that a machine had a hand in it, which would lower its quorum
    """
    plan = read_plan(plan_body)
    if plan.incident != change_id or PRINCIPAL not in plan.contributors:
        raise BadInput("This plan is not the one that the change request offers.", next_step="show the plan again and sign that")
    hold = propose(store, roots, plan_body, signed)
    with store.begin() as conn:
        ledger.lock(conn)
        payload = {"hold": hold.id, "plan_digest": digest_of(plan)}
        ledger.append(conn, actor=read_statement(signed.statement).person, kind=PROPOSED, subject=change_id, payload=payload)
    return hold


def holds_of(conn: Connection, change_id: str) -> list[str]:
    """The ids of the holds that its plans became, newest first."""
    rows = ledger.newest(conn, subject=change_id, kinds=(PROPOSED,), limit=MAX_SHOWN)
    return [str(row.payload["hold"]) for row in reversed(rows) if row.payload and row.payload.get("hold")]
