"""The rules of an emergency change: declared by somebody independent, because of an open incident, paged, voted on, reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from include.contracts.hold import Verdict
from include.contracts.incident import IncidentKind, IncidentStatus
from include.contracts.statement import Declaration, Review
from include.holds import rules
from include.holds.case import Case, Declared, No, Said, known
from include.holds.emergency_record import depends_on_them
from include.holds.rules import AllOf, rule

MAX_DECLARATIONS = 5  # of one hold


@rule("plan_intact", "the statement is about another plan, another version of it, or another hold")
def says_this_hold(case: Case) -> bool:
    statement = known(case.said).statement
    if not isinstance(statement, Declaration | Review):
        raise No("the signature is over another kind of statement")
    same = statement.hold == known(case.hold).id == known(case.plan).hold and statement.plan_digest == known(case.plan_digest)
    return same and statement.environment == known(case.plan).environment


@rule("declared", "nobody has declared an emergency")
def declared(case: Case) -> bool:
    return isinstance(known(case.said).statement, Declaration) and known(case.declared).said == case.said


@rule("declared", "the hold was declared an emergency too often")
def declared_seldom(case: Case) -> bool:
    return len(known(case.declarations)) < MAX_DECLARATIONS


@rule("incident", "there is no such incident that alerts opened, open now, of this environment")
def incident_stands(case: Case) -> bool:
    found = known(known(case.declared).incident)
    if found.kind not in (IncidentKind.ALERT, IncidentKind.UMBRELLA):
        raise No("the incident was not opened by alerts: a person's question is no independent reason")
    if found.status is not IncidentStatus.OPEN:
        raise No("the incident is over")
    return found.id == known(case.declared).said.declaration.incident


@rule("incident", "the incident was opened by who declares the emergency, or by who contributed to the plan")
def incident_independent(case: Case) -> bool:
    found = known(known(case.declared).incident)
    involved = known(case.contributors) | {known(case.declared).said.statement.person}
    return found.principal.endswith("@service") and found.principal not in involved


@rule("incident", "the incident is on no touched service, nor on one that depends on them")
def incident_related(case: Case) -> bool:
    plan = known(case.plan)
    touched = depends_on_them(case.catalogue, frozenset(plan.services), plan.environment)
    return not known(case.declared).services.isdisjoint(touched)


@rule("emergency_clock", "the time of the emergency is over")
def emergency_clock(case: Case) -> bool:
    since = case.now - known(known(case.declared).said.entered_at)
    return timedelta(0) <= since < timedelta(minutes=case.catalogue.settings.emergency_minutes)


@rule("reviewed", "an earlier emergency of these services, or of their owners, has not been reviewed")
def all_reviewed(case: Case) -> bool:
    found = known(case.unreviewed)
    if found:
        raise No(f"the earlier emergency {found[0]} has not been reviewed")
    return True


@rule("quorum", "nobody has approved the emergency who saw that it is one")
def one_vote(case: Case) -> bool:
    found = known(case.declared)
    return any(_approves(case, found, vote) for vote in known(case.counting))


def _approves(case: Case, found: Declared, vote: Said) -> bool:
    """Cast on a page that shows this declaration, after it, by somebody else than who declared it."""
    page = known(case.shown).get(vote.vote.view_digest)
    shown, said = page.emergency if page is not None else None, found.said.declaration
    told = (found.said.digest, said.person, said.incident, said.reason)
    seen = shown is not None and (shown.declaration, shown.person, shown.incident, shown.reason) == told
    other = vote.statement.person != found.said.statement.person or case.catalogue.settings.emergency_same_person
    return seen and other and known(vote.entered_at) >= known(found.said.entered_at)


@rule("paged", "the page to the chain of a touched service's owner was not sent")
def paged(case: Case) -> bool:
    found = known(case.declared)
    involved = known(case.contributors) | {found.said.statement.person}
    sent = known(found.paged)
    for service in known(case.plan).services:
        if not known(sent.get(service)) - involved:
            raise No(f"the page to the chain of {service} was not sent")
    return bool(known(case.plan).services)


INCIDENT = AllOf(incident_stands, incident_independent, incident_related)

DECLARES = AllOf(
    declared,
    says_this_hold,
    rules.person,
    rules.key,
    rules.signature,
    rules.role,
    rules.independence,
    rules.fresh,
    rules.approve_by,
)
"""A stored declaration counts today."""

IN_AN_EMERGENCY = AllOf(DECLARES, INCIDENT, emergency_clock, all_reviewed, one_vote)
"""One vote is enough: whether."""

EMERGENCY = AllOf(IN_AN_EMERGENCY, paged)
"""… and when."""


class OneDeclaration:
    """Allows where one declaration of the hold is allowed by the rules; refuses by what refuses the newest."""

    def __init__(self, asked: rules.Rule) -> None:
        self.children = (asked,)

    def judge(self, case: Case) -> Verdict:
        verdicts = [self.children[0].judge(under(case, found)) for found in case.declarations or ()]
        return next((verdict for verdict in verdicts if verdict.ok), verdicts[-1]) if verdicts else declared.judge(case)

    def find(self, case: Case) -> Declared | None:
        """The declaration that is allowed."""
        return next((found for found in case.declarations or () if self.children[0].judge(under(case, found)).ok), None)


def under(case: Case, found: Declared) -> Case:
    """The case with this declaration under judgement."""
    return replace(case, said=found.said, who=found.said.statement.person, declared=found)


# -- The review --------------------------------------------------------------------------------------------------------


@rule("role", "the person neither reviews emergencies nor holds the change role of a touched service")
def review_role(case: Case) -> bool:
    held = case.catalogue.person(known(case.who)).roles
    plan = known(case.plan)
    roles = {case.catalogue.service(name).change_role for name in plan.services} | {case.catalogue.settings.emergency_review_role}
    return any(role in held for role in roles if role is not None)


@rule("independence", "who declared the emergency, voted on it or contributed to its plan does not review it")
def review_independence(case: Case) -> bool:
    voters = {vote.statement.person for vote in known(case.votes)}
    declarers = {found.said.statement.person for found in known(case.declarations)}
    return known(case.who) not in voters | declarers | known(case.contributors)


@rule("state", "the hold was not released as an emergency")
def was_used(case: Case) -> bool:
    return case.emergency_used is True


@rule("signature", "what was signed is no review of an emergency")
def reviews(case: Case) -> bool:
    return isinstance(known(case.said).statement, Review)


REVIEWS = AllOf(
    reviews,
    says_this_hold,
    rules.person,
    rules.key,
    rules.signature,
    review_role,
    review_independence,
    rules.fresh,
    was_used,
)
"""A stored review counts today."""


def is_reviewed(case: Case) -> bool:
    """Has somebody reviewed this emergency so that it counts today? Not where the hold's record is not whole."""
    whole = AllOf(rules.complete_record, rules.plan_intact).judge(case).ok
    return whole and any(REVIEWS.judge(replace(case, said=said, who=said.statement.person)).ok for said in case.reviews or ())
