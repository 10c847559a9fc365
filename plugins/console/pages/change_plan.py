"""A change request's offered plan: shown in words as it would be proposed, then proposed with the reader's signature."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from include.cab import reading
from include.cab.offer import PRINCIPAL
from include.cab.propose import propose_offered
from include.contracts.base import Contract
from include.contracts.errors import NotFound
from include.contracts.incident import Incident
from include.contracts.plan import PlanRequest
from include.triage.reading import reader
from plugins.console.pages.change import ChangePath
from plugins.console.proposing import PLAN_BYTES, Proposed, ToSign, ask_proposal, drafted, proposed
from plugins.console.signing import roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()


class Nothing(Contract):
    """The form has no field: which plan it is, the store says."""


@pages.action("/{change_id}/draft")
def draft_offer(visit: Visiting, sent: Sending, change_id: ChangePath) -> Done:
    """The plan as this person would propose it now. Nothing is kept."""
    sent.read(Nothing)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item, request = _offered(visit, conn, change_id)
        return Done(f"/changes/{item.id}", drafted(visit, conn, roots, request, drafted_by=(PRINCIPAL,)))


@pages.action("/{change_id}/propose/ask", max_bytes=PLAN_BYTES)
def ask_offer(visit: Visiting, sent: Sending, change_id: ChangePath) -> Done:
    """The proposal of the plan that was shown, for the passkey."""
    wanted = sent.read(ToSign)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item, _ = _offered(visit, conn, change_id)
        return Done(f"/changes/{item.id}", ask_proposal(visit, conn, roots, wanted, str(item.environment)))


@pages.action("/{change_id}/propose", max_bytes=PLAN_BYTES)
def propose_offer(visit: Visiting, sent: Sending, change_id: ChangePath) -> Done:
    """The plan with its signed proposal: it becomes a hold."""
    wanted = sent.read(Proposed)
    with visit.store.read() as conn:
        item, _ = _offered(visit, conn, change_id)
    return Done(*proposed(visit, wanted, partial(propose_offered, visit.store, roots_of(visit), change_id=item.id)))


def _offered(visit: Visit, conn: Connection, change_id: str) -> tuple[Incident, PlanRequest]:
    """NotFound where there is none for this person."""
    who = reader(conn, visit.catalogue, visit.person)
    item = reading.change(conn, who, change_id)
    request, _ = reading.offer(conn, who, item)
    if request is None:
        raise NotFound("This change request offers no plan.", next_step="its page says why; ./holdpoint plans propose makes one")
    return item, request
