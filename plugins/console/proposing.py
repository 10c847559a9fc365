"""A plan's way through the browser: drafted and shown in words, signed with a passkey, proposed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import Connection

from include.contracts.base import Contract
from include.contracts.hold import Hold, View
from include.contracts.plan import PlanRequest
from include.contracts.statement import KeyId, Proposal, Signed, Statement
from include.holds.digest import body_of, digest_of, read_plan
from include.holds.propose import MAX_BODY_CHARS, draft
from include.holds.trust import TrustRoots
from include.holds.view import make_view
from plugins.console.signing import Answer, answered, ask
from plugins.console.web.visit import Visit

PLAN_BYTES = 2 * MAX_BODY_CHARS  # as JSON within JSON, where quotes are escaped
Body = Annotated[str, StringConstraints(min_length=2, max_length=MAX_BODY_CHARS)]


@dataclass(frozen=True)
class Drafted:
    """A plan that is not kept yet: its canonical JSON, to be sent back unchanged, and its page."""

    plan: str
    digest: str
    view: View


class ToSign(Contract):
    plan: Body
    key: KeyId | None = None


class Proposed(Answer):
    plan: Body


def drafted(
    visit: Visit,
    conn: Connection,
    roots: TrustRoots,
    request: PlanRequest,
    *,
    supersedes: str | None = None,
    drafted_by: Collection[str] = (),
) -> Drafted:
    """The plan that the request makes, for who is here to read before signing; parameters and errors as `draft`."""
    plan = draft(conn, roots, request, visit.person.name, supersedes, drafted_by=drafted_by)
    view = make_view(plan, visit.catalogue, (), revoked_people=roots.revoked_people)
    return Drafted(body_of(plan), digest_of(plan), view)


def ask_proposal(visit: Visit, conn: Connection, roots: TrustRoots, wanted: ToSign, environment: str) -> dict[str, Any]:
    """The proposal of a drafted plan, for the passkey; errors as `ask`.

    :param environment: where the passkey must count
    """
    plan = read_plan(wanted.plan)

    def make(stated: Mapping[str, Any]) -> Statement:
        return Proposal(**stated, hold=plan.hold, plan_digest=digest_of(plan))

    found = ask(conn, roots, visit.person.name, environment, make, key=wanted.key)
    return {"statement": found.statement, "options": found.options}


def proposed(visit: Visit, wanted: Proposed, keep: Callable[[str, Signed], Hold]) -> tuple[str, dict[str, Any]]:
    """A drafted plan with its signed proposal: the hold's page, and what the script is told.

    :param keep: takes the plan's body and the signature, and judges both
    """
    _, signed = answered(visit, Answer(statement=wanted.statement, response=wanted.response))
    done = keep(wanted.plan, signed)
    return f"/holds/{done.id}", {"at": f"{visit.root}/holds/{done.id}", "state": done.state.value}
