"""One hold: what is to be decided, and what changed since. The open page never changes by itself; it asks, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query

from include.holds import reading
from include.store import statements
from plugins.console.holding import Shown, shown, today
from plugins.console.signing import roots_of
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

HoldPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Seen = Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")]
Revision = Annotated[int, Query(ge=0, le=1_000_000_000)]


@dataclass(frozen=True)
class Changed:
    """Has it moved on since the page was opened? `page`: what is decided on is shown otherwise now, and votes on it are void."""

    hold_id: str
    changed: bool
    page: bool
    state: str


@pages.page("/{hold_id}", template="hold.html")
def hold(visit: Visiting, hold_id: HoldPath) -> Shown:
    """Everything that is decided on, whole."""
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        return shown(visit, conn, roots, item)


@pages.page("/{hold_id}/changed", template="hold_changed.html", last=lambda view: view.changed)
def changed(visit: Visiting, hold_id: HoldPath, revision: Revision, votes: Revision, view: Seen = "") -> Changed:
    """Asked by the open page: is it still what would be shown? `votes` counts the statements about the hold."""
    roots = roots_of(visit)
    with visit.store.read() as conn:
        item = reading.hold(conn, reading.reader(conn, roots, visit.person), hold_id)
        _, digest, _ = today(conn, roots, hold_id)
        said = len(statements.of_subject(conn, hold_id))
    page = (digest or "") != view
    return Changed(hold_id, page or (item.revision, said) != (revision, votes), page, item.state.value)
