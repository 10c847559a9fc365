"""The few sentences on top: what, since when, the first suspicion, what is missing, whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.brief import Escalation, Hypothesis
from include.contracts.evidence import GapKind
from include.contracts.incident import IncidentKind, Intent
from include.contracts.reads import stamp
from include.drafting.context import BriefContext

_KINDS = {
    IncidentKind.UNREADABLE: "A message that could not be understood",
    IncidentKind.UMBRELLA: "A storm of alerts, under one incident",
    IncidentKind.QUESTION: "A question",
}


def summary(context: BriefContext, people: Escalation, hypotheses: tuple[Hypothesis, ...], *, shown: int) -> str:
    """Plain sentences; foreign words only between quotation marks."""
    return " ".join(_sentences(context, people, hypotheses, shown))


def quoted(text: str) -> str:
    """Foreign words between quotation marks that they cannot close."""
    return '"' + " ".join(text.replace('"', "'").split()) + '"'


def _sentences(context: BriefContext, people: Escalation, hypotheses: tuple[Hypothesis, ...], shown: int) -> Iterator[str]:
    incident = context.incident
    where = f" on {incident.service}" if incident.service else ""
    where += f" ({incident.environment})" if incident.environment else ""
    what = _KINDS.get(incident.kind, "")
    what = f"{what}: " if what else ""
    yield f"{what}{quoted(incident.title)}{where}, {incident.severity}, since {stamp(incident.started_at)}."
    yield from _intent(context)
    yield from _evidence(context, hypotheses, shown)
    yield f"Owner: {people.owner_name}. On call: {people.on_call_name}."


def _intent(context: BriefContext) -> Iterator[str]:
    if context.classification.intent is Intent.CHANGE:
        yield "This asks for a change. Nothing is changed here: that is for the change_request workflow and a person's approval."
    elif context.classification.intent is Intent.UNCLEAR:
        yield "What is wanted is unclear, so it goes to a person as it is."


def _evidence(context: BriefContext, hypotheses: tuple[Hypothesis, ...], shown: int) -> Iterator[str]:
    if not context.observed:
        yield "No evidence was read, so no cause is suggested."
    elif hypotheses:
        first = hypotheses[0]
        yield f"First suspicion ({first.id}, {first.score} of 100): {first.statement}."
    else:
        yield "The evidence that was read suggests no cause."
    more = len(context.diagnosis.observations) - shown
    if more > 0:
        yield f"{more} further {'observation is' if more == 1 else 'observations are'} in the evidence and not shown."
    for kind, words in ((GapKind.FAILED, "failed"), (GapKind.PENDING, "had not answered yet")):
        count = sum(1 for gap in context.gaps if gap.kind is kind)
        if count:
            yield f"{count} {'read' if count == 1 else 'reads'} {words}."
