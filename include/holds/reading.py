"""Which holds a person may read, and which wait for them. What they may not read is, to them, not there (H12).

A hold is read by whoever's grants clear the classification of every service it touches and of the tools that act there, by who
may release changes of all of them, and by its proposer and contributors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, or_

from include.contracts.catalogue import Person, Service
from include.contracts.errors import NotFound, Refused
from include.contracts.hold import Hold, HoldState, Way
from include.contracts.plan import Plan
from include.contracts.statement import Vote
from include.contracts.tools import production_tools, tool
from include.holds.digest import read_statement
from include.holds.states import WAITING
from include.holds.trust import TrustRoots
from include.holds.view import stored_plan
from include.policy.permit import clears
from include.store import holds, statements, uses
from include.store.database import day
from include.store.tables.hold import hold as hold_table
from include.store.tables.hold import hold_service
from include.store.tables.hold import statement as statement_table


@dataclass(frozen=True)
class Reader:
    """A person, what is believed, and the day it is."""

    roots: TrustRoots
    person: Person
    today: date

    @property
    def services(self) -> frozenset[str]:
        """The services that this person may read of, or release changes of."""
        return frozenset(
            name
            for name, row in self.roots.catalogue.services.items()
            if row.change_role in self.person.roles
            or clears(self.roots.catalogue, self.person.name, _labels(row), name, today=self.today)
        )


def _labels(service: Service) -> tuple[str, ...]:
    """What a plan for the service may be made of: its own classification, and those of the tools that act on its systems."""
    tools = [contract for contract in production_tools() if contract.system in service.systems]
    return (service.classification, *(label for each in tools for label in (each.label, tool(each.read_back).label)))


def reader(conn: Connection, roots: TrustRoots, person: Person) -> Reader:
    """The person as a reader today, by the store's clock."""
    return Reader(roots, person, day(conn))


def hold(conn: Connection, who: Reader, hold_id: str) -> Hold:
    """The hold; NotFound where there is none for this person."""
    try:
        found = holds.get(conn, hold_id)
    except NotFound:
        raise _nothing() from None
    touched = frozenset(holds.services_of(conn, hold_id))  # none: nobody knows what it touches, so it clears nobody
    if (touched and touched <= who.services) or who.person.name in _contributors(conn, found) or _reviews(conn, who, hold_id):
        return found
    raise _nothing()


def _reviews(conn: Connection, who: Reader, hold_id: str) -> bool:
    """Who reviews emergencies may read those that were released as one: else nobody without a part in them could."""
    mine = who.roots.catalogue.settings.emergency_review_role in who.person.roles
    return mine and any(use.hold_id == hold_id for use in uses.of_way(conn, Way.EMERGENCY))


def waiting(conn: Connection, who: Reader, *, limit: int) -> list[Hold]:
    """Holds that wait for a decision, first those whose time ends first."""
    rows = holds.waiting(conn, _readable(who), states=(HoldState.PROPOSED,), limit=limit)
    return [holds.from_row(row) for row in rows]


def decided(conn: Connection, who: Reader, *, after: tuple[str, str] | None, limit: int) -> list[Hold]:
    """Holds that wait for no decision, the newest first, from the one after (proposed_at as stored, id) on."""
    condition = hold_table.c.state != HoldState.PROPOSED.value
    return [holds.from_row(row) for row in holds.listed(conn, condition & _readable(who), after=after, limit=limit)]


def waits_for(conn: Connection, who: Reader, item: Hold) -> bool:
    """May this person still decide on it, as far as can be told before they sign?"""
    if item.state not in WAITING or who.person.name in _contributors(conn, item):
        return False
    plan = _plan(conn, item)
    if plan is None or not set(plan.quorum.roles) <= set(who.person.roles):
        return False
    return all(who.person.name != vote.person for vote in votes(conn, item.id))


def votes(conn: Connection, hold_id: str) -> list[Vote]:
    """The votes as they lie in the store, in their order; `release.judge` says which of them count."""
    found = (read_statement(row.body) for row in statements.of_subject(conn, hold_id) if row.type == "holdpoint.vote.v1")
    return [said for said in found if isinstance(said, Vote)]


def _nothing() -> NotFound:
    return NotFound("There is no such hold, or none that you may read.", next_step="look through the list of holds")


def _readable(who: Reader) -> ColumnElement[bool]:
    """True of the rows of `hold` that `hold()` would give, but for contributors to what it supersedes."""
    touched = exists().where(hold_service.c.hold_id == hold_table.c.id)
    foreign = touched.where(hold_service.c.service.not_in(sorted(who.services)))
    own = exists().where(
        statement_table.c.subject == hold_table.c.id,
        statement_table.c.type == "holdpoint.proposal.v1",
        statement_table.c.person == who.person.name,
    )
    return or_(and_(touched, ~foreign), own)


def _contributors(conn: Connection, item: Hold) -> tuple[str, ...]:
    plan = _plan(conn, item)
    return plan.contributors if plan is not None else ()


def _plan(conn: Connection, item: Hold) -> Plan | None:
    """None where the stored plan is not the one that was proposed: then nobody contributed, and nobody decides."""
    try:
        return stored_plan(conn, item)
    except Refused:
        return None
