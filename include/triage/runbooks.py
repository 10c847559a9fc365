"""Runbooks and known issues for a briefing, as evidence like any other read."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.evidence import ReadRequest
from include.contracts.incident import Incident, Intent
from include.contracts.tools.query_approved_runbook import CONTRACT, RunbookPassages, RunbookQuery
from include.evidence.build import build_evidence
from include.retrieval.quarantine import held_back
from include.retrieval.search import search
from include.store import ledger, messages, reads
from include.store.database import Store, day, new_id, now
from include.store.redacted_model import redact_model
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import RETRIEVE
from include.triage.begin import classify, require_claim


@stage(RETRIEVE)
def retrieve(store: Store, catalogue: Catalogue, *, incident_id: str, briefing: int, run: str) -> str | None:
    """Search with the incident's own words and keep what was found. Returns the evidence's id; None when nothing was found.

    For what nobody understands nothing is searched: a person has to say first what is wanted.
    """
    with store.read() as conn:
        incident = require_claim(conn, incident_id, briefing, run)
        if classify(conn, incident, briefing).intent is Intent.UNCLEAR:
            return None
        alerts = messages.alerts_of(conn, incident_id, limit=5)
        misleading = held_back(conn)
        today = day(conn)
    alert = next((item.labels.get("alertname") or item.title for item in alerts), None)
    words = " ".join([incident.question or incident.title, *(item.description for item in alerts)])[:1_000]
    query = RunbookQuery(words=words or incident.title, service=incident.service)
    found = search(catalogue, incident.principal, query, today=today, quarantined=misleading, alert=alert)
    note(source="runbooks", hits=len(found.hits))
    return _keep(store, catalogue, incident, briefing, run, query, found) if found.hits else None


def _keep(
    store: Store,
    catalogue: Catalogue,
    incident: Incident,
    briefing: int,
    run: str,
    query: RunbookQuery,
    found: RunbookPassages,
) -> str:
    label = catalogue.highest(tuple(hit.label for hit in found.hits))
    request = ReadRequest(tool=CONTRACT.name, params=query.to_json())
    with store.begin() as conn:
        ledger.lock(conn)
        read_id = reads.plan_one(conn, incident.id, briefing, incident.principal, request, label)
        evidence = build_evidence(
            id=new_id("ev"),
            request=request,
            principal=incident.principal,
            label=label,
            place="approved runbooks",
            output=redact_model(found),
            collected_at=from_text(now(conn)),
        )
        reads.answered(conn, read_id, evidence, incident.id)
        payload = {
            "read": read_id,
            **request.to_json(),
            "evidence": evidence.id,
            "label": label,
            "digest": evidence.digest,
            "retrieved": [hit.runbook for hit in found.hits],
        }
        ledger.append(conn, actor=incident.principal, kind="tool.called", subject=incident.id, run=run, payload=payload)
    note(read=read_id, evidence=evidence.id, label=label, characters=len(evidence.text))
    return evidence.id
