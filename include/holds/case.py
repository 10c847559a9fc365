"""What the rules of `rules.py` judge: everything known of one hold at one moment, read once, frozen.

A field that is None is not known, and no rule allows on what is not known (`known`). Nothing in here is taken from a row
where it can be made again from bytes: `include/holds/gather.py` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from include.catalogue.catalogue import Catalogue
from include.contracts.hold import Hold, OutsideRecord, View
from include.contracts.incident import Incident
from include.contracts.key import SigningKey
from include.contracts.plan import Plan
from include.contracts.statement import (
    Decision,
    Declaration,
    Endorsement,
    Proposal,
    Review,
    Revocation,
    Statement,
    Vote,
)
from include.contracts.template import Template

Known = TypeVar("Known")


class Unknown(Exception):
    """A rule asked for what the case does not have; it refuses."""


class No(Exception):
    """A rule refuses, and says more exactly why than its own sentence does."""


def known(value: Known | None) -> Known:
    """The value; Unknown where there is none."""
    if value is None:
        raise Unknown
    return value


@dataclass(frozen=True)
class Said:
    """A statement as it came or as it lies in the store, with what is true of it today.

    :ivar key: the key it names, where that key counts today
    :ivar signed: that key's signature over exactly these bytes verifies
    :ivar entered_at: the time of its ledger entry; of one that is just coming in, now
    """

    digest: str
    statement: Statement
    key: SigningKey | None
    signed: bool
    entered_at: datetime | None

    @property
    def vote(self) -> Vote:
        return self._as(Vote)

    @property
    def proposal(self) -> Proposal:
        return self._as(Proposal)

    @property
    def revocation(self) -> Revocation:
        return self._as(Revocation)

    @property
    def endorsement(self) -> Endorsement:
        return self._as(Endorsement)

    @property
    def declaration(self) -> Declaration:
        return self._as(Declaration)

    @property
    def review(self) -> Review:
        return self._as(Review)

    def _as(self, kind: type[Known]) -> Known:
        if not isinstance(self.statement, kind):
            raise No("the signature is over another kind of statement")
        return self.statement


@dataclass(frozen=True)
class Outside:
    """An outside record as last fetched. `person`: whose account it is today.

    :ivar fetched: again, for this consumption; `asked`: its source answered, perhaps that nobody stands by it any more
    """

    record: OutsideRecord
    person: str | None
    fetched: bool
    asked: bool


@dataclass(frozen=True)
class Claimed:
    """The template that a plan claims to fit, as the store and the ledger have it.

    :ivar problem: why its row, its statements, its uses and its ledger entries do not agree; "" where they do
    :ivar template: from its stored bytes; `digest` is made of them anew
    :ivar uses: how often it was used in the last 24 hours
    """

    problem: str
    template: Template | None = None
    digest: str | None = None
    endorsements: tuple[Said, ...] | None = None
    revoked: bool | None = None
    uses: int | None = None


@dataclass(frozen=True)
class Declared:
    """A declaration that this hold's plan is an emergency change, with what it rests on today.

    :ivar incident: as its row has it now; None where there is none, or where the ledger does not know it
    :ivar services: which services the incident is on: its own, or those of the open incidents that it stands for
    :ivar paged: touched service -> who was sent the page that the declaration wrote down for its chain
    """

    said: Said
    incident: Incident | None = None
    services: frozenset[str] = frozenset()
    paged: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True)
class Case:
    """One hold at one moment.

    :ivar now: the database's clock; `head_at` is the latest time in the ledger since the hold's first entry
    :ivar plan: from its stored bytes, where these are canonical; `plan_digest` is made of them anew
    :ivar derived: what today's catalogue, contracts and tool manifest make of the plan's inputs; else why they make nothing
    :ivar record_problem: why statements, ledger entries and the chain do not agree; "" where they do
    :ivar contributors: everybody who proposed or edited this plan or one that it supersedes, however far back
    :ivar votes: each vote of the record, revoked ones too; `revoked` are the digests of those
    :ivar view: the digest of today's page; `shown` every page kept for this hold, by the digest made of its bytes anew
    :ivar consuming: the approval is being consumed: outside records count only as fetched again
    :ivar said: the statement under judgement, `who` the person, `outside_record` the record; `seen`: it was received before
    :ivar claimed: the template that the plan claims; None where it claims none
    :ivar declarations: everybody's, in their order; `declared` is the one under judgement; `reviews` of the hold likewise
    :ivar unreviewed: earlier emergencies, of these services or their owners, that nobody has reviewed so that it counts
    :ivar counting: the votes that count; `counted` and `acknowledged` are made of them
    :ivar counted: who counts for the quorum; `acknowledged` the callouts that somebody of them acknowledged
    """

    now: datetime
    head_at: datetime | None
    catalogue: Catalogue
    revoked_people: frozenset[str] | None
    hold: Hold | None = None
    plan: Plan | None = None
    plan_digest: str | None = None
    derived: Plan | None = None
    derived_problem: str = ""
    record_problem: str | None = None
    proposal: Said | None = None
    contributors: frozenset[str] | None = None
    votes: tuple[Said, ...] | None = None
    revoked: frozenset[str] | None = None
    hold_revoked: bool | None = None
    attempted: bool | None = None
    view: str | None = None
    shown: Mapping[str, View] | None = None
    outside: tuple[Outside, ...] = ()
    consuming: bool = False
    said: Said | None = None
    seen: bool | None = None
    who: str | None = None
    outside_record: Outside | None = None
    counted: frozenset[str] | None = None
    acknowledged: frozenset[str] | None = None
    claimed: Claimed | None = None
    declarations: tuple[Declared, ...] | None = None
    declared: Declared | None = None
    reviews: tuple[Said, ...] | None = None
    unreviewed: tuple[str, ...] | None = None
    emergency_used: bool | None = None
    counting: tuple[Said, ...] | None = None

    @property
    def standing(self) -> tuple[Said, ...]:
        """The votes that nobody has revoked."""
        gone = known(self.revoked)
        return tuple(vote for vote in known(self.votes) if vote.digest not in gone)

    @property
    def approvals(self) -> tuple[Said, ...]:
        return tuple(vote for vote in self.standing if vote.vote.decision is Decision.APPROVE)

    @property
    def denies(self) -> tuple[str, ...]:
        """Who has said no: a deny is never taken back, and needs no proof to be heeded."""
        said = [vote.vote.person for vote in known(self.votes) if vote.vote.decision is not Decision.APPROVE]
        outside = [item.person or item.record.source for item in self.outside if item.record.decision != "approve"]
        return tuple(dict.fromkeys((*said, *outside)))
