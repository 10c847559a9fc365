"""May this hold's plan be executed now? Judged from bytes each time; no earlier answer, state or row is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from include.contracts.errors import NotFound
from include.contracts.hold import Hold, Verdict, Way
from include.contracts.plan import Plan
from include.holds import rules
from include.holds.case import Case, Said, Unknown
from include.holds.emergency_rules import EMERGENCY, IN_AN_EMERGENCY, OneDeclaration
from include.holds.gather import Fetched, gather
from include.holds.record import Depth, Sealed
from include.holds.rules import AllOf, AnyOf, Rule
from include.holds.template_rules import SIGNED, STANDARD
from include.holds.trust import TrustRoots

SIGNER = AllOf(rules.person, rules.key, rules.signature)
"""Who says it, whatever it says."""

PROPOSED = AllOf(rules.says_this_plan, SIGNER, rules.fresh, rules.made_now, rules.granted, rules.contributors)
"""The proposal, judged as `said`: with it somebody answers for the plan, and it was theirs to propose, and is today (H2)."""

APPROVES = AllOf(
    rules.says_this_plan,
    rules.environment,
    SIGNER,
    rules.role,
    rules.independence,
    rules.fresh,
    rules.approve_by,
    rules.view_kept,
    rules.callouts,
)
"""A stored vote counts for the quorum."""

STANDS_IN = AllOf(rules.outside, rules.fetched_again, rules.person, rules.role, rules.independence)
"""An outside record counts for one person of the quorum."""

BEFORE_VOTES = AllOf(
    rules.single_use,
    rules.clock,
    rules.plan_intact,
    rules.complete_record,
    rules.deny,
    rules.approved,
    rules.execute_by,
    rules.window,
    rules.freeze,
    rules.derived,
    rules.asked_again,
)
"""The plan, its record and the clocks."""

ORDINARY = AllOf(rules.quorum, rules.acknowledged)
"""The plan's own quorum."""

WAYS: Mapping[Way, Rule] = {Way.ORDINARY: ORDINARY, Way.STANDARD: STANDARD, Way.EMERGENCY: OneDeclaration(EMERGENCY)}
"""How an approval may be reached; each must be allowed whole. Where several are, the first in this order is the one used."""

ONE_VOTE = OneDeclaration(IN_AN_EMERGENCY)

DECIDED = AnyOf(ORDINARY, SIGNED, ONE_VOTE)
"""Enough has been said, whether or not it may be used at this moment: the hold is `approved`."""


