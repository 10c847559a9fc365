"""The CAB package: what the people who own the risk are given before they decide about a change. It decides nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from include.contracts.base import Contract, Digest, Line, Principal, Slug, Text
from include.contracts.brief import Assumption, Fact, FactId, NextStep, RunbookHit
from include.contracts.change import Assessment, ChangeId, LineNumber, Says
from include.contracts.evidence import Gap
from include.contracts.incident import Classification

MAX_WORRIES = 3


class Origin(StrEnum):
    """Where the notes came from."""

    NOTES = "notes"  # handed in: a file, the console, Airflow's form
    TICKET = "ticket"  # a ticket of the embedded desk, with its comments
    HYPOTHESIS = "hypothesis"  # a possible cause in an incident's brief
    DRIFT = "drift"  # a finding of the drift sweep


class ChangeNotes(Contract):
    """The notes of one change request, as kept: redacted. `digest` and `length` are of what was handed in, in bytes."""

    change: ChangeId
    origin: Annotated[Origin, Field(strict=False)]
    reference: Line | None  # the ticket's number; incident and hypothesis; the finding's fingerprint
    text: str
    digest: Digest
    length: Annotated[int, Field(ge=0)]


class Worry(Contract):
    """One of the things to worry about first, and the question that would settle it."""

    rule: Slug
    line: LineNumber
    says: Says
    asks: Says


class AuthorQuestion(Contract):
    """Something that is missing, as a question to the author."""

    rule: Slug
    line: LineNumber
    asks: Says


class Deciders(Contract):
    """Who may release changes of a service: the holders of its change role that had no part in the request."""

    service: Slug
    owner: Slug
    role: Slug | None  # None: nobody may, until the catalogue says who
    people: tuple[Slug, ...]


class Headed(Contract):
    """Facts by the question they answer; the rest of the facts is about what surrounds the change."""

    what: tuple[FactId, ...]
    why: tuple[FactId, ...]
    when: tuple[FactId, ...]
    who: tuple[FactId, ...]
    way_back: tuple[FactId, ...]
    checks: tuple[FactId, ...]


class CabPackage(Contract):
    """One version of one change request's package. `label` is the highest classification of anything used in it (H12)."""

    status: Literal["DRAFT"] = "DRAFT"
    change: ChangeId
    version: Annotated[int, Field(ge=1)]
    drafter: Line
    drafted_at: AwareDatetime
    principal: Principal  # who handed the notes in, and whose permissions the reads had
    title: Line
    environment: Slug
    services: tuple[Slug, ...]
    classification: Classification
    label: Slug
    labels: tuple[Slug, ...]
    summary: Text
    headed: Headed
    worries: Annotated[tuple[Worry, ...], Field(max_length=MAX_WORRIES)]
    facts: tuple[Fact, ...]
    assumptions: tuple[Assumption, ...]
    recommendations: tuple[NextStep, ...]
    questions: tuple[AuthorQuestion, ...]
    deciders: tuple[Deciders, ...]
    runbooks: tuple[RunbookHit, ...]
    stale: tuple[Line, ...]  # catalogue entries, runbooks and drawings that nobody has looked over in time
    missing: tuple[Gap, ...]
    assessment: Assessment
    retrieved: tuple[Slug, ...]  # evidence ids that were there
    used: tuple[Slug, ...]  # evidence ids that a fact or runbook cites
