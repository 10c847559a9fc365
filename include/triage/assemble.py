"""From evidence to a checked brief: analyse, draft, hold against the evidence. One function for every way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert
from include.contracts.brief import Assumption, Brief
from include.contracts.errors import Ungrounded
from include.contracts.evidence import Evidence, Gap
from include.contracts.incident import Classification, Incident
from include.diagnosis.analyse import analyse
from include.diagnosis.case import CatalogueFacts
from include.drafting.context import BriefContext
from include.drafting.extractive import draft as draft_extractive
from include.drafting.fact_check import by_id
from include.drafting.grounding import check_brief, keep_grounded
from include.evidence.plan import dependencies_in_sight

Drafter = Callable[[BriefContext], Brief]


def assemble(
    *,
    catalogue: Catalogue,
    incident: Incident,
    classification: Classification,
    evidence: Sequence[Evidence],
    gaps: Sequence[Gap],
    version: int,
    now: datetime,
    alert: Alert | None = None,
    notes: Sequence[str] = (),
    draft: Drafter = draft_extractive,
    today: date | None = None,
) -> Brief:
    """A brief in which every fact holds.

    :param evidence: all of it: what the reads returned, the alert or question (`include/evidence/subject.py`) and the runbook
        passages (tool `query_approved_runbook`)
    :param alert: for what its payload left out; its words reach the brief through its evidence
    :param notes: what the caller took for granted, in plain sentences
    :param draft: another drafter; its brief is held to the same check
    :param today: the day for which permissions hold, default the day of `now`
    :raises Ungrounded: where even what was left after taking the ungrounded parts out does not hold
    """
    graph = dependencies_in_sight(catalogue, incident, today=today or now.date())
    context = BriefContext(
        incident=incident,
        classification=classification,
        evidence=tuple(evidence),
        gaps=tuple(gaps),
        diagnosis=analyse(incident, evidence, CatalogueFacts(graph)),
        catalogue=catalogue,
        version=version,
        now=now,
        alert=alert,
        notes=tuple(notes),
    )
    return checked(draft(context), context)


def checked(brief: Brief, context: BriefContext) -> Brief:
    """The brief as it is where it holds; otherwise without what does not, and saying so.

    An incident with a smaller brief is better off than one with none.
    """
    evidence = by_id(context.evidence)
    try:
        check_brief(brief, evidence, catalogue=context.catalogue)
        return brief
    except Ungrounded:
        kept, moved = keep_grounded(brief, evidence)
    said = f"{moved} drafted {'fact' if moved == 1 else 'facts'} did not hold against what was cited: shown as assumptions above."
    kept = kept.model_copy(update={"assumptions": (*kept.assumptions, Assumption(statement=said))})
    check_brief(kept, evidence, catalogue=context.catalogue)
    return kept
