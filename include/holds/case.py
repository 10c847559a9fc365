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
from include.contracts.key import SigningKey
from include.contracts.plan import Plan
from include.contracts.statement import Decision, Proposal, Revocation, Statement, Vote

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
