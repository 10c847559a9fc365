"""What the page of a hold shows: gathered anew each time, trimmed to what its reader may read (H12)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from include.cab import reading as cab
from include.contracts.errors import HoldpointError, NotFound
from include.contracts.hold import Hold, OutsideRecord, View, Way
from include.contracts.key import SigningKey
from include.contracts.statement import Decision, Vote
from include.holds import rules
from include.holds.case import Case, Said
from include.holds.emergency_rules import is_reviewed, review_independence, review_role, was_used
from include.holds.gather import gather, ring_of
from include.holds.record import Depth
from include.holds.release import Discounted, Judgement, count, judged, proposed, standing_refusals
from include.holds.states import WAITING
from include.holds.trust import TrustRoots
from include.holds.view import current_view
from include.store import statements
from include.triage import reading as incidents
from plugins.console.signing import passkeys
from plugins.console.web.visit import Visit

BEFORE_SIGNING = (
    rules.waits,
    rules.clock,
    rules.single_use,
    rules.plan_intact,
    rules.complete_record,
    rules.person,
    rules.deny,
    rules.role,
    rules.independence,
    rules.counts_once,
    rules.approve_by,
    rules.execute_by,
    rules.derived,
)
"""What an approval is refused by and can be told before it is signed: the rules that ask about the hold, the person, the time."""

URGENT = (rules.single_use, rules.person, rules.role, rules.independence, rules.execute_by, rules.deny)
REVIEWABLE = (was_used, rules.person, review_role, review_independence)


@dataclass(frozen=True)
class Cast:
    """A vote in the record. `discounted`: why it does not count; None where it does, or was taken back."""

    vote: Vote
    name: str
    digest: str
    revoked: bool
    discounted: str | None


@dataclass(frozen=True)
class Outside:
    """An approval or rejection kept by another system. `name`: whose account it is today; `discounted` as of `Cast`."""

    record: OutsideRecord
    name: str
    discounted: str | None


@dataclass(frozen=True)
class Source:
    """Evidence that the plan names. `place` and `collected_at` None: it is gone, or not for this reader; they look alike."""

    id: str
    place: str | None
    collected_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """A hold's page.

    :ivar view: what a vote is bound to, by `view_digest`; None where none can be made, and `problem` says why
    :ivar incident: the title of the plan's incident or change request; None where there is none for this reader
    :ivar obstacles: why this person may not approve; empty where nothing is known to stand in the way
    :ivar keys: this person's passkeys that count there
    :ivar missing: approvals still wanted; 0 where a template or an emergency releases it as it is
    :ivar way: how its approval was reached; None where it was not
    :ivar standing: why the template that it claims, or the emergency that was declared, does not release it now
    :ivar urgent: may this person declare an emergency, as far as can be told before they sign?
    :ivar reviewable: was it released as an emergency, and may this person still review it?
    :ivar statements: how many there are about the hold: the open page asks whether there are more
    """

    hold: Hold
    view: View | None
    view_digest: str | None
    problem: str | None
    open: bool
    obstacles: list[str]
    keys: list[SigningKey]
    cast: list[Cast]
    outside: list[Outside]
    missing: int
    way: Way | None
    standing: list[str]
    urgent: bool
    reviewable: bool
    statements: int
    incident: str | None
    evidence: list[Source]

    @property
    def changed(self) -> bool:
        """Has something that the plan rests on changed since?"""
        return self.view is not None and any(each.changed for each in self.view.differences)

    @property
    def section(self) -> str:
        """The section of the page that the plan's incident or change request has."""
        case = self.view.plan.incident if self.view is not None else None
        return "changes" if case is not None and is_change(case) else "incidents"

    @property
    def whole(self) -> str:
        """The plan as JSON, laid out for reading."""
        return json.dumps(self.view.plan.to_json(), indent=2, ensure_ascii=False) if self.view is not None else ""


