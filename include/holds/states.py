"""The states of a hold and every legal transition, in one table."""

from __future__ import annotations

from collections.abc import Mapping

from include.contracts.errors import Conflict
from include.contracts.hold import HoldState as S

TRANSITIONS: Mapping[S, frozenset[S]] = {
    S.PROPOSED: frozenset({S.APPROVED, S.REJECTED, S.REVOKED, S.EXPIRED, S.SUPERSEDED}),
    # Back to proposed where a vote that the quorum needed no longer counts.
    S.APPROVED: frozenset({S.PROPOSED, S.EXECUTING, S.REJECTED, S.REVOKED, S.EXPIRED, S.SUPERSEDED}),
    S.EXECUTING: frozenset({S.VERIFIED, S.UNDOING, S.FAILED, S.FROZEN, S.IN_DOUBT}),
    S.UNDOING: frozenset({S.ROLLED_BACK, S.FAILED, S.FROZEN, S.IN_DOUBT}),
    S.FROZEN: frozenset({S.EXECUTING, S.UNDOING, S.FAILED, S.IN_DOUBT}),
    S.IN_DOUBT: frozenset({S.EXECUTING, S.UNDOING, S.VERIFIED, S.ROLLED_BACK, S.FAILED}),
    S.VERIFIED: frozenset({S.CLOSED}),
    S.ROLLED_BACK: frozenset({S.CLOSED}),
    S.FAILED: frozenset({S.CLOSED}),
    S.REJECTED: frozenset(),
    S.REVOKED: frozenset(),
    S.EXPIRED: frozenset(),
    S.SUPERSEDED: frozenset(),
    S.CLOSED: frozenset(),
}
WAITING = frozenset({S.PROPOSED, S.APPROVED})  # votes may still be cast, also against


def require_legal(hold_id: str, before: S, after: S) -> None:
    """Conflict unless the table has this transition."""
    if after not in TRANSITIONS[before]:
        raise Conflict(
            f"The hold {hold_id} is {before.value} and cannot become {after.value}.",
            next_step="look at the hold again: somebody or a clock was faster",
        )
