"""Deciding on a hold with a passkey: the statement to sign, and the statement signed. Looking at one is `hold.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from include.contracts.base import Contract, Digest, Plain, Slug
from include.contracts.errors import BadInput
from include.contracts.statement import Decision, KeyId, Revocation, Revoked, Statement, Vote
from include.holds import reading, votes
from include.holds import revoke as revoking
from include.holds.trust import TrustRoots
from plugins.console.pages.hold import HoldPath
from plugins.console.signing import Answer, Ask, answered, ask, roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visiting

pages = Pages()

MAX_REASON = 2_000


class Wanted(Contract):
    """What the form says. `view` is the digest of the page that it stood on."""

    decision: Annotated[Decision, Field(strict=False)]
    view: Digest
    callouts: Annotated[tuple[Slug, ...], Field(max_length=200)] = ()
    reason: Annotated[str, Field(max_length=MAX_REASON), Plain] = ""
    key: KeyId | None = None


@pages.action("/{hold_id}/ask")
def ask_vote(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The vote as a statement, for the passkey. Nothing is kept, and whether it counts is judged when it comes back."""
    wanted = sent.read(Wanted, lists=("callouts",))
    if wanted.decision is Decision.REJECT and not wanted.reason.strip():
        raise BadInput("A rejection says why.", next_step="write the reason; it is part of what is signed")
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)

        def make(stated: Mapping[str, Any]) -> Statement:
            return Vote(
                **stated,
                hold=item.id,
                environment=item.environment,
                plan_digest=item.plan_digest,
                view_digest=wanted.view,
                decision=wanted.decision,
                callouts=tuple(sorted(set(wanted.callouts))),
                reason=wanted.reason.strip(),
            )

        found = ask(conn, roots, visit.person.name, item.environment, make, key=wanted.key)
    return _asked(item.id, found)


@pages.action("/{hold_id}/vote")
def vote(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A signed vote. Its signature decides, not the login that carried it here."""
    statement, signed = answered(visit, sent.read(Answer))
    _require_here(statement, hold_id)
    roots = roots_of(visit)
    _require_readable(visit, roots, hold_id)
    done = votes.cast(visit.store, roots, signed)
    return Done(f"/holds/{done.id}", {"at": f"{visit.root}/holds/{done.id}", "state": done.state.value})


class Back(Contract):
    """What is to be taken back: the person's own vote by its digest, or the hold as a whole."""

    vote: Digest | None = None
    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON), Plain]
    key: KeyId | None = None


@pages.action("/{hold_id}/revoke/ask")
def ask_revocation(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The revocation of a vote or of the hold, for the passkey."""
    wanted = sent.read(Back)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        what, subject = (Revoked.VOTE, wanted.vote) if wanted.vote else (Revoked.HOLD, item.id)

        def make(stated: Mapping[str, Any]) -> Statement:
            return Revocation(**stated, what=what, subject=str(subject), reason=wanted.reason.strip())

        found = ask(conn, roots, visit.person.name, item.environment, make, key=wanted.key)
    return _asked(item.id, found)


@pages.action("/{hold_id}/revoke")
def revoke(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A signed revocation."""
    statement, signed = answered(visit, sent.read(Answer))
    if not isinstance(statement, Revocation) or (statement.what is Revoked.HOLD and statement.subject != hold_id):
        raise BadInput("What was signed takes nothing of this hold back.", next_step="open that hold and take it back there")
    roots = roots_of(visit)
    _require_readable(visit, roots, hold_id)
    done = revoking.revoke(visit.store, roots, signed)
    return Done(f"/holds/{done.id}", {"at": f"{visit.root}/holds/{done.id}", "state": done.state.value})


def _asked(hold_id: str, found: Ask) -> Done:
    return Done(f"/holds/{hold_id}", {"statement": found.statement, "options": found.options})


def _require_readable(visit: Visiting, roots: TrustRoots, hold_id: str) -> None:
    """To whom the hold is not there, no refusal tells its state (H12)."""
    with visit.store.read() as conn:
        reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)


def _require_here(statement: Statement, hold_id: str) -> None:
    if not isinstance(statement, Vote) or statement.hold != hold_id:
        raise BadInput("This vote is about another hold.", next_step="open that hold and decide there")
