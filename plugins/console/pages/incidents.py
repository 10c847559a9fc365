"""The list of incidents, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query

from include.contracts.incident import Incident
from include.store.briefs import Version
from include.store.times import from_text, to_text
from include.triage import reading
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

PAGE = 30
Cursor = Annotated[str | None, Query(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z~[a-z0-9_.-]{1,64}$")]


@dataclass(frozen=True)
class Drafted:
    """One version of a brief."""

    version: int
    drafted_at: datetime
    run_id: str

    @classmethod
    def of(cls, head: Version) -> Drafted:
        return cls(head.version, from_text(head.drafted_at), head.run_id)


@dataclass(frozen=True)
class Row:
    incident: Incident
    owner_name: str
    brief: Drafted | None


@dataclass(frozen=True)
class Listing:
    """`after` leads to the next page; None on the last."""

    incidents: list[Row]
    first_page: bool
    after: str | None


@pages.page("", template="incidents.html")
def listed(visit: Visiting, after: Cursor = None) -> Listing:
    """The newest incidents that this person may read."""
    opened_at, _, last_id = (after or "").partition("~")
    with visit.store.read() as conn:
        who = reading.reader(conn, visit.catalogue, visit.person)
        found = reading.listed(conn, who, after=(opened_at, last_id) if after else None, limit=PAGE + 1)
        shown, more = found[:PAGE], found[PAGE:]
        newest = reading.newest_briefs(conn, who, shown)
    rows = [Row(item, visit.full_name(item.owner), Drafted.of(newest[item.id]) if item.id in newest else None) for item in shown]
    return Listing(rows, after is None, f"{to_text(shown[-1].opened_at)}~{shown[-1].id}" if more else None)
