"""Assess a change request within what its principal may know: the catalogue, other changes, open incidents, freezes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, RowMapping, and_

from include.cab.sight import in_sight
from include.catalogue.catalogue import Catalogue
from include.changes.affected import affected
from include.changes.assess import assess
from include.changes.claims import set_aside
from include.changes.conflicts import Span, span_of
from include.changes.places import lay_out
from include.changes.read import read_notes
from include.changes.risk import DEFAULT
from include.changes.window import find_window
from include.contracts.change import Assessment, OpenIncident, OtherChange
from include.contracts.errors import BadInput
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.contracts.plan import Plan
from include.holds.digest import read_plan
from include.holds.states import WAITING
from include.policy.permit import clears
from include.policy.readable import readable
from include.store import changes, holds, incidents, ledger, plans
from include.store.database import Store, day, now
from include.store.redacted_model import redact_model
from include.store.tables.hold import hold
from include.store.tables.incident import incident
from include.store.times import from_text
from include.telemetry.spans import stage
from include.telemetry.stages import ASSESS
from include.triage.begin import require_claim

_TROUBLE = (IncidentKind.ALERT, IncidentKind.UMBRELLA)
MAX_OTHERS = 100


@stage(ASSESS)
def assess_change(store: Store, catalogue: Catalogue, *, change_id: str, briefing: int, run: str) -> Assessment:
    """Judge and keep the judgement.

    :raises Conflict: this run does not have the preparation
    """
    with store.read() as conn:
        item = require_claim(conn, change_id, briefing, run)
        found = judged(conn, catalogue, item)
    with store.begin() as conn:
        ledger.lock(conn)
        require_claim(conn, change_id, briefing, run)
        changes.keep_assessment(conn, change_id, briefing, found, at=now(conn))
        payload = {
            "briefing": briefing,
            "rollback": found.rollback.value,
            "validation": found.validation.value,
            "type": found.type.value,
            "risk": found.risk.level,
            "services": sorted({each.service for each in found.affected if each.service}),
            "unmatched": len(found.unmatched),
            "conflicts": [each.kind for each in found.conflicts],
            "findings": [each.rule for each in found.findings][:100],
        }
        ledger.append(conn, actor=item.principal, kind="change.assessed", subject=change_id, run=run, payload=payload)
    return found


def judged(conn: Connection, catalogue: Catalogue, item: Incident) -> Assessment:
    """The assessment of a request as things stand now."""
    environment, today = str(item.environment), day(conn)
    document = read_notes(changes.notes_of(conn, item.id).text)
    sight = in_sight(catalogue, item.principal, environment, today=today)
    layout = lay_out(set_aside(document)[0])
    touched = frozenset(str(each.service) for each in affected(layout, sight) if each.service)
    condition = readable(catalogue, item.principal, today=today)
    found = assess(
        document,
        sight,
        environment=environment,
        overlapping=tuple(_overlapping(conn, catalogue, condition, item, span_of(find_window(layout)))),
        incidents=_incidents(conn, condition, environment, touched),
        weights=DEFAULT.with_points(catalogue.settings.change_risk_points),
    )
    return redact_model(found)  # it quotes the notes without their marks, which may have parted a secret from its name


def _overlapping(
    conn: Connection, catalogue: Catalogue, condition: ColumnElement[bool], item: Incident, span: Span | None
) -> Iterator[OtherChange]:
    """What is planned for the time of the request; without a time, nothing can be compared."""
    if span is not None:
        yield from _requests(conn, condition, item, span)
        yield from _holds(conn, catalogue, item)


def _requests(conn: Connection, condition: ColumnElement[bool], item: Incident, span: Span) -> Iterator[OtherChange]:
    """Other change requests of this environment whose window is certain."""
    mine = and_(condition, incident.c.environment == item.environment, incident.c.kind == IncidentKind.CHANGE.value)
    for row in changes.planned(conn, mine, but=item.id, since=span[0], until=span[1]):
        start, end = from_text(row["starts_at"]), from_text(row["ends_at"])
        yield OtherChange(id=row["change_id"], services=tuple(json.loads(row["services"])), start=start, end=end)


def _holds(conn: Connection, catalogue: Catalogue, item: Incident) -> Iterator[OtherChange]:
    """Plans that wait for their release or have it: in their window, or, without one, until they expire."""
    for row in _waiting(conn, hold.c.environment == item.environment):
        with suppress(BadInput):  # what is no plan any more is the hold's own trouble, and its page says so
            plan = read_plan(plans.get_body(conn, row["plan_id"]))
            if plan.incident != item.id and _may_know(conn, catalogue, item.principal, plan):
                start, end = (plan.window.start, plan.window.end) if plan.window else (plan.proposed_at, plan.execute_by)
                yield OtherChange(id=plan.hold, services=plan.services, start=start, end=end)


def _waiting(conn: Connection, here: ColumnElement[bool]) -> Iterator[RowMapping]:
    """All of them, a page at a time: what the principal may not know of crowds out nothing."""
    after: tuple[str, str] | None = None
    while rows := holds.waiting(conn, here, states=WAITING, after=after, limit=MAX_OTHERS):
        yield from rows
        after = rows[-1]["approve_by"], rows[-1]["id"]


def _may_know(conn: Connection, catalogue: Catalogue, principal: str, plan: Plan) -> bool:
    today = day(conn)
    return all(
        name in catalogue.services and clears(catalogue, principal, (catalogue.service(name).classification,), name, today=today)
        for name in plan.services
    )


def _incidents(
    conn: Connection, condition: ColumnElement[bool], environment: str, touched: Collection[str]
) -> list[OpenIncident]:
    trouble = incident.c.kind.in_([kind.value for kind in _TROUBLE])
    here = and_(incident.c.environment == environment, incident.c.service.in_(touched))
    mine = and_(condition, here, trouble, incident.c.status == IncidentStatus.OPEN.value)
    rows = incidents.page(conn, mine, after=None, limit=MAX_OTHERS)
    return [OpenIncident(id=row["id"], service=row["service"], title=row["title"]) for row in rows]
