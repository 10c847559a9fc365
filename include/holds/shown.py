"""What a page says of the template that a plan claims and of the emergency that was declared: part of what a vote is over.

Whether a signature, a template or a declaration counts is not said here: that is judged when the approval is consumed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.contracts.hold import ShownEmergency, ShownTemplate
from include.contracts.plan import Plan
from include.contracts.statement import Declaration
from include.holds.digest import digest_of, read_statement, read_template
from include.store import statements, templates
from include.store.times import from_text

ENDORSEMENT, DECLARATION = "holdpoint.endorsement.v1", "holdpoint.emergency.v1"


def shown_template(conn: Connection, plan: Plan) -> ShownTemplate | None:
    """The template that the plan claims; None where it claims none, or one that cannot be read."""
    stored = templates.find(conn, plan.template) if plan.template is not None else None
    if stored is None:
        return None
    try:
        template = read_template(stored.body)
    except HoldpointError:
        return None
    signers = {row.person for row in statements.of_subject(conn, stored.id) if row.type == ENDORSEMENT}
    return ShownTemplate(
        id=template.id,
        digest=digest_of(template),
        title=template.title,
        reason=template.reason,
        owner=template.owner,
        expires=template.expires,
        signers=tuple(sorted(signers)),
    )


def shown_emergency(conn: Connection, catalogue: Catalogue, hold_id: str) -> ShownEmergency | None:
    """The newest declaration; None where there is none that can be read."""
    rows = [row for row in statements.of_subject(conn, hold_id) if row.type == DECLARATION]
    if not rows:
        return None
    try:
        said = read_statement(rows[-1].body)
        received = from_text(rows[-1].received_at)
    except (HoldpointError, ValueError, TypeError):
        return None
    if not isinstance(said, Declaration):
        return None
    return ShownEmergency(
        declaration=digest_of(said),
        person=said.person,
        at=said.at,
        until=received + timedelta(minutes=catalogue.settings.emergency_minutes),
        incident=said.incident,
        reason=said.reason,
    )
