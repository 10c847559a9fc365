"""The last stage of a briefing: tell the people, and close the briefing in the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Intent
from include.delivery.endpoints import Endpoints
from include.delivery.escalate import Escalating, escalate
from include.delivery.pass_on import pass_on
from include.delivery.send import send
from include.drafting.render_markdown import render_markdown
from include.store import briefs, dispatches, ledger, reads
from include.store.database import Store
from include.store.times import from_text
from include.telemetry.spans import ended, note, stage
from include.telemetry.stages import BRIEFING_ENDED, ESCALATE
from include.triage.begin import classify, require_claim


@dataclass(frozen=True)
class Escalated:
    """`sent` is False where the page had been sent before, or could not be yet: then `reconcile` goes on.

    `delivery_id` None: nobody is paged, as nobody knows what is wanted; a person has a task.
    """

    ticket: int
    delivery_id: str | None
    sent: bool


@stage(ESCALATE)
def escalate_briefing(
    store: Store, catalogue: Catalogue, *, incident_id: str, briefing: int, run: str, link: str, endpoints: Endpoints
) -> Escalated:
    """Ticket, comment and page in one transaction; then send the page. What is unclear becomes a person's task instead.

    :raises Conflict: this run does not have the briefing
    """
    with store.begin() as conn:
        ledger.lock(conn)
        incident = require_claim(conn, incident_id, briefing, run)
        row = briefs.latest(conn, incident_id, briefing)
        brief = briefs.read(row) if row is not None else None
        if classify(conn, incident, briefing).intent is Intent.UNCLEAR:
            passed = pass_on(conn, catalogue, incident, run=run)
            dispatches.finish(conn, incident_id, briefing, "briefed" if brief is not None else "escalated")
            return Escalated(passed.ticket, None, False)
        text = ""
        if brief is not None:
            evidence = reads.evidence_by_ids(conn, brief.retrieved)
            owner = catalogue.people.get(incident.owner)
            zone = owner.time_zone if owner is not None else catalogue.settings.time_zone
            text = render_markdown(brief, evidence, time_zone=zone)
        reason = brief.escalation.reason if brief is not None else "the brief could not be drafted; see the failed task"
        what = Escalating(incident, briefing, brief, text, reason, link, run)
        done = escalate(conn, catalogue, what)
        state = "briefed" if brief is not None else "escalated"
        asked = dispatches.get(conn, incident_id, briefing)
        finished = dispatches.finish(conn, incident_id, briefing, state)
    if asked is not None and finished:
        ended(BRIEFING_ENDED, begun=from_text(asked["created_at"]), incident=incident_id, briefing=briefing, state=state)
    sent = send(store, catalogue, done.delivery_id, endpoints)
    note(state=state, sent=sent)
    return Escalated(done.ticket, done.delivery_id, sent)