@dataclass(frozen=True)
class Discounted:
    """An approval that is in the record and does not count, and why. `digest`: the vote's; None of an outside record."""

    person: str
    verdict: Verdict
    digest: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What was found.

    :ivar verdicts: each rule's, in the order in which they are asked; the first that is not `ok` names the refusal
    :ivar approvals: the people who count; `denies` are who has said no
    :ivar discounted: approvals that do not count; they refuse only where the others are not enough
    :ivar revoked: the digests of votes that were taken back
    :ivar way: how the approval was reached; None where it was not; `ref`: the template, or the digest of the declaration
    """

    hold: Hold
    plan: Plan | None
    verdicts: tuple[Verdict, ...]
    approvals: tuple[str, ...]
    discounted: tuple[Discounted, ...]
    denies: tuple[str, ...]
    revoked: frozenset[str] = frozenset()
    way: Way | None = None
    ref: str | None = None

    @property
    def releasable(self) -> bool:
        """True where every rule has allowed; there is at least one."""
        return bool(self.verdicts) and all(verdict.ok for verdict in self.verdicts)

    @property
    def refusal(self) -> Verdict | None:
        """The first rule that refuses."""
        return next((verdict for verdict in self.verdicts if not verdict.ok), None)


def judge(
    conn: Connection,
    roots: TrustRoots,
    hold_id: str,
    *,
    depth: Depth = Depth.SEALS,
    fetched: Fetched | None = None,
    sealed: Sealed | None = None,
) -> Judgement:
    """Judge a hold anew.

    :param depth: how much of the ledger's chain is verified; less than `SEALS` is for looking at many holds, never for releasing
    :param fetched: the outside records as fetched again, to consume the approval; None: to look only
    :param sealed: the ledger as the checkpoints bore it out a moment ago; None: verified now, where the depth asks for it
    :raises NotFound: there is no such hold
    """
    return judged(gather(conn, roots, hold_id, depth=depth, fetched=fetched, sealed=sealed))


def judged(case: Case) -> Judgement:
    """The judgement of a case; NotFound where it has no hold."""
    if case.hold is None:
        raise NotFound("There is no such hold.", next_step="./holdpoint holds list --as YOU says which there are")
    hold = case.hold
    case, discounted = count(case)
    way = next((way for way, enough in WAYS.items() if enough.judge(case).ok), None)
    return Judgement(
        hold=hold,
        plan=case.plan,
        verdicts=(*BEFORE_VOTES.each(case), proposed(case), *_enough(case, way, discounted)),
        approvals=tuple(sorted(case.counted or ())),
        discounted=tuple(discounted),
        denies=_denies(case),
        revoked=case.revoked or frozenset(),
        way=way,
        ref=_ref(case, way),
    )


def _enough(case: Case, way: Way | None, discounted: list[Discounted]) -> tuple[Verdict, ...]:
    """By the way that was found; or why there is none: what is wrong with the template or the emergency, then with the votes."""
    if way is not None:
        found = WAYS[way]
        return found.each(case) if isinstance(found, AllOf) else (found.judge(case),)
    if SIGNED.judge(case).ok:  # whether it is released is said; what is left is when
        return (STANDARD.judge(case),)
    if ONE_VOTE.judge(case).ok:
        return (WAYS[Way.EMERGENCY].judge(case),)
    return (*standing_refusals(case), *(item.verdict for item in discounted), *ORDINARY.each(case))


def standing_refusals(case: Case) -> tuple[Verdict, ...]:
    """Why the template that the plan claims, and the emergencies that were declared, do not release it at this moment."""
    claimed = [STANDARD.judge(case)] if case.claimed is not None else []
    declared = [WAYS[Way.EMERGENCY].judge(case)] if case.declarations else []
    return tuple(verdict for verdict in (*claimed, *declared) if not verdict.ok)


def _ref(case: Case, way: Way | None) -> str | None:
    if way is Way.STANDARD and case.plan is not None:
        return case.plan.template
    if way is Way.EMERGENCY:
        found = OneDeclaration(EMERGENCY).find(case)
        return found.said.digest if found is not None else None
    return None


def proposed(case: Case) -> Verdict:
    """Does somebody answer for the plan today?"""
    return PROPOSED.judge(replace(case, said=case.proposal, who=case.proposal.statement.person if case.proposal else None))


def count(case: Case) -> tuple[Case, list[Discounted]]:
    """The case with those who count for the quorum: each person once, and at most one by an outside record."""
    if case.votes is None or case.revoked is None:
        return case, []
    people: set[str] = set()
    seen: set[str] = set()
    counting = []
    discounted = []
    for vote in case.approvals:
        verdict = APPROVES.judge(about(case, vote))
        if verdict.ok:
            people.add(vote.vote.person)
            seen.update(vote.vote.callouts)
            counting.append(vote)
        else:
            discounted.append(Discounted(vote.vote.person, verdict, vote.digest))
    outside, not_so = _outside(case, people)
    counted, acknowledged = frozenset(people | outside), frozenset(seen)
    return replace(case, counted=counted, acknowledged=acknowledged, counting=tuple(counting)), discounted + not_so


def about(case: Case, said: Said) -> Case:
    """The case with this statement under judgement."""
    return replace(case, said=said, who=said.statement.person)


def _outside(case: Case, people: set[str]) -> tuple[set[str], list[Discounted]]:
    discounted: list[Discounted] = []
    for item in case.outside:
        verdict = STANDS_IN.judge(replace(case, outside_record=item, who=item.person))
        if verdict.ok and item.person is not None and item.person not in people:
            return {item.person}, discounted
        if not verdict.ok and item.record.decision == "approve":
            discounted.append(Discounted(item.person or item.record.source, verdict))
    return set(), discounted


def _denies(case: Case) -> tuple[str, ...]:
    try:
        return case.denies
    except Unknown:
        return ()
