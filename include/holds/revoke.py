"""Taking back: one's own vote, or a whole hold, before its approval is consumed; by a signed statement, as everything."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from include.contracts.errors import Refused
from include.contracts.hold import Hold, HoldState, Verdict
from include.contracts.statement import Revocation, Revoked, Signed, Statement
from include.holds import refusals, rules
from include.holds.case import known
from include.holds.move import move
from include.holds.release import SIGNER
from include.holds.rules import AllOf, AnyOf
from include.holds.trust import TrustRoots
from include.holds.votes import WAITS, incoming, read, require_signer, settle
from include.store import ledger, statements
from include.store.database import Store
from include.telemetry.spans import note, stage
from include.telemetry.stages import REVOKE

_SIGNED = AllOf(WAITS, SIGNER, rules.not_replayed, rules.fresh)

OF_VOTE = AllOf(_SIGNED, rules.own_vote)

OF_HOLD = AllOf(_SIGNED, AnyOf(rules.contributed, rules.some_role))
"""It takes less to stop something: a contributor may, and whoever holds the role of one touched service."""


@stage(REVOKE)
def revoke(store: Store, roots: TrustRoots, signed: Signed) -> Hold:
    """Take a signed revocation of a vote or a hold; the hold as it is then.

    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    """
    statement, digest = read(store, signed)
    subject = f"statement:{digest}"
    try:
        revocation = _require(statement)
        require_signer(store, roots, statement, signed)
        with store.begin() as conn:
            ledger.lock(conn)
            subject = _hold_of(conn, revocation)
            note(hold=subject)
            return _revoke(conn, roots, signed, revocation, subject, digest)
    except Refused as error:
        refusals.enter(store, "statement.refused", subject, error, statement=digest, claimed=statement.person)
        raise


def _require(statement: Statement) -> Revocation:
    if isinstance(statement, Revocation) and statement.what in (Revoked.VOTE, Revoked.HOLD):
        return statement
    raise refusals.refused(Verdict(rule="signature", ok=False, reason="what was signed revokes no vote and no hold"))


def _hold_of(conn: Connection, revocation: Revocation) -> str:
    if revocation.what is Revoked.HOLD:
        return revocation.subject
    vote = statements.find(conn, revocation.subject)
    if vote is None or vote.type != "holdpoint.vote.v1":
        raise refusals.refused(Verdict(rule="state", ok=False, reason="there is no such vote"))
    return vote.subject


def _revoke(conn: Connection, roots: TrustRoots, signed: Signed, said: Revocation, hold_id: str, digest: str) -> Hold:
    case = incoming(conn, roots, hold_id, said, signed)
    if said.what is Revoked.HOLD:
        refusals.require(OF_HOLD.judge(case))
        statements.add(conn, said, digest, signed, "hold.revoked", hold_id)
        return move(conn, known(case.hold), HoldState.REVOKED, actor=said.person, because={"because": digest})
    refusals.require(OF_VOTE.judge(case))
    statements.add(conn, said, digest, signed, "vote.revoked", hold_id)
    case = replace(case, revoked=known(case.revoked) | {said.subject})
    return settle(conn, case, said.person, digest)
