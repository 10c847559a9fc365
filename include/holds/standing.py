"""What may release a plan without its own quorum, as fields of a `Case`: the template it claims, the emergencies declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from include.contracts.errors import Refused
from include.contracts.hold import Way
from include.contracts.plan import Plan
from include.contracts.statement import Declaration, Review
from include.holds.case import Case, Said
from include.holds.emergency_record import USED, read_declared, unreviewed
from include.holds.emergency_rules import is_reviewed
from include.holds.record import Broken
from include.holds.template_record import Vouch, read_claimed
from include.holds.trust import TrustRoots
from include.store import statements, uses


def standing(
    conn: Connection, roots: TrustRoots, plan: Plan, said: Sequence[Said], vouch: Vouch, look: Callable[[str], Case] | None
) -> dict[str, Any]:
    """`claimed`, `declarations`, `reviews`, `unreviewed`, `emergency_used`.

    :param said: the hold's statements
    :param look: an earlier hold's case, looked at where an emergency is declared; None: not looked at
    """
    declarations = [item for item in said if isinstance(item.statement, Declaration)]
    found: dict[str, Any] = {
        "declarations": tuple(read_declared(conn, plan, item) for item in declarations),
        "reviews": tuple(item for item in said if isinstance(item.statement, Review)),
        "emergency_used": _used(conn, plan.hold),
    }
    if plan.template is not None:
        found["claimed"] = read_claimed(conn, plan.template, vouch)
    if look is not None:
        found["unreviewed"] = _unreviewed(conn, roots, plan, look)
    return found


def _used(conn: Connection, hold_id: str) -> bool:
    """Was it released as an emergency? The row and the ledger say so."""
    entered = {entry.seq for entry in statements.history(conn, (USED,), hold_id)}
    return any(use.hold_id == hold_id and use.seq in entered for use in uses.of_way(conn, Way.EMERGENCY))


def _unreviewed(conn: Connection, roots: TrustRoots, plan: Plan, look: Callable[[str], Case]) -> tuple[str, ...] | None:
    """None, which no rule allows on, where the record of earlier emergencies is not to be believed."""
    try:
        return unreviewed(conn, roots.catalogue, plan, look, is_reviewed)
    except (Broken, Refused, ValueError, TypeError, KeyError, AttributeError):
        return None
