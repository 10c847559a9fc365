"""The last stage: a review task for the owner, with the package on it. Nobody is woken, and nothing is approved.

Marks make it idempotent: the same package is never put on the task twice, however often it is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.cab.offer import PRINCIPAL
from include.catalogue.catalogue import Catalogue
from include.contracts.cab import CabPackage
from include.contracts.incident import Incident
from include.delivery.review_task import TOOL, open_task, say
from include.drafting.cab.render_markdown import render_markdown
from include.policy.permit import Target, decide
from include.store import changes, dispatches, ledger
from include.store.database import Store, day
from include.store.times import from_text
from include.telemetry.spans import ended, stage
from include.telemetry.stages import CHANGE_ENDED, ROUTE
from include.triage.begin import require_claim


@dataclass(frozen=True)
class Routed:
    """`version` None: there was no package, and the owner is told so."""

    ticket: int
    version: int | None
    deciders: tuple[str, ...]


@stage(ROUTE)
def route(store: Store, catalogue: Catalogue, *, change_id: str, briefing: int, run: str, link: str) -> Routed:
    """The review task, in one transaction; then the preparation is over.

    :raises Conflict: this run does not have the preparation
    :raises Denied: the workflow may not open tasks; a retry changes nothing
    """
    with store.begin() as conn:
        ledger.lock(conn)
        item = require_claim(conn, change_id, briefing, run)
        row = changes.latest(conn, change_id, briefing)
        package = changes.read(row) if row is not None else None
        number = _task(conn, catalogue, item, package, briefing, link)
        request, _ = changes.offer_of(conn, change_id)
        deciders = tuple(sorted({name for each in package.deciders for name in each.people})) if package else ()
        payload = {
            "briefing": briefing,
            "ticket": f"DESK-{number}",
            "version": package.version if package else None,
            "offered": request is not None,
            "owner": item.owner,
            "deciders": list(deciders),
        }
        ledger.append(conn, actor=PRINCIPAL, kind="change.routed", subject=change_id, run=run, payload=payload)
        asked = dispatches.get(conn, change_id, briefing)
        state = "briefed" if package is not None else "escalated"
        finished = dispatches.finish(conn, change_id, briefing, state)
    if asked is not None and finished:
        ended(CHANGE_ENDED, begun=from_text(asked["created_at"]), incident=change_id, briefing=briefing, state=state)
    return Routed(number, package.version if package else None, deciders)


def _task(conn: Connection, catalogue: Catalogue, item: Incident, package: CabPackage | None, briefing: int, link: str) -> int:
    today = day(conn)
    number = open_task(conn, catalogue, item, today=today)
    if package is None:
        said = f"The change request could not be prepared; the failed task says why: {link}"
        say(conn, catalogue, number, mark=f"no-package:{item.id}:b{briefing}", text=said)
        return number
    mark = f"package:{item.id}:v{package.version}"
    target = Target(item.service, item.environment, package.label)
    if decide(catalogue, PRINCIPAL, TOOL, target, today=today).allowed:
        zone = catalogue.person(item.owner).time_zone if item.owner in catalogue.people else catalogue.settings.time_zone
        say(conn, catalogue, number, mark=mark, text=render_markdown(package, time_zone=zone), label=package.label)
    else:
        said = f"Version {package.version} of the package is classified {package.label}; open it where you are signed in: {link}"
        say(conn, catalogue, number, mark=mark, text=said)
    return number
