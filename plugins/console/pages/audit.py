"""The audit review: a week's random sample and its sign-off; and incidents that the agent has caused."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy import Connection

from include.contracts.base import Contract, Digest
from include.contracts.errors import Denied
from include.fleet import agent_caused, review
from include.fleet.asking import Asking
from include.store.times import from_text
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

Words = Annotated[str, Field(max_length=20_000)]  # how many there may be the core says, so that it can say what to do
Week = Annotated[str, Query(max_length=20)]
IncidentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Asked = Annotated[str, Query(max_length=64, pattern=r"^[a-z0-9_.-]*$")]
SHOWN_CHARS = 4_000


class SignOff(Contract):
    week: Annotated[str, Field(max_length=20)]
    seed: Digest
    found: Words


class Caused(Contract):
    incident: IncidentId
    reason: Words


class Reviewed(Contract):
    incident: IncidentId
    found: Words


@dataclass(frozen=True)
class Entered:
    """The number of the ledger's entry."""

    entry: int


@dataclass(frozen=True)
class Audit:
    """`sample` as `./holdpoint audit sample --json` has it; None for who is not of the audit review. `caused`: incidents of the
    last 28 days, and all whose review is open. `incident` is what the form begins with."""

    sample: dict[str, Any] | None
    reviewer: str
    may_sign: bool
    caused: Sequence[dict[str, Any]]
    may_review: bool
    incident: str

    @staticmethod
    def at(entry: dict[str, Any]) -> datetime | None:
        """When it was entered; None for what is no time, which only tampering brings."""
        try:
            return from_text(entry["at"])
        except ValueError:
            return None

    @staticmethod
    def pretty(payload: dict[str, Any]) -> str:
        """A payload for people, cut where it is very long."""
        text = json.dumps(payload, ensure_ascii=False, indent=2)
        return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}\n… {len(text)} characters in all"


@pages.page("", template="audit.html")
def shown(visit: Visiting, week: Week = "", incident: Asked = "") -> Audit:
    """The sample of a week, for who does the review; of the last week that is over where none is named."""
    row = review.owner_of(visit.catalogue)
    with visit.store.read() as conn:
        try:
            sample = review.sample(conn, visit.catalogue, visit.person, week.strip() or review.last_week(conn)).to_json()
        except Denied:
            sample = None
        caused = agent_caused.found(Asking.of(conn, visit.catalogue, visit.person, None, None))
    mine = review.may_sign(visit.catalogue, visit.person)
    may_review = agent_caused.may_review(visit.catalogue, visit.person)
    return Audit(sample, visit.full_name(row.accountable), mine, caused, may_review, incident)


@pages.action("/sign-off")
def sign_off(visit: Visiting, sent: Sending) -> Done:
    """This person has read that sample."""
    said = sent.read(SignOff)

    def enter(conn: Connection) -> int:
        return review.sign_off(conn, visit.catalogue, visit.person, said.week, seed=said.seed, found=said.found)

    return _entered(visit, enter, f"/audit?week={said.week}")


@pages.action("/agent-caused")
def mark(visit: Visiting, sent: Sending) -> Done:
    """The agent has caused this incident."""
    said = sent.read(Caused)
    return _entered(visit, lambda conn: agent_caused.mark(conn, visit.catalogue, visit.person, said.incident, said.reason))


@pages.action("/review")
def end_review(visit: Visiting, sent: Sending) -> Done:
    """Its owner has reviewed an incident that the agent has caused."""
    said = sent.read(Reviewed)
    return _entered(visit, lambda conn: agent_caused.review(conn, visit.catalogue, visit.person, said.incident, said.found))


def _entered(visit: Visit, enter: Callable[[Connection], int], at: str = "/audit") -> Done:
    with visit.store.begin() as conn:
        seq = enter(conn)
    return Done(at, Entered(seq))
