"""The rules of an approval: small, pure, one idea each, over a frozen `Case`; composed with `AllOf` and `AnyOf`.

Each rule is positive: it allows on what it knows and refuses on what it does not (H2). A rule's name is what errors, the ledger
and `docs/holds.md` call it; two rules share a name where one idea has two sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from include.contracts.errors import HoldpointError
from include.contracts.hold import HoldState, Verdict
from include.contracts.plan import Plan, Step
from include.contracts.statement import Proposal, Vote
from include.contracts.tools import tool
from include.holds.case import Case, No, Unknown, known
from include.holds.digest import body_of, digest_of
from include.holds.states import WAITING
from include.policy.calendar import freeze_at, in_window
from include.policy.permit import Target, decide

ALLOWED = "satisfied"
MAX_REASON = 300
MAX_VOTES = 10  # of one person on one hold, those taken back included


class Rule(Protocol):
    """What every rule is, and every composition of rules."""

    def judge(self, case: Case) -> Verdict:
        """Allowed, or refused by which rule and why. Never raises."""


class AllOf:
    """Allows where every child does; refuses by the first that does not. `each` says what every one of them found."""

    def __init__(self, *children: Rule) -> None:
        if not children:
            raise ValueError("AllOf of nothing would allow everything")
        self.children = children

    def judge(self, case: Case) -> Verdict:
        verdicts = self.each(case)
        return next((verdict for verdict in verdicts if not verdict.ok), verdicts[-1])

    def each(self, case: Case) -> tuple[Verdict, ...]:
        return tuple(child.judge(case) for child in self.children)


class AnyOf:
    """Allows where one child does; refuses by the first."""

    def __init__(self, *children: Rule) -> None:
        if not children:
            raise ValueError("AnyOf of nothing could only refuse: name what may allow")
        self.children = children

    def judge(self, case: Case) -> Verdict:
        verdicts = [child.judge(case) for child in self.children]
        return next((verdict for verdict in verdicts if verdict.ok), verdicts[0])


@dataclass(frozen=True)
class Check:
    """One rule. `refuses` says for people what it refuses; `allows` answers True, or it refuses."""

    name: str
    refuses: str
    allows: Callable[[Case], bool]

    def judge(self, case: Case) -> Verdict:
        try:
            ok, reason = self.allows(case) is True, self.refuses
        except No as error:
            ok, reason = False, str(error) or self.refuses
        except Unknown:
            ok, reason = False, f"{self.refuses} (what would show the contrary is not there)"
        except HoldpointError as error:
            ok, reason = False, f"{self.refuses}: {error.message}"
        except Exception as error:  # a rule that breaks has not allowed
            ok, reason = False, f"{self.refuses} (the rule broke: {type(error).__name__})"
        return Verdict(rule=self.name, ok=ok, reason=ALLOWED if ok else reason[:MAX_REASON].replace("\n", " "))


def rule(name: str, refuses: str) -> Callable[[Callable[[Case], bool]], Check]:
    return lambda allows: Check(name, refuses, allows)


# -- The store and the clocks ------------------------------------------------------------------------------------------


@rule("clock", "the database's clock is behind the ledger's latest time")
def clock(case: Case) -> bool:
    return case.now >= known(case.head_at)


@rule("complete_record", "the hold's statements, its ledger entries and its row do not agree, or the chain is broken")
def complete_record(case: Case) -> bool:
    problem = known(case.record_problem)
    if problem:
        raise No(problem)
    return True


@rule("single_use", "the approval was consumed before")
def single_use(case: Case) -> bool:
    return case.attempted is False


# -- The plan ----------------------------------------------------------------------------------------------------------


@rule("plan_intact", "the plan is not the one that was proposed: its bytes, its digest or the hold's row were changed")
def plan_intact(case: Case) -> bool:
    hold, plan = known(case.hold), known(case.plan)
    row = {name: getattr(hold, name) for name in _FROM_PLAN}
    return hold.plan_digest == known(case.plan_digest) and row == _of(plan)


_FROM_PLAN = (
    "id",
    "plan_id",
    "environment",
    "title",
    "risk",
    "release_mode",
    "proposed_at",
    "approve_by",
    "execute_by",
    "supersedes",
)


def _of(plan: Plan) -> dict[str, object]:
    same = {name: getattr(plan, name) for name in _FROM_PLAN if name not in {"id", "plan_id"}}
    return {"id": plan.hold, "plan_id": plan.id, **same}


@rule("plan_intact", "the statement is about another plan, another version of it, or another hold")
def says_this_plan(case: Case) -> bool:
    statement = known(case.said).statement
    if not isinstance(statement, Proposal | Vote):
        raise No("the signature is over another kind of statement")
    return statement.hold == known(case.hold).id == known(case.plan).hold and statement.plan_digest == known(case.plan_digest)


@rule("derived", "today's catalogue, contracts and tool manifest make another plan of the same request")
def derived(case: Case) -> bool:
    if case.derived_problem:
        raise No(case.derived_problem)
    return body_of(known(case.derived)) == body_of(known(case.plan))  # bytes: to Python, 1 == 1.0 == True


@rule("environment", "the vote is for another environment than the plan's")
def environment(case: Case) -> bool:
    return known(case.said).vote.environment == known(case.plan).environment == known(case.hold).environment


# -- The state ---------------------------------------------------------------------------------------------------------


@rule("state", "there is no such hold that still waits for a decision")
def waits(case: Case) -> bool:
    hold = known(case.hold)
    if hold.state not in WAITING:
        raise No(f"the hold is {hold.state.value} and waits for no decision")
    return known(case.hold_revoked) is False


@rule("state", "the hold is not approved")
def approved(case: Case) -> bool:
    hold = known(case.hold)
    if hold.state is not HoldState.APPROVED:
        raise No(f"the hold is {hold.state.value}, not approved")
    return known(case.hold_revoked) is False


@rule("deny", "somebody who may decide has said no")
def deny(case: Case) -> bool:
    return not case.denies


# -- Who says it -------------------------------------------------------------------------------------------------------


@rule("person", "the person is not in the catalogue, or was revoked")
def person(case: Case) -> bool:
    who = known(case.who)
    return who in case.catalogue.people and who not in known(case.revoked_people)


@rule("key", "the key is unknown, not witnessed, revoked, another person's, or not for this environment")
def key(case: Case) -> bool:
    said = known(case.said)
    found, place = known(said.key), known(case.plan).environment
    mine = found.id == said.statement.key and found.person == said.statement.person
    return mine and ("*" in found.environments or place in found.environments)


@rule("signature", "the signature is not that key's over exactly these bytes")
def signature(case: Case) -> bool:
    return known(case.said).signed is True


@rule("role", "the person does not hold the change role of every touched service")
def role(case: Case) -> bool:
    held = case.catalogue.person(known(case.who)).roles
    return all(name in held for name in _change_roles(case))


@rule("role", "the person holds the change role of no touched service")
def some_role(case: Case) -> bool:
    held = case.catalogue.person(known(case.who)).roles
    return any(name in held for name in _change_roles(case))


@rule("role", "no grant of today lets the proposer propose this")
def granted(case: Case) -> bool:
    plan, who = known(case.plan), known(case.who)
    return bool(plan.steps) and all(_allowed(case, who, step) for step in plan.steps)


def _allowed(case: Case, who: str, step: Step) -> bool:
    service = case.catalogue.service(step.service)
    label = case.catalogue.highest((tool(step.tool).label, service.classification))
    target = Target(service.name, known(case.plan).environment, label)
    return decide(case.catalogue, who, step.tool, target, today=case.now.date()).allowed


def _change_roles(case: Case) -> frozenset[str]:
    """Of today's catalogue and of the plan: at least one, or Unknown."""
    plan = known(case.plan)
    roles = {known(case.catalogue.service(name).change_role) for name in plan.services} | set(plan.quorum.roles)
    return frozenset(roles) if roles else known(None)


