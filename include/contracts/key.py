"""Keys that sign statements."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from include.contracts.base import Contract, Digest, Slug
from include.contracts.catalogue import Stars
from include.contracts.statement import KeyId, Method


class SigningKey(Contract):
    """A key that counts, and why: a row of the catalogue (`enrolment` None), or an enrolment that another person witnessed."""

    id: KeyId
    person: Slug
    method: Annotated[Method, Field(strict=False)]
    public: Annotated[str, StringConstraints(min_length=16, max_length=4_000)]
    environments: Stars
    credential: str | None = None
    enrolment: Digest | None = None
    witness: Slug | None = None
    since: AwareDatetime | None = None
