"""The drafter of CAB packages without a model: the notes quoted by question, what was read quoted beside them, fixed sentences.

The same context gives the same bytes. Foreign words reach the package only inside facts, findings and the title (H11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from include.contracts.brief import Assumption, Fact, NextStep, RunbookHit
from include.contracts.cab import MAX_WORRIES, AuthorQuestion, CabPackage, Deciders, Headed, Worry
from include.contracts.change import Finding, Severity
from include.contracts.evidence import Citation, Evidence, GapKind
from include.drafting.cab.context import CabContext
from include.drafting.hits import hits_of

DRAFTER = "extractive-cab/1"
MAX_QUESTIONS = 20
# Which question of the page a place of the notes answers, and how much of it fits onto one page.
_HEADS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("what", ("scope", "affected", "steps"), 6),
    ("why", ("purpose",), 2),
    ("when", ("window",), 2),
    ("who", ("technician", "reviewer"), 3),
    ("way_back", ("rollback",), 4),
    ("checks", ("validation",), 4),
)
# What surrounds the change: tool, and how many of its lines are worth a place on the page.
_AROUND = (
    ("search_cmdb", 3),
    ("list_active_alerts", 2),
    ("list_recent_alerts", 2),
    ("search_tickets", 2),
    ("list_recent_deployments", 1),
    ("get_service_status", 1),
)
_MAX_AROUND = 16
# What sends a change back most often comes first among findings of one severity.
_FIRST = ("rollback", "validation", "conflict-freeze", "conflict-incident", "conflict-change", "steps", "affected", "systems")
_GAP_ORDER = {GapKind.FAILED: 0, GapKind.PENDING: 1, GapKind.NOT_ASKED: 2}


def draft(context: CabContext) -> CabPackage:
    """A package of the context. Stands without evidence too: then it says what it does not know."""
    facts = list(_facts(context))
    made = tuple(Fact(id=f"F{n}", statement=each.citation.quote, citations=(each.citation,)) for n, each in enumerate(facts, 1))
    ids = {head: tuple(fact.id for fact, each in zip(made, facts, strict=True) if each.head == head) for head, _, _ in _HEADS}
    runbooks = tuple(hits_of(context.evidence))
    labels = _labels(context, runbooks)
    item = context.change
    return CabPackage(
        change=item.id,
        version=context.version,
        drafter=DRAFTER,
        drafted_at=context.now,
        principal=item.principal,
        title=item.title,
        environment=str(item.environment),
        services=context.services,
        classification=context.classification,
        label=context.catalogue.highest(labels),
        labels=labels,
        summary=" ".join(_summary(context)),
        headed=Headed(**ids),
        worries=tuple(_worries(context))[:MAX_WORRIES],
        facts=made,
        assumptions=tuple(_assumptions(context)),
        recommendations=tuple(_recommendations(context, runbooks)),
        questions=tuple(_questions(context))[:MAX_QUESTIONS],
        deciders=tuple(_deciders(context)),
        runbooks=runbooks,
        stale=tuple(_stale(context, runbooks)),
        missing=tuple(sorted(context.gaps, key=lambda gap: _GAP_ORDER[gap.kind])),
        assessment=context.assessment,
        retrieved=tuple(each.id for each in (context.notes, *context.evidence)),
        used=_used(context, made, runbooks),
    )


@dataclass(frozen=True)
class _Quoted:
    head: str  # empty: about what surrounds the change
    citation: Citation


def _facts(context: CabContext) -> Iterator[_Quoted]:
    seen: set[tuple[str, int]] = set()
    for head, topics, room in _HEADS:
        found = [quote for topic in topics for quote in context.quotes.get(topic, ())]
        new = [quote for quote in dict.fromkeys(found) if (quote.evidence, quote.start) not in seen][:room]
        seen |= {(quote.evidence, quote.start) for quote in new}
        yield from (_Quoted(head, quote) for quote in new)
    around = [_Quoted("", quote) for tool, room in _AROUND for item in _read_with(context, tool) for quote in _lines(item, room)]
    yield from around[:_MAX_AROUND]


def _read_with(context: CabContext, tool: str) -> Iterator[Evidence]:
    return (item for item in context.evidence if item.tool == tool)


def _lines(item: Evidence, room: int) -> Iterator[Citation]:
    start = 0
    for line in item.text.split("\n")[:room]:
        if line.strip():
            quote = line[:2_000]
            yield Citation(evidence=item.id, start=start, end=start + len(quote), quote=quote)
        start += len(line) + 1


def _labels(context: CabContext, runbooks: tuple[RunbookHit, ...]) -> tuple[str, ...]:
    """Of everything that was read: what was not quoted has weighed in all the same."""
    found = {item.label for item in (context.notes, *context.evidence)} | {hit.label for hit in runbooks}
    return tuple(sorted(found, key=lambda label: (context.catalogue.rank(label), label)))


def _used(context: CabContext, facts: tuple[Fact, ...], runbooks: tuple[RunbookHit, ...]) -> tuple[str, ...]:
    cited = {citation.evidence for fact in facts for citation in fact.citations}
    cited |= {hit.citation.evidence for hit in runbooks if hit.citation is not None}
    return tuple(item.id for item in (context.notes, *context.evidence) if item.id in cited)


# -- What is said about it ---------------------------------------------------------------------------------------------


def _summary(context: CabContext) -> Iterator[str]:
    found, risk = context.assessment, context.assessment.risk
    about = ", ".join(context.services) or "no service of the catalogue"
    yield f"A change of type {found.type.value} in {context.change.environment}, about {about}."
    yield f"Risk {risk.level}: likelihood {risk.likelihood} × impact {risk.impact} = {risk.score} of 25."
    yield f"The rollback is {found.rollback.value}, the validation is {found.validation.value}."
    blockers = sum(each.severity is Severity.BLOCKER for each in found.findings)
    yield f"{blockers} {'finding stands' if blockers == 1 else 'findings stand'} in the way of a decision."
    yield "This is a draft for the people who decide; it decides nothing."


def _ranked(context: CabContext) -> list[Finding]:
    order = list(Severity)

    def rank(finding: Finding) -> tuple[int, int]:
        place = next((number for number, word in enumerate(_FIRST) if finding.rule.startswith(word)), len(_FIRST))
        return order.index(finding.severity), place

    return sorted(context.assessment.findings, key=rank)


def _worries(context: CabContext) -> Iterator[Worry]:
    grave = [each for each in _ranked(context) if each.severity is not Severity.INFO]
    for finding in grave:
        yield Worry(rule=finding.rule, line=finding.line, says=finding.says, asks=finding.asks)
    risk = context.assessment.risk
    reasons = sorted((*risk.likelihood_reasons, *risk.impact_reasons), key=lambda reason: -reason.points)
    for reason in reasons:
        if reason.points > 0:
            yield Worry(rule=reason.rule, line=0, says=reason.says, asks="")


def _questions(context: CabContext) -> Iterator[AuthorQuestion]:
    for finding in _ranked(context):
        if finding.asks:
            yield AuthorQuestion(rule=finding.rule, line=finding.line, asks=finding.asks)


def _assumptions(context: CabContext) -> Iterator[Assumption]:
    found = context.assessment
    yield Assumption(statement="What the notes say is taken as they say it; nobody has tried the way back or the checks.")
    if found.affected:
        yield Assumption(statement="Owners and dependants are those of the catalogue.")
    if found.unmatched:
        yield Assumption(statement="Systems that no catalogue knows are taken to have no dependants.")
    if found.window is None or found.window.start is None:
        yield Assumption(statement="The window is not certain, so conflicts with other changes may be missing.")
    else:
        yield Assumption(statement="Other changes are those on record here: change requests with a certain window, and plans.")


def _recommendations(context: CabContext, runbooks: tuple[RunbookHit, ...]) -> Iterator[NextStep]:
    """Checks for the reviewer, each of which only reads."""
    for conflict in context.assessment.conflicts[:3]:
        step = f"Check {conflict.kind} {conflict.name} against the window."
        yield NextStep(step=step, why="They meet." if conflict.certain else "They may meet: the window is not certain.")
    owners = {row.owner: row.service for each in context.assessment.affected for row in each.dependants}
    for owner, service in sorted(owners.items())[:3]:
        yield NextStep(step=f"Ask {owner} whether {service} can bear it.", why=f"{service} depends on what is changed.")
    for gap in [gap for gap in context.gaps if gap.kind is not GapKind.NOT_ASKED][:3]:
        yield NextStep(step=f"Look at what {gap.tool} shows by hand.", why="This read gave no answer.")
    for hit in runbooks[:2]:
        yield NextStep(
            step=f"Read the runbook {hit.runbook}.", why="It matches." if not hit.stale else "It matches and is stale."
        )


def _deciders(context: CabContext) -> Iterator[Deciders]:
    for name in context.services:
        service = context.catalogue.service(name)
        role = service.change_role
        holders = [
            person.name
            for person in context.catalogue.people.values()
            if role is not None and role in person.roles and person.name != context.change.principal
        ]
        yield Deciders(service=name, owner=service.owner, role=role, people=tuple(sorted(holders)))


def _stale(context: CabContext, runbooks: Iterable[RunbookHit]) -> Iterator[str]:
    for item in _read_with(context, "search_cmdb"):
        if item.output.get("stale") is True:
            yield f"The catalogue's entry of {item.output.get('name')} is overdue for review (last {item.output.get('reviewed')})"
    for hit in runbooks:
        if hit.stale:
            yield f"The {hit.kind.replace('_', ' ')} {hit.runbook} is stale: {hit.stale_reason or 'overdue'}"[:300]
