"""Declaring an emergency, and reviewing one, with a passkey: the statement to sign, and the statement signed.

Templates are signed on the command line: `./holdpoint templates`. A page that a declaration asks for is sent by `reconcile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from include.contracts.base import Contract, Plain
from include.contracts.errors import BadInput
from include.contracts.hold import Hold
from include.contracts.statement import Declaration, Finding, IncidentId, KeyId, Review, Statement
from include.holds import emergency, reading
from plugins.console.pages.hold import HoldPath
from plugins.console.pages.hold_vote import MAX_REASON
from plugins.console.signing import Answer, answered, ask, roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

Why = Annotated[str, Field(min_length=1, max_length=MAX_REASON), Plain]


class Urgent(Contract):
    """What the form says."""

    incident: IncidentId
    reason: Why
    key: KeyId | None = None


class Looked(Contract):
    """What the form says."""

    finding: Annotated[Finding, Field(strict=False)]
    reason: Why
    key: KeyId | None = None


@pages.action("/{hold_id}/emergency/ask")
def ask_emergency(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The declaration as a statement, for the passkey. Nothing is kept, and nobody paged, before it comes back."""
    wanted = sent.read(Urgent)
    return _ask(visit, hold_id, Declaration, wanted.key, incident=wanted.incident, reason=wanted.reason.strip())


@pages.action("/{hold_id}/emergency")
def declare(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A signed declaration."""
    statement, signed = answered(visit, sent.read(Answer))
    if not isinstance(statement, Declaration):
        raise BadInput("What was signed declares no emergency.", next_step="open the hold and declare it there")
    _require_here(visit, statement.hold, hold_id)
    done, _ = emergency.declare(visit.store, roots_of(visit), signed)
    return _done(visit, done)


@pages.action("/{hold_id}/review/ask")
def ask_review(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The review as a statement, for the passkey."""
    wanted = sent.read(Looked)
    return _ask(visit, hold_id, Review, wanted.key, finding=wanted.finding, reason=wanted.reason.strip())


@pages.action("/{hold_id}/review")
def review(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A signed review."""
    statement, signed = answered(visit, sent.read(Answer))
    if not isinstance(statement, Review):
        raise BadInput("What was signed is no review of an emergency.", next_step="open the hold and review it there")
    _require_here(visit, statement.hold, hold_id)
    return _done(visit, emergency.review(visit.store, roots_of(visit), signed))


def _ask(visit: Visit, hold_id: str, kind: type[Declaration] | type[Review], key: KeyId | None, **said: Any) -> Done:
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)

        def make(stated: Mapping[str, Any]) -> Statement:
            return kind(**stated, hold=item.id, environment=item.environment, plan_digest=item.plan_digest, **said)

        found = ask(conn, roots, visit.person.name, item.environment, make, key=key)
    return Done(f"/holds/{item.id}", {"statement": found.statement, "options": found.options})


def _require_here(visit: Visit, said: str, hold_id: str) -> None:
    """About this hold, and by somebody to whom it is there: to others no refusal tells its state (H12)."""
    if said != hold_id:
        raise BadInput("This statement is about another hold.", next_step="open that hold and sign there")
    roots = roots_of(visit)
    with visit.store.read() as conn:
        reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)


def _done(visit: Visit, item: Hold) -> Done:
    return Done(f"/holds/{item.id}", {"at": f"{visit.root}/holds/{item.id}", "state": item.state.value})