def shown(visit: Visit, conn: Connection, roots: TrustRoots, item: Hold) -> Shown:
    """The page of a hold that this person may read. Whatever is wrong with the hold is said on it, and raises nothing."""
    view, digest, problem = today(conn, roots, item.id)
    keys = ring_of(conn, roots)  # a record of keys that is not whole is among the obstacles
    case = gather(conn, roots, item.id, depth=Depth.CHAIN, keys=keys)
    judgement = judged(case)
    incident, evidence = _sources(visit, conn, view)
    return Shown(
        hold=item,
        view=view,
        view_digest=digest,
        problem=problem,
        open=item.state in WAITING,
        obstacles=obstacles(case, visit.person.name),
        keys=passkeys(keys[0], visit.person.name, item.environment),
        cast=[_cast(visit, said, judgement) for said in case.votes or ()],
        outside=[_outside(visit, each.record, each.person, judgement.discounted) for each in case.outside],
        missing=0 if judgement.way else max(0, (view.plan.quorum.approvals if view else 1) - len(judgement.approvals)),
        way=judgement.way,
        standing=[f"{each.rule}: {each.reason}" for each in standing_refusals(count(case)[0])],
        urgent=item.state in WAITING and may_sign(replace(case, who=visit.person.name), URGENT),
        reviewable=may_sign(replace(case, who=visit.person.name), REVIEWABLE) and not is_reviewed(case),
        statements=len(statements.of_subject(conn, item.id)),
        incident=incident,
        evidence=evidence,
    )


def may_sign(case: Case, asked: Collection[rules.Rule]) -> bool:
    """What can be told before this person signs: nothing of these refuses."""
    return all(each.judge(case).ok for each in asked)


def today(conn: Connection, roots: TrustRoots, hold_id: str) -> tuple[View | None, str | None, str | None]:
    """Today's page and its digest; or neither, and why."""
    try:
        return *current_view(conn, roots, hold_id), None
    except HoldpointError as error:
        return None, None, f"{error.message} Next: {error.next_step}."


def obstacles(case: Case, person: str) -> list[str]:
    """Why an approval by this person would be refused, each with its rule."""
    entered = replace(case.proposal, entered_at=case.now) if case.proposal is not None else None  # what comes now is entered now
    asked = replace(count(case)[0], who=person, said=entered)
    verdicts = (*(rule.judge(asked) for rule in BEFORE_SIGNING), proposed(case))
    return list(dict.fromkeys(f"{verdict.reason} ({verdict.rule})" for verdict in verdicts if not verdict.ok))


def _cast(visit: Visit, said: Said, judgement: Judgement) -> Cast:
    gone = said.digest in judgement.revoked
    why = {each.digest: each for each in judgement.discounted}.get(said.digest)
    counts = gone or why is None or said.vote.decision is not Decision.APPROVE
    return Cast(said.vote, visit.full_name(said.vote.person), said.digest, gone, None if counts or why is None else _why(why))


def _outside(visit: Visit, record: OutsideRecord, person: str | None, discounted: Collection[Discounted]) -> Outside:
    mine = (each for each in discounted if each.digest is None and each.person == (person or record.source))
    why = next(mine, None) if record.decision == "approve" else None
    return Outside(record, visit.full_name(person) if person else record.account, _why(why) if why else None)


def _why(found: Discounted) -> str:
    return f"{found.verdict.reason} ({found.verdict.rule})"


def _sources(visit: Visit, conn: Connection, view: View | None) -> tuple[str | None, list[Source]]:
    """The incident's title and the plan's evidence, as far as this person could open them from the incident's page."""
    if view is None or view.plan.incident is None:
        return None, []
    hidden = [Source(name, None, None) for name in view.plan.evidence]
    who = incidents.reader(conn, visit.catalogue, visit.person)
    try:
        if is_change(view.plan.incident):
            return cab.change(conn, who, view.plan.incident).title, hidden
        item = incidents.incident(conn, who, view.plan.incident)
    except NotFound:
        return None, hidden
    found = incidents.sources(conn, who, item, view.plan.evidence)
    return item.title, [Source(each.id, *found[each.id]) if each.id in found else each for each in hidden]


def is_change(case: str) -> bool:
    """Is it a change request, and no incident?"""
    return case.startswith("chg_")
