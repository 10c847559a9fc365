"""The drafter without a model: facts are the analysers' observations, quoted; the rest is said by fixed sentences.

The same context gives the same bytes. Foreign words reach the brief only inside facts, runbook hits and the title (H11).
"""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.base import clean_text
from include.contracts.brief import Assumption, Brief, Fact, Hypothesis, RunbookHit
from include.contracts.diagnosis import Cause, Observation
from include.contracts.tools import tool
from include.drafting.advice import next_steps
from include.drafting.context import BriefContext
from include.drafting.escalation import escalation
from include.drafting.hits import hits_of
from include.drafting.summary import summary

DRAFTER = "extractive/1"
MAX_FACTS, MAX_HYPOTHESES = 15, 5


def draft(context: BriefContext) -> Brief:
    """A brief of the context. Stands without evidence too: then it says so, and escalates."""
    causes = context.diagnosis.causes[:MAX_HYPOTHESES]
    chosen = _chosen(context, causes)
    facts = tuple(Fact(id=f"F{n}", statement=item.statement, citations=item.citations[:20]) for n, item in enumerate(chosen, 1))
    ids = {item.key: fact.id for item, fact in zip(chosen, facts, strict=True)}
    hypotheses = _hypotheses(causes, ids)
    runbooks = tuple(hits_of(context.evidence))
    people = escalation(context, hypotheses)
    incident = context.incident
    labels = _labels(context, runbooks)
    return Brief(
        incident=incident.id,
        version=context.version,
        drafter=DRAFTER,
        drafted_at=context.now,
        principal=incident.principal,
        title=incident.title,
        service=incident.service,
        environment=incident.environment,
        severity=incident.severity,
        started_at=incident.started_at,
        classification=context.classification,
        label=context.catalogue.highest(labels),
        labels=labels,
        summary=summary(context, people, hypotheses, shown=len(facts)),
        facts=facts,
        assumptions=tuple(_assumptions(context, ids)),
        hypotheses=hypotheses,
        runbooks=runbooks,
        missing=tuple(sorted(context.gaps, key=lambda gap: _GAP_ORDER[gap.kind])),
        next_steps=next_steps(context, hypotheses, runbooks, people),
        escalation=people,
        retrieved=tuple(item.id for item in context.evidence),
        used=_used(context, facts, runbooks),
    )


_GAP_ORDER = {"failed": 0, "pending": 1, "not_asked": 2}


def _chosen(context: BriefContext, causes: tuple[Cause, ...]) -> list[Observation]:
    """What the hypotheses rest on, then the weightiest of the rest up to the bound, by weight."""
    needed = {key for cause in causes for key in (*cause.supports, *cause.against)}
    ranked = sorted(context.diagnosis.observations, key=lambda item: (-item.weight, item.key))
    room = max(0, MAX_FACTS - sum(1 for item in ranked if item.key in needed))
    fill = {item.key for item in [item for item in ranked if item.key not in needed][:room]}
    return [item for item in ranked if item.key in needed or item.key in fill]


def _hypotheses(causes: tuple[Cause, ...], ids: dict[str, str]) -> tuple[Hypothesis, ...]:
    return tuple(
        Hypothesis(
            id=f"H{number}",
            statement=cause.statement,
            score=cause.score,
            supports=tuple(ids[key] for key in cause.supports if key in ids),
            against=tuple(ids[key] for key in cause.against if key in ids),
            refuted_by=cause.refuted_by,
        )
        for number, cause in enumerate(causes, 1)
    )


def _labels(context: BriefContext, runbooks: tuple[RunbookHit, ...]) -> tuple[str, ...]:
    """Of everything that was read: what was not quoted has weighed in all the same."""
    found = {item.label for item in context.evidence} | {hit.label for hit in runbooks}
    service = context.catalogue.services.get(context.incident.service or "")
    if service is not None:
        found.add(service.classification)
    if not found:
        found.add(tool("list_recent_alerts").label)  # nothing was read: as our own record of the incident
    return tuple(sorted(found, key=lambda label: (context.catalogue.rank(label), label)))


def _used(context: BriefContext, facts: tuple[Fact, ...], runbooks: tuple[RunbookHit, ...]) -> tuple[str, ...]:
    cited = {citation.evidence for fact in facts for citation in fact.citations}
    cited |= {hit.citation.evidence for hit in runbooks if hit.citation is not None}
    return tuple(item.id for item in context.evidence if item.id in cited)


def _assumptions(context: BriefContext, ids: dict[str, str]) -> Iterator[Assumption]:
    for remark in context.diagnosis.remarks:
        yield Assumption(statement=remark.statement, basis=tuple(ids[key] for key in remark.basis if key in ids))
    alert, incident = context.alert, context.incident
    if alert is not None and alert.environment is None and incident.environment is not None:
        yield Assumption(statement=f"The alert names no environment; {incident.environment} is its source's default.")
    if len({item.tool for item in context.observed}) > 1:
        yield Assumption(statement="The clocks of the sources agree: times of different sources are compared as they stand.")
    for note in (*(alert.notes if alert else ()), *context.notes):
        yield Assumption(statement=clean_text(note))
