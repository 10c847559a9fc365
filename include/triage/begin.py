"""The first stage of a briefing: claim it for this run, classify it, plan its reads. No tool has run before this is on record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.alerts.classify import as_chosen, as_passed_on, classify_alert, classify_question
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import Conflict, NotFound
from include.contracts.incident import Classification, Incident, IncidentKind
from include.evidence.plan import plan_reads
from include.store import dispatches, incidents, ledger, messages, reads
from include.store.database import Store, day
from include.telemetry.spans import note, stage
from include.telemetry.stages import BEGIN


@dataclass(frozen=True)
class Begun:
    """Ids, for the tasks that follow."""

    incident_id: str
    briefing: int
    read_ids: tuple[str, ...]


@stage(BEGIN)
def begin(store: Store, catalogue: Catalogue, *, incident_id: str, briefing: int, run: str) -> Begun:
    """Claim and plan; asked again by the same run it changes nothing and gives the same answer.

    :raises Conflict: another run has this briefing
    :raises NotFound: no such incident
    """
    with store.begin() as conn:
        ledger.lock(conn)
        incident = incidents.get(conn, incident_id)
        if incident.kind is IncidentKind.CHANGE:  # which nobody is paged for
            raise NotFound(f"{incident_id} is a change request.", next_step="start the DAG change_request for it")
        if not dispatches.claim(conn, incident_id, briefing, run):
            raise Conflict(
                f"The briefing {briefing} of {incident_id} belongs to another run.",
                next_step="nothing to do: that run drafts it; ./holdpoint incidents show names it",
            )
        classification = classify(conn, incident, briefing)
        today = day(conn)
        plan = plan_reads(catalogue, incident, classification, today=today)
        requests = [(planned.request, planned.label) for planned in plan.reads]
        note(reads=len(plan.reads), not_asked=len(plan.not_asked), risk=classification.risk.value)
        read_ids = reads.plan(conn, incident_id=incident_id, briefing=briefing, principal=incident.principal, requests=requests)
        reads.keep_not_asked(conn, incident_id, briefing, plan.not_asked)
        payload = {
            "briefing": briefing,
            "classification": classification.to_json(),
            "catalogue": catalogue.revision,
            "principal": incident.principal,
            "reads": [{"id": read_id} for read_id in read_ids],
            "not_asked": len(plan.not_asked),
        }
        ledger.append(conn, actor=incident.principal, kind="briefing.begun", subject=incident_id, run=run, payload=payload)
    return Begun(incident_id, briefing, tuple(read_ids))


def classify(conn: Connection, incident: Incident, briefing: int) -> Classification:
    """Intent and risk from the incident's own words, by fixed rules; of a question also as the person chose."""
    if incident.kind is IncidentKind.QUESTION:
        found = classify_question(incident.question or incident.title)
        row = dispatches.get(conn, incident.id, briefing)
        said = {dispatches.CHOSEN: as_chosen, dispatches.PERSON: as_passed_on}.get(row["reason"] if row is not None else "")
        return said(found) if said is not None else found
    return classify_alert(incident, messages.alerts_of(conn, incident.id, limit=20))


def require_claim(conn: Connection, incident_id: str, briefing: int, run: str) -> Incident:
    """The incident, if this run has the briefing; every later stage asks again, because a task's state proves nothing."""
    if not dispatches.holds(conn, incident_id, briefing, run):
        raise Conflict(
            f"This run does not have the briefing {briefing} of {incident_id}.",
            next_step="look at the run that claimed it; this one has nothing to do",
        )
    return incidents.get(conn, incident_id)
