"""What low-impact writes have in common: an incident, a brief's version, and the mark by which a repeat is recognised."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from include.contracts.base import Contract, Slug

# Derived from what is written about, so that a second run of the same task finds the first one's effect.
Mark = Annotated[str, StringConstraints(pattern=r"^holdpoint:[a-z0-9_.:-]{1,200}$")]


class BriefInput(Contract):
    incident: Slug
    version: Annotated[int, Field(ge=1)]


class TaskInput(Contract):
    """Of a change request's package, or of a review's report."""

    subject: Slug
    version: Annotated[int, Field(ge=1)]


class ReviewInput(Contract):
    review: Slug  # of scripts
    version: Annotated[int, Field(ge=1)]


class Done(Contract):
    """`created` is False where the mark was already there and nothing was written."""

    mark: Mark
    created: bool
    reference: Annotated[str, StringConstraints(max_length=500)]  # ticket number or delivery id
