"""The list of reviews of scripts, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from include.reviewing import sight
from include.store import script_reports
from include.store.script_reports import Counts
from include.store.script_reviews import Review
from include.store.times import to_text
from plugins.console.pages.incidents import Cursor
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

PAGE = 30


@dataclass(frozen=True)
class Row:
    """`counts` and `version` are the report's; None while there is none. `owner_name` is the repository's owner."""

    review: Review
    owner_name: str
    version: int | None
    counts: Counts | None


@dataclass(frozen=True)
class Listing:
    """`after` leads to the next page; None on the last."""

    reviews: list[Row]
    first_page: bool
    after: str | None


@pages.page("", template="reviews.html")
def listed(visit: Visiting, after: Cursor = None) -> Listing:
    """The newest reviews that this person may read."""
    asked_at, _, last_id = (after or "").partition("~")
    with visit.store.read() as conn:
        at = (asked_at, last_id) if after else None
        found = sight.listed(conn, visit.catalogue, visit.person, after=at, limit=PAGE + 1)
        shown, more = found[:PAGE], found[PAGE:]
        heads = script_reports.heads(conn, [each.said_by for each in shown])
    rows = []
    for each in shown:
        version, counts = heads.get(each.said_by, (None, None))
        owner = sight.home_of(visit.catalogue, each.repository).owner
        rows.append(Row(each, visit.full_name(owner), version, counts))
    return Listing(rows, after is None, f"{to_text(shown[-1].asked_at)}~{shown[-1].id}" if more else None)
