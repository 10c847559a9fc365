"""What an analyser says about evidence: observations that quote, and possible causes built on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Contract, Line, Slug, Text
from include.contracts.evidence import Citation


class Observation(Contract):
    """A fact in the making. `key` names it so that causes can refer to it; `weight` (0–100) orders facts in the brief."""

    key: Line
    statement: Text
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    weight: Annotated[int, Field(ge=0, le=100)]
    at: AwareDatetime | None = None  # when what it describes happened, where the evidence says


class Cause(Contract):
    """A hypothesis in the making, resting on observations."""

    analyser: Slug
    statement: Text
    score: Annotated[int, Field(ge=0, le=100)]
    supports: Annotated[tuple[Line, ...], Field(min_length=1)]  # observation keys
    against: tuple[Line, ...] = ()
    refuted_by: Text


class Remark(Contract):
    """What the analysis took for granted, set aside or could not do; shown among the brief's assumptions."""

    statement: Text
    basis: tuple[Line, ...] = ()  # observation keys


class Diagnosis(Contract):
    """All analysers' results over one incident's evidence."""

    observations: tuple[Observation, ...]
    causes: tuple[Cause, ...]
    remarks: tuple[Remark, ...] = ()
