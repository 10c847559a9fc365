"""Votes come in: a signed statement is verified under the lock, kept with its ledger entry, and the hold moved."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy import Connection

from include.contracts.errors import BadInput, HoldpointError, Refused
from include.contracts.hold import Hold, HoldState, Verdict, View
from include.contracts.statement import Decision, Signed, Statement, Vote
from include.holds import refusals, rules
from include.holds.case import Case, known
from include.holds.digest import digest_of, read_statement
from include.holds.gather import gather, ring_of, vouch
from include.holds.move import move
from include.holds.record import Depth
from include.holds.release import DECIDED, SIGNER, about, count, proposed
from include.holds.rules import AllOf
from include.holds.trust import TrustRoots
from include.holds.view import current_view, keep_view
from include.store import ledger, statements
from include.store.database import Store
from include.telemetry.spans import note, stage
from include.telemetry.stages import VOTE

WAITS = AllOf(rules.waits, rules.clock)

ABOUT_IT = AllOf(rules.says_this_plan, rules.environment, SIGNER, rules.not_replayed, rules.fresh)
"""The statement is about exactly this, by who it says, now."""

APPROVE = AllOf(
    WAITS,
    rules.single_use,
    rules.plan_intact,
    rules.complete_record,
    ABOUT_IT,
    rules.deny,
    rules.role,
    rules.independence,
    rules.counts_once,
    rules.counts_seldom,
    rules.approve_by,
    rules.execute_by,
    rules.derived,
    rules.view_now,
    rules.callouts,
)

REJECT = AllOf(WAITS, ABOUT_IT, rules.some_role)
"""It takes less to stop something: the role of one touched service, and neither today's page nor a record that is whole."""


@stage(VOTE)
def cast(store: Store, roots: TrustRoots, signed: Signed) -> Hold:
    """Take a signed vote; the hold as it is then: approved where the quorum is reached, rejected by a rejection.

    :raises Refused: by the first rule that refuses; it stands in the ledger as `vote.refused`
    :raises BadInput: a rejection without a reason, or a reason that looks like a secret
    """
    statement, digest = read(store, signed)
    subject = statement.hold if isinstance(statement, Vote) else f"statement:{digest}"
    try:
        if not isinstance(statement, Vote):
            raise refusals.refused(Verdict(rule="signature", ok=False, reason="what was signed is no vote"))
        note(hold=statement.hold, decision=statement.decision.value)
        if statement.decision is Decision.REJECT and not statement.reason:
            raise BadInput("A rejection says why.", next_step="give a reason; it is part of what is signed")
        require_signer(store, roots, statement, signed)
        with store.begin() as conn:
            ledger.lock(conn)
            return _cast(conn, roots, signed, statement, digest)
    except Refused as error:
        refusals.enter(store, "vote.refused", subject, error, statement=digest, claimed=statement.person)
        raise


def read(store: Store, signed: Signed) -> tuple[Statement, str]:
    """What was signed, and its digest; Refused, with `statement.refused` in the ledger, where it is no statement."""
    try:
        statement = read_statement(signed.statement)
    except BadInput as error:
        raw = hashlib.sha256(signed.statement.encode(errors="replace")).hexdigest()
        refusal = Refused(error.message[:300], next_step=error.next_step, rule="signature")
        refusals.enter(store, "statement.refused", f"statement:{raw}", refusal)
        raise refusal from None
    return statement, digest_of(statement)


def require_signer(store: Store, roots: TrustRoots, statement: Statement, signed: Signed) -> None:
    """Before the lock, and before anything is said of the hold: is it somebody's? Who signed nothing keeps nobody waiting and
    learns nothing (H12). Asked again under the lock, with all else."""
    with store.read() as conn:
        ring, problem = ring_of(conn, roots)
        said = vouch(statement, signed, ring, roots, None)
    if problem:
        return  # nothing is believed then, and the rules say why
    gone = ring.revoked_people | roots.revoked_people
    mine = said.key is not None and said.key.person == statement.person
    for check, ok in (
        (rules.person, statement.person in roots.catalogue.people and statement.person not in gone),
        (rules.key, mine),
        (rules.signature, said.signed),
    ):
        refusals.require(Verdict(rule=check.name, ok=ok, reason=check.refuses))


def _cast(conn: Connection, roots: TrustRoots, signed: Signed, vote: Vote, digest: str) -> Hold:
    case = incoming(conn, roots, vote.hold, vote, signed)
    if vote.decision is Decision.REJECT:
        refusals.require(REJECT.judge(case))
        statements.add(conn, vote, digest, signed, "vote.cast", vote.hold)
        return move(conn, known(case.hold), HoldState.REJECTED, actor=vote.person, because={"because": digest})
    view, today = _today(conn, roots, vote.hold)
    refusals.require(APPROVE.judge(replace(count(case)[0], view=today)))
    refusals.require(proposed(case))
    keep_view(conn, known(view))
    statements.add(conn, vote, digest, signed, "vote.cast", vote.hold)
    shown = {**known(case.shown), digest_of(known(view)): known(view)}
    return settle(conn, replace(case, votes=(*known(case.votes), known(case.said)), shown=shown), vote.person, digest)


def incoming(
    conn: Connection, roots: TrustRoots, hold_id: str, statement: Statement, signed: Signed, *, earlier: bool | None = None
) -> Case:
    """The case of a hold with a statement under judgement that is just coming in; `earlier` as `gather` takes it."""
    keys = ring_of(conn, roots)
    case = gather(conn, roots, hold_id, depth=Depth.CHAIN, keys=keys, earlier=earlier)
    said = vouch(statement, signed, keys[0], roots, case.now)
    return replace(about(case, said), seen=statements.find(conn, said.digest) is not None)


def settle(conn: Connection, case: Case, actor: str, because: str) -> Hold:
    """Move a waiting hold to where its quorum, its template or an emergency says: approved where enough was said, proposed where
    it no longer was."""
    hold = known(case.hold)
    reached = DECIDED.judge(count(case)[0]).ok
    wanted = HoldState.APPROVED if reached else HoldState.PROPOSED
    return hold if hold.state is wanted else move(conn, hold, wanted, actor=actor, because={"because": because})


def _today(conn: Connection, roots: TrustRoots, hold_id: str) -> tuple[View | None, str | None]:
    """Today's page; nothing where none can be made, which no vote can match."""
    try:
        return current_view(conn, roots, hold_id)
    except HoldpointError:
        return None, None
