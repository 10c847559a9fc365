"""The incident brief: facts with citations, everything else marked as what it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from include.contracts.alert import Severity
from include.contracts.base import Contract, Line, Principal, Slug, Text
from include.contracts.evidence import Citation, Gap
from include.contracts.incident import Classification

FactId = Annotated[str, Field(pattern=r"^F[1-9][0-9]{0,3}$")]
HypothesisId = Annotated[str, Field(pattern=r"^H[1-9][0-9]{0,2}$")]


class Fact(Contract):
    """A statement that quotes its evidence. Without a citation that checks there is no fact."""

    id: FactId
    statement: Text
    citations: Annotated[tuple[Citation, ...], Field(min_length=1, max_length=20)]


class Assumption(Contract):
    """What the draft takes to be so without evidence that states it."""

    statement: Text
    basis: tuple[FactId, ...] = ()


class Hypothesis(Contract):
    """A possible cause, ranked, with what supports it, what speaks against it, and the one check that would refute it."""

    id: HypothesisId
    statement: Text
    score: Annotated[int, Field(ge=0, le=100)]  # for ranking only; not a probability
    supports: Annotated[tuple[FactId, ...], Field(min_length=1)]
    against: tuple[FactId, ...] = ()
    refuted_by: Text


class RunbookHit(Contract):
    """An approved runbook or known issue that matched, quoted."""

    runbook: Slug
    kind: Literal["runbook", "known_issue"]
    title: Line
    owner: Slug
    stale: bool
    stale_reason: Line | None = None
    label: Slug
    citation: Citation | None = None


class NextStep(Contract):
    """A read-only check for a person to make; never a remediation."""

    step: Text
    why: Text


class Escalation(Contract):
    """The named people it goes to, and why."""

    owner: Slug
    owner_name: Line
    on_call: Slug
    on_call_name: Line
    chain: tuple[Slug, ...]
    reason: Line


class Brief(Contract):
    """One version of one incident's brief. `label` is the highest classification of anything used in it (H12)."""

    status: Literal["DRAFT"] = "DRAFT"
    incident: Slug
    version: Annotated[int, Field(ge=1)]
    drafter: Line  # e.g. "extractive/1"
    drafted_at: AwareDatetime
    principal: Principal
    title: Line
    service: Slug | None
    environment: Slug | None
    severity: Severity
    started_at: AwareDatetime
    classification: Classification
    label: Slug
    labels: tuple[Slug, ...]  # every classification used: an audience must clear each
    summary: Text
    facts: tuple[Fact, ...]
    assumptions: tuple[Assumption, ...]
    hypotheses: tuple[Hypothesis, ...]
    runbooks: tuple[RunbookHit, ...]
    missing: tuple[Gap, ...]
    next_steps: tuple[NextStep, ...]
    escalation: Escalation
    retrieved: tuple[Slug, ...]  # evidence ids that were there
    used: tuple[Slug, ...]  # evidence ids that a fact or runbook hit cites