@rule("independence", "the person contributed to this plan or to one that it supersedes")
def independence(case: Case) -> bool:
    return known(case.who) not in known(case.contributors)


@rule("independence", "who proposes a plan is one of its contributors, and so is whoever made what it supersedes")
def contributors(case: Case) -> bool:
    return known(case.contributors) <= set(known(case.plan).contributors)


# -- What was seen, and when -------------------------------------------------------------------------------------------


@rule("view", "the page that was shown is not today's")
def view_now(case: Case) -> bool:
    return known(case.said).vote.view_digest == known(case.view)


@rule("view", "the page that was shown is not in the record, or shows another plan")
def view_kept(case: Case) -> bool:
    vote = known(case.said).vote
    shown = known(known(case.shown).get(vote.view_digest))
    same = (shown.hold, shown.plan_digest) == (vote.hold, vote.plan_digest)
    return same and digest_of(shown.plan) == known(case.plan_digest)


@rule("callouts", "not every callout of the plan was acknowledged, one by one")
def callouts(case: Case) -> bool:
    return known(case.said).vote.callouts == tuple(sorted(callout.id for callout in known(case.plan).callouts))


@rule("callouts", "an outside record acknowledges no callout; a signed vote must")
def acknowledged(case: Case) -> bool:
    return {callout.id for callout in known(case.plan).callouts} <= known(case.acknowledged)


