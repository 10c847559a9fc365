"""Edit a plan: another request makes another plan, shown in words, then proposed with the editor's signature."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Path
from pydantic import StringConstraints

from include.contracts.base import Contract
from include.contracts.errors import BadInput, Conflict
from include.contracts.hold import Hold
from include.contracts.key import SigningKey
from include.holds import reading
from include.holds.derive import request_of
from include.holds.digest import read_plan
from include.holds.gather import ring_of
from include.holds.propose import propose
from include.holds.request import MAX_BYTES, read_request
from include.holds.states import WAITING
from include.holds.view import stored_plan
from plugins.console.proposing import PLAN_BYTES, Proposed, ToSign, ask_proposal, drafted, proposed
from plugins.console.signing import passkeys, roots_of
from plugins.console.web.sending import Sending
from plugins.console.web.templating import words
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visiting

pages = Pages()

HoldPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
REQUEST_BYTES = 2 * MAX_BYTES  # as JSON within JSON, where quotes are escaped


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


@pages.action("/{hold_id}/draft", max_bytes=REQUEST_BYTES)
def draft_edit(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """What the request makes, for the editor to read before signing."""
    wanted = read_request(sent.read(Wanted).request.encode())
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        return Done(f"/holds/{hold_id}/edit", drafted(visit, conn, roots, wanted, supersedes=item.id))


@pages.action("/{hold_id}/propose/ask", max_bytes=PLAN_BYTES)
def ask_edit(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """The proposal of a drafted plan, for the passkey."""
    wanted = sent.read(ToSign)
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        return Done(f"/holds/{hold_id}/edit", ask_proposal(visit, conn, roots, wanted, item.environment))


@pages.action("/{hold_id}/propose", max_bytes=PLAN_BYTES)
def propose_edit(visit: Visiting, sent: Sending, hold_id: HoldPath) -> Done:
    """A drafted plan with its signed proposal: it supersedes the hold that was edited."""
    wanted = sent.read(Proposed)
    if read_plan(wanted.plan).supersedes != hold_id:
        raise BadInput("This plan edits another hold.", next_step="open that hold and edit it there")
    return Done(*proposed(visit, wanted, partial(propose, visit.store, roots_of(visit))))
