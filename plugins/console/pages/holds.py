"""The list of holds: what waits for this person first, then what waits for others, then what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from include.contracts.errors import HoldpointError
from include.contracts.hold import Hold
from include.holds import reading
from include.store import holds
from include.store.database import now
from include.store.times import from_text, to_text
from plugins.console.signing import roots_of
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

PAGE = 30
WAITING = 200  # more than one person can decide on; the rest is said, not hidden
Cursor = Annotated[str | None, Query(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z~[a-z0-9_.-]{1,64}$")]


@dataclass(frozen=True)
class Row:
    """A hold and the services it touches; how long it had waited, and had left to be approved, when the list was made."""

    hold: Hold
    services: tuple[str, ...]
    waits_s: int
    left_s: int


@dataclass(frozen=True)
class Listing:
    """`mine` waits for this person, `others` for somebody else; `decided` is a page of all that waits for nobody."""

    mine: list[Row]
    others: list[Row]
    more_wait: bool
    decided: list[Row]
    first_page: bool
    after: str | None


@pages.page("", template="holds.html")
def listed(visit: Visiting, after: Cursor = None) -> Listing:
    """Holds that this person may read, those that end first on top."""
    at, _, last_id = (after or "").partition("~")
    with visit.store.read() as conn:
        who = reading.reader(conn, roots_of(visit), visit.person)
        waiting = [] if after else reading.waiting(conn, who, limit=WAITING + 1)
        mine = {hold.id for hold in waiting if _waits_for(conn, who, hold)}
        found = reading.decided(conn, who, after=(at, last_id) if after else None, limit=PAGE + 1)
        shown, more = found[:PAGE], found[PAGE:]
        at_now = from_text(now(conn))
        rows = {hold.id: _row(conn, hold, at_now) for hold in (*waiting[:WAITING], *shown)}
    return Listing(
        mine=[rows[hold.id] for hold in waiting[:WAITING] if hold.id in mine],
        others=[rows[hold.id] for hold in waiting[:WAITING] if hold.id not in mine],
        more_wait=len(waiting) > WAITING,
        decided=[rows[hold.id] for hold in shown],
        first_page=after is None,
        after=f"{to_text(shown[-1].proposed_at)}~{shown[-1].id}" if more else None,
    )


def _waits_for(conn: Connection, who: reading.Reader, hold: Hold) -> bool:
    """Where a stored statement is none, the hold's own page says so; the list stands."""
    try:
        return reading.waits_for(conn, who, hold)
    except HoldpointError:
        return False


def _row(conn: Connection, hold: Hold, at: datetime) -> Row:
    waits, left = at - hold.proposed_at, hold.approve_by - at
    return Row(hold, holds.services_of(conn, hold.id), int(waits.total_seconds()), int(left.total_seconds()))