@rule("fresh", "the statement is too old, or of a time to come")
def fresh(case: Case) -> bool:
    said = known(case.said)
    limit = timedelta(minutes=case.catalogue.settings.statement_minutes)
    return timedelta(0) <= known(said.entered_at) - said.statement.at <= limit


@rule("fresh", "the plan was not made just before it was proposed: who could date it at will would set its clocks")
def made_now(case: Case) -> bool:
    limit = timedelta(minutes=case.catalogue.settings.statement_minutes)
    return timedelta(0) <= known(known(case.said).entered_at) - known(case.plan).proposed_at <= limit


@rule("fresh", "the statement was received before")
def not_replayed(case: Case) -> bool:
    return known(case.seen) is False


@rule("approve_by", "the time to approve is over")
def approve_by(case: Case) -> bool:
    return known(known(case.said).entered_at) < known(case.plan).approve_by


@rule("execute_by", "the time to execute is over")
def execute_by(case: Case) -> bool:
    return case.now < known(case.plan).execute_by


@rule("window", "now is outside the plan's window")
def window(case: Case) -> bool:
    return in_window(known(case.plan).window, case.now)


@rule("freeze", "a freeze of the calendar covers a touched service now")
def freeze(case: Case) -> bool:
    plan = known(case.plan)
    found = freeze_at(case.catalogue, plan.services, plan.environment, plan.risk, case.now)
    if found is not None:
        raise No(f"the freeze {found.name} of the calendar lasts until {found.end.isoformat(timespec='minutes')}")
    return True


# -- Enough of them ----------------------------------------------------------------------------------------------------


@rule("quorum", "not enough different people have approved")
def quorum(case: Case) -> bool:
    count, wanted = len(known(case.counted)), known(case.plan).quorum.approvals
    if count < wanted:
        raise No(f"{count} of {wanted} different people have approved")
    return True


@rule("quorum", "the person's approval counts already, and a person counts once")
def counts_once(case: Case) -> bool:
    return known(case.who) not in known(case.counted)


@rule("quorum", "the person has voted on this hold too often")
def counts_seldom(case: Case) -> bool:
    """To take back and to say again keeps others from deciding; a rejection is never too late."""
    return [vote.vote.person for vote in known(case.votes)].count(known(case.who)) < MAX_VOTES


@rule("outside", "the outside record is of no source that this plan allows, not of this plan, or not of its time")
def outside(case: Case) -> bool:
    plan, record = known(case.plan), known(case.outside_record).record
    source = case.catalogue.approval_sources[record.source]
    age = timedelta(minutes=source.max_age_minutes)
    return (
        source.name in plan.quorum.outside_sources
        and record.decision == "approve"
        and record.plan_digest == known(case.plan_digest)
        and plan.proposed_at <= record.decided_at < plan.approve_by
        and timedelta(0) <= case.now - record.decided_at <= age
    )


@rule("outside", "the outside record does not stand any more: it was not fetched again for this consumption")
def fetched_again(case: Case) -> bool:
    return known(case.outside_record).fetched is True or case.consuming is False


@rule("outside", "an outside record of this hold was not asked for again: it may have become a rejection")
def asked_again(case: Case) -> bool:
    return all(item.asked for item in case.outside) if case.consuming else known(case.hold) is not None


@rule("person", "only who cast a vote may revoke it")
def own_vote(case: Case) -> bool:
    said = known(case.said)
    mine = [vote for vote in case.standing if vote.digest == said.revocation.subject]
    return [vote.vote.person for vote in mine] == [said.statement.person]


@rule("role", "only a contributor, and who holds a touched service's change role, may revoke a hold")
def contributed(case: Case) -> bool:
    return known(case.who) in known(case.contributors)
