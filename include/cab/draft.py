"""Draft a change request's package from notes, assessment and evidence; hold it against them; keep it as a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from include.alerts.classify import classify_question
from include.cab.quotes import quotes_of
from include.cab.sight import in_sight
from include.cab.subject import services_of, subject_of
from include.catalogue.catalogue import Catalogue
from include.contracts.cab import CabPackage
from include.contracts.errors import Conflict, Ungrounded
from include.contracts.evidence import Evidence, GapKind
from include.drafting.cab.check import check_package, keep_grounded
from include.drafting.cab.context import CabContext
from include.drafting.cab.extractive import draft as draft_extractive
from include.drafting.fact_check import by_id
from include.policy.labels import label_of
from include.store import changes, ledger, reads
from include.store.database import Store, day, now
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import PACKAGE
from include.triage.begin import require_claim
from include.triage.draft import gaps_of

Drafter = Callable[[CabContext], CabPackage]


@dataclass(frozen=True)
class Drafted:
    """Counts for the task's log; `new` is False where the same content was there as a version already."""

    version: int
    new: bool
    facts: int
    gaps: int


@stage(PACKAGE)
def draft_package(
    store: Store, catalogue: Catalogue, *, change_id: str, briefing: int, run: str, draft: Drafter = draft_extractive
) -> Drafted:
    """Draft from everything on record now; a read that was cleared and succeeded since makes the next version.

    :raises Conflict: this run does not have the preparation, or nothing was assessed in it
    :raises Ungrounded: what is left of the draft does not hold against its evidence
    """
    with store.read() as conn:  # over a snapshot: nobody has to wait for it
        notes, package = _draft(conn, catalogue, change_id, briefing, run, draft)
    with store.begin() as conn:
        ledger.lock(conn)
        if package.version != changes.next_version(conn, change_id):  # another draft was kept meanwhile
            notes, package = _draft(conn, catalogue, change_id, briefing, run, draft)
        reads.add_subject(conn, notes, incident_id=change_id)
        version, new = changes.add_package(conn, package, briefing=briefing, run_id=run)
        if new:
            _record(conn, package, briefing, run)
    failed = sum(gap.kind is not GapKind.NOT_ASKED for gap in package.missing)
    note(drafter=package.drafter, version=version, new=new, facts=len(package.facts), gaps=failed)
    return Drafted(version, new, len(package.facts), failed)


def _draft(
    conn: Connection, catalogue: Catalogue, change_id: str, briefing: int, run: str, draft: Drafter
) -> tuple[Evidence, CabPackage]:
    """The notes as evidence, and the package; neither is kept yet."""
    item = require_claim(conn, change_id, briefing, run)
    found = changes.assessment_of(conn, change_id, briefing)
    if found is None:
        raise Conflict("Nothing was assessed yet.", next_step="clear the task assess_change; it may be that it failed")
    at = from_text(now(conn))
    subject = subject_of(changes.notes_of(conn, change_id), item, label=label_of(catalogue, item), at=at)
    evidence = reads.evidence_of(conn, change_id, briefing)
    return subject.evidence, assemble(
        CabContext(
            change=item,
            classification=classify_question(item.title),
            catalogue=in_sight(catalogue, item.principal, str(item.environment), today=day(conn)),
            assessment=found,
            services=services_of(subject.document, catalogue, item.principal, str(item.environment), today=day(conn)),
            notes=subject.evidence,
            quotes=quotes_of(subject.document, subject.evidence),
            evidence=tuple(evidence),
            gaps=tuple(gaps_of(conn, item, briefing)),
            version=changes.next_version(conn, change_id),
            now=at,
        ),
        draft,
    )


def assemble(context: CabContext, draft: Drafter = draft_extractive) -> CabPackage:
    """A package in which every fact holds.

    :raises Ungrounded: where even what was left after taking the ungrounded parts out does not hold
    """
    package, evidence = draft(context), by_id([context.notes, *context.evidence])
    try:
        check_package(package, evidence, context.catalogue)
    except Ungrounded:
        package = keep_grounded(package, evidence)
        check_package(package, evidence, context.catalogue)
    return package


def _record(conn: Connection, package: CabPackage, briefing: int, run: str) -> None:
    payload = {
        "briefing": briefing,
        "version": package.version,
        "drafter": package.drafter,
        "digest": changes.content_digest(package),
        "label": package.label,
        "retrieved": list(package.retrieved),
        "used": list(package.used),
        "facts": len(package.facts),
        "missing": [{"tool": gap.tool, "kind": gap.kind.value} for gap in package.missing],
        "package": package.to_json(),
    }
    ledger.append(conn, actor=package.principal, kind="package.drafted", subject=package.change, run=run, payload=payload)
