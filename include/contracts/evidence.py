"""Evidence: what a read returned, as text that can be quoted by position, and what could not be read."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, JsonValue, model_validator

from include.contracts.base import Contract, Digest, Line, Principal, Slug

Params = dict[Slug, JsonValue]


class ReadRequest(Contract):
    """A read to make: the tool and its parameters as its input model dumps them."""

    tool: Slug
    params: Params


class Evidence(Contract):
    """One read's answer.

    `text` is the tool's own rendering of `output`, one observation a line; citations are positions in it (Python string
    offsets). `digest` is SHA-256 of its UTF-8 bytes, so a citation holds for exactly this text.
    """

    id: Slug
    tool: Slug
    params: Params
    principal: Principal
    label: Slug
    place: Line  # where it was read: system and object, for people
    collected_at: AwareDatetime
    text: Annotated[str, Field(max_length=1_000_000)]
    digest: Digest
    output: dict[str, Any]


def text_digest(text: str) -> str:
    """An evidence's `digest` of its text: SHA-256 of the UTF-8 bytes, lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class GapKind(StrEnum):
    FAILED = "failed"  # asked, no usable answer
    PENDING = "pending"  # asked, still running when the brief was drafted
    NOT_ASKED = "not_asked"  # could have been asked by this principal, and was not


class Gap(Contract):
    """Evidence that the brief does not have. Never names a source that the principal may not see (H12)."""

    kind: GapKind
    tool: Slug
    params: Params = Field(default_factory=dict)
    reason: Line


class Citation(Contract):
    """A span of an evidence's text: `text[start:end] == quote`."""

    evidence: Slug
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    quote: Annotated[str, Field(min_length=1, max_length=4_000)]

    @model_validator(mode="after")
    def _span_fits_quote(self) -> Citation:
        if self.end - self.start != len(self.quote):
            raise ValueError("the span's length is not the quote's length")
        return self
