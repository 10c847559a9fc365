"""Emergencies come in: declared by a signed statement, with the page to each touched service's chain in the same transaction;
and reviewed by one, afterwards."""

from __future__ import annotations

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import Refused
from include.contracts.hold import Hold, Verdict
from include.contracts.statement import Declaration, Review, Signed
from include.holds import refusals, rules
from include.holds.case import Case, known
from include.holds.emergency_record import mark_of, read_declared
from include.holds.emergency_rules import (
    DECLARES,
    INCIDENT,
    REVIEWS,
    all_reviewed,
    declared_seldom,
    under,
)
from include.holds.release import proposed
from include.holds.rules import AllOf
from include.holds.trust import TrustRoots
from include.holds.votes import WAITS, incoming, read, require_signer
from include.store import deliveries, holds, incidents, ledger, statements
from include.store.database import Store, now
from include.store.times import from_text

DECLARE = AllOf(
    WAITS,
    rules.single_use,
    rules.plan_intact,
    rules.complete_record,
    DECLARES,
    rules.not_replayed,
    rules.deny,
    declared_seldom,
    rules.execute_by,
    rules.derived,
    INCIDENT,
    all_reviewed,
)

REVIEW = AllOf(rules.clock, rules.plan_intact, rules.complete_record, REVIEWS, rules.not_replayed)


def declare(store: Store, roots: TrustRoots, signed: Signed) -> tuple[Hold, tuple[str, ...]]:
    """Take a signed declaration that a hold's plan is an emergency change; the hold, and the pages to send (delivery ids).

    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    """
    statement, digest = read(store, signed)
    subject = statement.hold if isinstance(statement, Declaration) else f"statement:{digest}"
    try:
        if not isinstance(statement, Declaration):
            raise _refused("signature", "what was signed declares no emergency")
        require_signer(store, roots, statement, signed)
        with store.begin() as conn:
            ledger.lock(conn)
            case = incoming(conn, roots, statement.hold, statement, signed, earlier=True)
            case = _under(conn, case)
            refusals.require(DECLARE.judge(case))
            refusals.require(proposed(case))
            statements.add(conn, statement, digest, signed, "emergency.declared", statement.hold)
            return holds.get(conn, statement.hold), _page(conn, roots.catalogue, case, statement, digest)
    except Refused as error:
        refusals.enter(store, "statement.refused", subject, error, statement=digest, claimed=statement.person)
        raise


def review(store: Store, roots: TrustRoots, signed: Signed) -> Hold:
    """Take a signed review of an emergency that was released; the hold.

    :raises Refused: by the first rule that refuses; it stands in the ledger as `statement.refused`
    """
    statement, digest = read(store, signed)
    subject = statement.hold if isinstance(statement, Review) else f"statement:{digest}"
    try:
        if not isinstance(statement, Review):
            raise _refused("signature", "what was signed is no review of an emergency")
        require_signer(store, roots, statement, signed)
        with store.begin() as conn:
            ledger.lock(conn)
            refusals.require(REVIEW.judge(incoming(conn, roots, statement.hold, statement, signed)))
            statements.add(conn, statement, digest, signed, "emergency.reviewed", statement.hold)
            return holds.get(conn, statement.hold)
    except Refused as error:
        refusals.enter(store, "statement.refused", subject, error, statement=digest, claimed=statement.person)
        raise


def _under(conn: Connection, case: Case) -> Case:
    """The case with the declaration that is just coming in; as it is, and so refused, where there is no plan."""
    return case if case.plan is None or case.said is None else under(case, read_declared(conn, case.plan, case.said))


def _page(conn: Connection, catalogue: Catalogue, case: Case, said: Declaration, digest: str) -> tuple[str, ...]:
    """Write down a page for each touched service: to the first of its chain who had no part in this."""
    plan, at = known(case.plan), from_text(now(conn))
    involved = known(case.contributors) | {said.person}
    incident = incidents.get(conn, said.incident)
    made = []
    for name in plan.services:
        levels = catalogue.escalations[catalogue.service(name).escalation].levels
        told = [(number, level, catalogue.told(level, at)) for number, level in enumerate(levels)]
        level = next((each for each in told if each[2].name not in involved), None)
        if level is None:
            raise _refused("paged", f"everybody in the chain of {name} had a part in this: there is nobody to page")
        delivery, _ = deliveries.add(
            conn,
            mark=f"{mark_of(digest, name)}{level[0]}",
            incident_id=incident.id,
            briefing=incident.briefing,
            level=level[0],
            recipient=level[2].name,
            channel=level[1].channel,
            label=min(catalogue.classifications, key=catalogue.rank),
            subject=f"[emergency] change {plan.hold}",
            body=_body(plan.hold, said),
            service=name,
        )
        made.append(delivery)
    return tuple(made)


def _body(hold_id: str, said: Declaration) -> str:
    """Without content: whoever may read the hold finds there what it is (H12)."""
    return "\n".join(
        [
            f"{said.person} declared an emergency because of {said.incident}. One approval is enough to execute the change.",
            f"Look: ./holdpoint holds show {hold_id} --as YOU",
            f"Stop it: ./holdpoint holds reject {hold_id} --key KEY --reason …",
        ]
    )


def _refused(name: str, reason: str) -> Refused:
    return refusals.refused(Verdict(rule=name, ok=False, reason=reason))
