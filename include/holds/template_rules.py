"""The rules of a standard change: known, whole, not over, signed by two people who count today, and fitting exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from include.contracts.statement import Endorsement
from include.contracts.template import MAX_DAYS, SIGNERS
from include.holds import rules
from include.holds.case import Case, No, Said, known
from include.holds.rules import AllOf, rule
from include.holds.template_fit import FITS, within_hours


@rule("template", "the plan claims no template")
def claimed(case: Case) -> bool:
    return case.claimed is not None


@rule("template", "the template is not there, or its record is not whole")
def template_whole(case: Case) -> bool:
    found = known(case.claimed)
    if found.problem:
        raise No(f"the template: {found.problem}")
    return known(found.digest) != "" and found.template is not None


@rule("template", "the template was revoked")
def template_stands(case: Case) -> bool:
    return known(case.claimed).revoked is False


@rule("template", "the template has expired")
def template_lasts(case: Case) -> bool:
    return case.now < known(known(case.claimed).template).expires


@rule("template", "the signature is over another template, or over another version of it")
def says_this_template(case: Case) -> bool:
    found, said = known(case.claimed), known(case.said).endorsement
    template = known(found.template)
    return (said.template, said.template_digest, said.environment) == (template.id, known(found.digest), template.environment)


@rule("key", "the key is unknown, not witnessed, revoked, another person's, or not for this environment")
def template_key(case: Case) -> bool:
    said = known(case.said)
    found, place = known(said.key), known(known(case.claimed).template).environment
    mine = found.id == said.statement.key and found.person == said.statement.person
    return mine and ("*" in found.environments or place in found.environments)


@rule("role", "the person does not hold the change role of every service that the template covers")
def template_role(case: Case) -> bool:
    held = case.catalogue.person(known(case.who)).roles
    services = known(known(case.claimed).template).services
    return bool(services) and all(known(case.catalogue.service(name).change_role) in held for name in services)


@rule("callouts", "not everything that the template accepts in advance was acknowledged, one by one")
def template_callouts(case: Case) -> bool:
    accepted = known(known(case.claimed).template).callouts
    return known(case.said).endorsement.callouts == tuple(sorted(each.id for each in accepted))


@rule("template", f"the template would last more than {MAX_DAYS} days from its signature")
def template_short(case: Case) -> bool:
    left = known(known(case.claimed).template).expires - known(known(case.said).entered_at)
    return timedelta(0) < left <= timedelta(days=MAX_DAYS)


ENDORSES = AllOf(
    says_this_template,
    rules.person,
    template_key,
    rules.signature,
    template_role,
    rules.fresh,
    template_callouts,
    template_short,
)
"""A signature counts for its template, today."""


@rule("endorsed", "not two different people who did not contribute to the plan have signed the template")
def endorsed(case: Case) -> bool:
    """Whoever contributed to the plan pre-approves nothing of it: as for votes."""
    found = [(said, _counts(case, said)) for said in known(known(case.claimed).endorsements)]
    people = {said.statement.person for said, why in found if not why}
    if len(people) < SIGNERS:
        why = "; ".join(f"{said.statement.person}: {why}" for said, why in found if why)
        raise No(
            f"{len(people)} of {SIGNERS} different people have signed the template so that it counts{f' ({why})' if why else ''}"
        )
    return True


def _counts(case: Case, said: Said) -> str:
    """Why this signature does not count for the plan; "" where it does."""
    one = replace(case, said=said, who=said.statement.person)
    verdict = AllOf(ENDORSES, rules.independence).judge(one)
    return "" if verdict.ok else f"{verdict.rule}, {verdict.reason}"


@rule("uses", "the template was used as often as it may be in 24 hours")
def uses_left(case: Case) -> bool:
    found = known(case.claimed)
    return 0 <= known(found.uses) < known(found.template).max_uses_per_day


SIGNED = AllOf(claimed, template_whole, template_stands, template_lasts, endorsed, FITS)
"""The plan is pre-approved: whether."""

STANDARD = AllOf(SIGNED, within_hours, uses_left)
"""… and when."""


@rule("endorsed", "this person has signed the template already, and a person counts once")
def endorsed_once(case: Case) -> bool:
    return all(said.statement.person != known(case.who) for said in known(known(case.claimed).endorsements))


@rule("signature", "what was signed is no endorsement of a template")
def endorses(case: Case) -> bool:
    return isinstance(known(case.said).statement, Endorsement)
