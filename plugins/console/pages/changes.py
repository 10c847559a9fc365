"""The list of change requests, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.cab import reading
from include.contracts.incident import Incident
from include.store.changes import Version
from include.store.times import from_text, to_text
from include.triage.reading import reader
from plugins.console.pages.incidents import Cursor
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

PAGE = 30


@dataclass(frozen=True)
class Packaged:
    """One version of a package."""

    version: int
    drafted_at: datetime
    run_id: str

    @classmethod
    def of(cls, head: Version) -> Packaged:
        return cls(head.version, from_text(head.drafted_at), head.run_id)


@dataclass(frozen=True)
class Row:
    change: Incident
    requester_name: str
    owner_name: str
    package: Packaged | None


@dataclass(frozen=True)
class Listing:
    """`after` leads to the next page; None on the last."""

    changes: list[Row]
    first_page: bool
    after: str | None


@pages.page("", template="changes.html")
def listed(visit: Visiting, after: Cursor = None) -> Listing:
    """The newest change requests that this person may read."""
    opened_at, _, last_id = (after or "").partition("~")
    with visit.store.read() as conn:
        who = reader(conn, visit.catalogue, visit.person)
        found = reading.listed(conn, who, after=(opened_at, last_id) if after else None, limit=PAGE + 1)
        shown, more = found[:PAGE], found[PAGE:]
        newest = reading.newest_packages(conn, who, shown)
    rows = [
        Row(
            item,
            visit.full_name(item.principal),
            visit.full_name(item.owner),
            Packaged.of(newest[item.id]) if item.id in newest else None,
        )
        for item in shown
    ]
    return Listing(rows, after is None, f"{to_text(shown[-1].opened_at)}~{shown[-1].id}" if more else None)
