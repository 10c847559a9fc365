"""Draft a briefing from what its reads gave, hold it against the evidence, keep it as a version."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Brief
from include.contracts.evidence import Evidence, Gap, GapKind
from include.contracts.incident import Incident
from include.policy.labels import label_of
from include.store import briefs, ledger, reads
from include.store.database import Store, now
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import DRAFT
from include.triage.assemble import assemble
from include.triage.begin import classify, require_claim
from include.triage.subject import subject_of


@dataclass(frozen=True)
class Drafted:
    """Counts for the task's log; `new` is False where the same content was there as a version already."""

    version: int
    new: bool
    facts: int
    gaps: int


@stage(DRAFT)
def draft_brief(store: Store, catalogue: Catalogue, *, incident_id: str, briefing: int, run: str) -> Drafted:
    """Draft from everything on record now; a read that was cleared and succeeded since makes the next version.

    Drafting takes its time, so it is done over a snapshot, and nobody has to wait for it. Where another draft was kept
    meanwhile, that one may know more than our snapshot: it is done again, and this once everybody waits.

    :raises Ungrounded: what is left of the draft does not hold against its evidence
    """
    with store.read() as conn:
        subject, brief = _draft(conn, catalogue, incident_id, briefing, run)
    with store.begin() as conn:
        ledger.lock(conn)
        if brief.version != briefs.next_version(conn, incident_id):
            subject, brief = _draft(conn, catalogue, incident_id, briefing, run)
        reads.add_subject(conn, subject, incident_id=incident_id)
        version, new = briefs.add(conn, brief, briefing=briefing, run_id=run)
        if new:
            _record(conn, brief, briefing, run)
    failed = sum(gap.kind is not GapKind.NOT_ASKED for gap in brief.missing)
    note(version=version, new=new, facts=len(brief.facts), gaps=failed, drafter=brief.drafter, label=brief.label)
    return Drafted(version, new, len(brief.facts), failed)


def _draft(conn: Connection, catalogue: Catalogue, incident_id: str, briefing: int, run: str) -> tuple[Evidence, Brief]:
    """The incident's own words as evidence, and the brief; neither is kept yet."""
    incident = require_claim(conn, incident_id, briefing, run)
    at = from_text(now(conn))
    subject, alert = subject_of(conn, incident, label=label_of(catalogue, incident), at=at)
    return subject, assemble(
        catalogue=catalogue,
        incident=incident,
        classification=classify(conn, incident, briefing),
        evidence=[subject, *reads.evidence_of(conn, incident.id, briefing)],
        gaps=gaps_of(conn, incident, briefing),
        version=briefs.next_version(conn, incident.id),
        now=at,
        alert=alert,
    )


def gaps_of(conn: Connection, incident: Incident, briefing: int) -> list[Gap]:
    """Reads that failed or have not answered yet, then what was not asked."""
    kinds = {"failed": GapKind.FAILED, "planned": GapKind.PENDING}
    made = [
        Gap(
            kind=kinds[row["state"]],
            tool=row["tool"],
            params=reads.request_of(row).params,
            reason=row["reason"] or "had not answered when this was drafted",
        )
        for row in reads.of_briefing(conn, incident.id, briefing)
        if row["state"] in kinds
    ]
    return made + reads.not_asked_of(conn, incident.id, briefing)


def _record(conn: Connection, brief: Brief, briefing: int, run: str) -> None:
    payload = {
        "briefing": briefing,
        "version": brief.version,
        "drafter": brief.drafter,
        "digest": briefs.content_digest(brief),
        "label": brief.label,
        "retrieved": list(brief.retrieved),
        "used": list(brief.used),
        "facts": len(brief.facts),
        "missing": [{"tool": gap.tool, "kind": gap.kind.value} for gap in brief.missing],
        "brief": brief.to_json(),
    }
    ledger.append(conn, actor=brief.principal, kind="brief.drafted", subject=brief.incident, run=run, payload=payload)
