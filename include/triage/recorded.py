"""A brief from a payload and recorded reads: the same stages as a run, with answers from a file and without a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from include.alerts.binding import Bound, bind
from include.alerts.classify import classify_alert
from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert, AlertStatus
from include.contracts.brief import Brief
from include.contracts.catalogue import AlertSource
from include.contracts.errors import BadInput, HoldpointError, ReadFailed
from include.contracts.evidence import Evidence, Gap, ReadRequest
from include.contracts.incident import Classification, Incident, IncidentKind, IncidentStatus
from include.contracts.tools.query_approved_runbook import CONTRACT as RUNBOOKS
from include.contracts.tools.query_approved_runbook import RunbookPassages, RunbookQuery
from include.evidence.build import build_evidence, evidence_ids, failed
from include.evidence.plan import ReadPlan, plan_reads
from include.evidence.recorded import RecordedReads
from include.evidence.subject import alert_evidence
from include.policy.labels import label_of
from include.policy.permit import readable_labels
from include.retrieval.search import search
from include.triage.assemble import assemble

_MAX_RUNBOOK_WORDS = 1_000


@dataclass(frozen=True)
class Case:
    """One incident made from a payload, and what a run would read for it."""

    incident: Incident
    alert: Alert
    classification: Classification
    plan: ReadPlan
    now: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Drafted:
    brief: Brief
    evidence: tuple[Evidence, ...]


def open_case(
    catalogue: Catalogue, source: AlertSource, alerts: Sequence[Alert], *, principal: str, at: datetime | None = None
) -> Case:
    """The incident of a payload's first firing group: the alerts of one service in one environment.

    :param at: the time of the run; default the alert's own, so that the same files give the same brief
    :raises BadInput: the payload carries no alert
    """
    if not alerts:
        raise BadInput("The payload is understood and carries no alert.", next_step="give a payload that reports an alert")
    firing = [item for item in alerts if item.status is AlertStatus.FIRING] or list(alerts)
    first = bind(catalogue, source, firing[0])
    group = [item for item in firing if _place(item) == _place(firing[0])]
    alert = max(group, key=lambda item: (item.severity.rank, -item.started_at.timestamp()))
    now = at or min(item.started_at for item in group)
    incident = _incident(source, group, alert, first, principal, now)
    classification = classify_alert(incident, group)
    plan = plan_reads(catalogue, incident, classification, today=now.date())
    return Case(incident, alert, classification, plan, now, tuple(_notes(alerts, group, first)))


def draft_case(
    catalogue: Catalogue, case: Case, recorded: RecordedReads, *, quarantined: frozenset[str] = frozenset()
) -> Drafted:
    """Make the planned reads from the recording, search the runbooks, draft and check."""
    subject = alert_evidence(case.alert, case.incident, collected_at=case.now)
    subject = subject.model_copy(update={"label": label_of(catalogue, case.incident)})
    evidence, gaps = _reads(case, recorded)
    try:
        evidence += _runbooks(catalogue, case, recorded, quarantined)
    except ReadFailed as error:
        gaps.append(failed(ReadRequest(tool=RUNBOOKS.name, params=_query(case).to_json()), error))
    brief = assemble(
        catalogue=catalogue,
        incident=case.incident,
        classification=case.classification,
        evidence=[subject, *evidence],
        gaps=[*gaps, *case.plan.not_asked],
        version=1,
        now=case.now,
        alert=case.alert,
        notes=case.notes,
    )
    return Drafted(brief, (subject, *evidence))


def _place(alert: Alert) -> tuple[str | None, str | None]:
    return alert.service, alert.environment


def _incident(source: AlertSource, group: Sequence[Alert], alert: Alert, bound: Bound, principal: str, now: datetime) -> Incident:
    resolved = alert.status is AlertStatus.RESOLVED
    digest = hashlib.sha256("".join(sorted(item.fingerprint for item in group)).encode()).hexdigest()
    return Incident(
        id=f"recorded-{digest[:12]}",
        key=f"{source.name}:{digest}",
        generation=1,
        kind=IncidentKind.ALERT,
        status=IncidentStatus.RESOLVED if resolved else IncidentStatus.OPEN,
        source=source.name,
        principal=principal,
        service=bound.service,
        environment=bound.environment,
        severity=alert.severity,
        title=alert.title,
        owner=bound.owner,
        alert_count=len(group),
        opened_at=now,
        started_at=min(item.started_at for item in group),
        resolved_at=alert.ended_at if resolved else None,
    )


def _notes(alerts: Sequence[Alert], group: Sequence[Alert], bound: Bound) -> Iterator[str]:
    if len(alerts) > len(group):
        yield (
            f"The payload carries {len(alerts)} alerts; this brief is about the first group that fires, "
            f"{len(group)} of them on one service."
        )
    if group[0].status is AlertStatus.RESOLVED:
        yield "The payload says that its alerts are resolved; none of them fires."
    if bound.service is None:
        yield "No service was resolved, so recorded answers about a service were not used: which one it is would be a guess."


def _reads(case: Case, recorded: RecordedReads) -> tuple[list[Evidence], list[Gap]]:
    evidence: list[Evidence] = []
    gaps: list[Gap] = []
    requests = [planned.request for planned in case.plan.reads]
    for planned, name in zip(case.plan.reads, evidence_ids(requests), strict=True):
        try:
            output = recorded.lookup(planned.request)
        except HoldpointError as error:
            gaps.append(failed(planned.request, error))
            continue
        evidence.append(
            build_evidence(
                id=name,
                request=planned.request,
                principal=case.incident.principal,
                label=planned.label,
                place=f"recorded answer of {planned.request.tool}",
                output=output,
                collected_at=case.now,
            )
        )
    return evidence, gaps


def _query(case: Case) -> RunbookQuery:
    words = " ".join(f"{case.incident.title} {case.alert.description}".split())[:_MAX_RUNBOOK_WORDS]
    return RunbookQuery(words=words, service=case.incident.service)


def _runbooks(catalogue: Catalogue, case: Case, recorded: RecordedReads, quarantined: frozenset[str]) -> list[Evidence]:
    """From the recording where it has some, else from the runbooks as they are; never beyond what the principal may read."""
    query, incident, today = _query(case), case.incident, case.now.date()
    request = ReadRequest(tool=RUNBOOKS.name, params=query.to_json())
    if recorded.records(RUNBOOKS.name):
        found = recorded.lookup(request)
        assert isinstance(found, RunbookPassages)  # the recording was held to the tool's own output model
    else:
        name = case.alert.labels.get("alertname") or case.alert.title
        found = search(catalogue, incident.principal, query, today=today, quarantined=quarantined, alert=name)
    readable = readable_labels(catalogue, incident.principal, RUNBOOKS.name, incident.service, None, today=today)
    hits = tuple(hit for hit in found.hits if hit.label in readable and hit.runbook not in quarantined)
    if not hits:
        return []
    return [
        build_evidence(
            id="runbooks",
            request=request,
            principal=incident.principal,
            label=catalogue.highest(tuple(hit.label for hit in hits)),
            place="approved runbooks",
            output=RunbookPassages(hits=hits),
            collected_at=case.now,
        )
    ]
