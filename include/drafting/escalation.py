"""Whom a brief goes to, and why: always named people."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Escalation, Hypothesis
from include.contracts.evidence import GapKind
from include.contracts.incident import IncidentKind, Intent
from include.drafting.context import BriefContext


def escalation(context: BriefContext, hypotheses: tuple[Hypothesis, ...]) -> Escalation:
    """The service's owner, who is on call now, and the chain; the incident's owner where no service is known."""
    catalogue, incident = context.catalogue, context.incident
    service = catalogue.services.get(incident.service) if incident.service else None
    owner = catalogue.person(service.owner if service else incident.owner)
    on_call = catalogue.on_call(service.on_call, context.now) if service else owner
    chain = _chain(catalogue, service.escalation, context) if service else (owner.name,)
    return Escalation(
        owner=owner.name,
        owner_name=owner.full_name,
        on_call=on_call.name,
        on_call_name=on_call.full_name,
        chain=chain,
        reason=_reason(context, hypotheses),
    )


def _chain(catalogue: Catalogue, name: str, context: BriefContext) -> tuple[str, ...]:
    people = (catalogue.told(level, context.now) for level in catalogue.escalations[name].levels)
    return tuple(dict.fromkeys(person.name for person in people))


def _reason(context: BriefContext, hypotheses: tuple[Hypothesis, ...]) -> str:
    incident, intent = context.incident, context.classification.intent
    failed = sum(1 for gap in context.gaps if gap.kind is not GapKind.NOT_ASKED)
    rules = (
        (incident.kind is IncidentKind.UNREADABLE, "what the source sent could not be understood: a person has to read it"),
        (intent is Intent.UNCLEAR, "what is wanted is unclear: a person has to say"),
        (intent is Intent.CHANGE, "it asks for a change, which only a person can approve"),
        (incident.service is None, "no service of the catalogue matches: a person has to say whose it is"),
        (not context.observed, "no evidence could be read: a person has to look"),
        (not hypotheses, "the evidence suggests no cause: a person has to look"),
        (failed > 0, f"{failed} {'read' if failed == 1 else 'reads'} did not answer; what to do is for the owner to decide"),
    )
    return next((reason for applies, reason in rules if applies), "what to do about it is for the owner to decide")
