"""Edit a plan: another request makes another plan, shown in words, then proposed with the editor's signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from pydantic import StringConstraints

from include.contracts.base import Contract
from include.contracts.errors import BadInput, Conflict
from include.contracts.hold import Hold, View
from include.contracts.key import SigningKey
from include.contracts.statement import KeyId, Proposal, Statement
from include.holds import reading
from include.holds.derive import request_of
from include.holds.digest import body_of, digest_of, read_plan
from include.holds.gather import ring_of
from include.holds.propose import MAX_BODY_CHARS, draft, propose
from include.holds.request import MAX_BYTES, read_request
from include.holds.states import WAITING
from include.holds.view import make_view, stored_plan
from plugins.console.signing import Answer, answered, ask, passkeys, roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.templating import words
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visiting

pages = Pages()

HoldPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
REQUEST_BYTES = 2 * MAX_BYTES  # as JSON within JSON, where quotes are escaped
PLAN_BYTES = 2 * MAX_BODY_CHARS
Body = Annotated[str, StringConstraints(min_length=2, max_length=MAX_BODY_CHARS)]


@dataclass(frozen=True)
class Editing:
    """The request that the hold's plan was made of, as JSON to be changed; `keys`: the reader's passkeys that count there."""

    hold: Hold
    request: str
    keys: list[SigningKey]


@pages.page("/{hold_id}/edit", template="hold_edit.html")
def edit(visit: Visiting, hold_id: HoldPath) -> Editing:
    """The plan as it was asked for."""
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        if item.state not in WAITING:
            said = f"The hold is {words(item.state.value)}, so its plan cannot be edited."
            raise Conflict(said, next_step="propose a plan of its own")
        wanted = request_of(stored_plan(conn, item))
        mine = passkeys(ring_of(conn, roots)[0], visit.person.name, item.environment)
    return Editing(item, json.dumps(wanted.to_json(), indent=2, ensure_ascii=False), mine)


class Wanted(Contract):
    """The changed request, as JSON text (docs/plans.md)."""

    request: Annotated[str, StringConstraints(min_length=2, max_length=MAX_BYTES)]


@dataclass(frozen=True)
class Drafted:
    """A plan that is not kept yet: its canonical JSON, to be sent back unchanged, and its page."""

    plan: str
    digest: str
    view: View


@pages.action("/{hold_id}/draft", max_bytes=REQUEST_BYTES)
def draft_edit(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """What the request makes, for the editor to read before signing."""
    wanted = read_request(sent.read(Wanted).request.encode())
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        plan = draft(conn, roots, wanted, visit.person.name, supersedes=item.id)
    view = make_view(plan, visit.catalogue, (), revoked_people=roots.revoked_people)
    return Done(f"/holds/{hold_id}/edit", Drafted(body_of(plan), digest_of(plan), view))


class ToSign(Contract):
    plan: Body
    key: KeyId | None = None


@pages.action("/{hold_id}/propose/ask", max_bytes=PLAN_BYTES)
def ask_proposal(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The proposal of a drafted plan, for the passkey."""
    wanted = sent.read(ToSign)
    plan = read_plan(wanted.plan)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)

        def make(stated: Mapping[str, Any]) -> Statement:
            return Proposal(**stated, hold=plan.hold, plan_digest=digest_of(plan))

        found = ask(conn, roots, visit.person.name, item.environment, make, key=wanted.key)
    return Done(f"/holds/{hold_id}/edit", {"statement": found.statement, "options": found.options})


class Proposed(Answer):
    plan: Body


@pages.action("/{hold_id}/propose", max_bytes=PLAN_BYTES)
def propose_edit(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A drafted plan with its signed proposal: it supersedes the hold that was edited."""
    wanted = sent.read(Proposed)
    if read_plan(wanted.plan).supersedes != hold_id:
        raise BadInput("This plan edits another hold.", next_step="open that hold and edit it there")
    _, signed = answered(visit, Answer(statement=wanted.statement, response=wanted.response))
    done = propose(visit.store, roots_of(visit), wanted.plan, signed)
    return Done(f"/holds/{done.id}", {"at": f"{visit.root}/holds/{done.id}", "state": done.state.value})
