"""Votes as people cast them, for tests: `voted(store, kit, hold_id, "tomas")`."""

from __future__ import annotations

from typing import Any, Protocol

from include.contracts.hold import Hold
from include.contracts.statement import Decision, Signed, Statement, Vote
from include.holds.trust import TrustRoots
from include.holds.view import current_view
from include.holds.votes import cast
from include.store.database import Store
from tests.holds_kit import store_time


class Signers(Protocol):
    """Who can sign: `Kit`, or the people of a lab."""

    @property
    def roots(self) -> TrustRoots: ...

    def stated(self, person: str, at: Any) -> dict[str, Any]: ...

    def sign(self, statement: Statement) -> Signed: ...


def vote(store: Store, kit: Signers, hold_id: str, person: str, decision: Decision = Decision.APPROVE, **fields: Any) -> Signed:
    """Signed over today's page, every callout acknowledged."""
    with store.read() as conn:
        view, digest = current_view(conn, kit.roots, hold_id)
    said = {
        "hold": hold_id,
        "environment": view.environment,
        "plan_digest": view.plan_digest,
        "view_digest": digest,
        "decision": decision,
        "callouts": tuple(sorted(callout.id for callout in view.callouts)),
        "reason": "" if decision is Decision.APPROVE else "Not before the sale ends.",
    }
    return kit.sign(Vote(**kit.stated(person, store_time(store)), **(said | fields)))


def voted(store: Store, kit: Signers, hold_id: str, person: str, decision: Decision = Decision.APPROVE) -> Hold:
    """The hold after that vote."""
    return cast(store, kit.roots, vote(store, kit, hold_id, person, decision))
