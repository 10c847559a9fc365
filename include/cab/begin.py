"""The first stage of a preparation: claim it for this run, see which services the notes name, plan the reads about them."""

from __future__ import annotations

from include.cab.subject import services_of
from include.catalogue.catalogue import Catalogue
from include.changes.read import read_notes
from include.contracts.errors import Conflict
from include.evidence.plan import plan_change_reads
from include.store import changes, dispatches, incidents, ledger, reads
from include.store.database import Store, day
from include.telemetry.spans import note, stage
from include.telemetry.stages import BEGIN_CHANGE
from include.triage.begin import Begun


@stage(BEGIN_CHANGE)
def begin_change(store: Store, catalogue: Catalogue, *, change_id: str, briefing: int, run: str) -> Begun:
    """Claim and plan; asked again by the same run it changes nothing and gives the same answer.

    :raises Conflict: another run has this preparation
    :raises NotFound: no such change request
    """
    with store.read() as conn:
        notes, item, today = changes.notes_of(conn, change_id), incidents.get(conn, change_id), day(conn)
    services = services_of(read_notes(notes.text), catalogue, item.principal, str(item.environment), today=today)
    with store.begin() as conn:
        ledger.lock(conn)
        if not dispatches.claim(conn, change_id, briefing, run):
            raise Conflict(
                f"The preparation {briefing} of {change_id} belongs to another run.",
                next_step="nothing to do: that run prepares it",
            )
        plan = plan_change_reads(catalogue, item, services, today=today)
        requests = [(planned.request, planned.label) for planned in plan.reads]
        read_ids = reads.plan(conn, incident_id=change_id, briefing=briefing, principal=item.principal, requests=requests)
        note(reads=len(plan.reads), not_asked=len(plan.not_asked))
        reads.keep_not_asked(conn, change_id, briefing, plan.not_asked)
        payload = {
            "briefing": briefing,
            "catalogue": catalogue.revision,
            "principal": item.principal,
            "services": list(services),
            "reads": [{"id": read_id} for read_id in read_ids],
            "not_asked": len(plan.not_asked),
        }
        ledger.append(conn, actor=item.principal, kind="change.begun", subject=change_id, run=run, payload=payload)
    return Begun(change_id, briefing, tuple(read_ids))
