"""A runbook's front matter: who owns it, who approved it, where it applies, when it was last reviewed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from include.contracts.base import Contract, Line, Slug


class Approval(Contract):
    by: Slug
    on: date


class RunbookMeta(Contract):
    """YAML between two `---` lines at the head of a Markdown file. `services: ["*"]` applies everywhere."""

    name: Slug
    title: Line
    kind: Literal["runbook", "known_issue"] = "runbook"
    owner: Slug
    approved: Approval | None = None  # without it the runbook is not used
    services: Annotated[tuple[Annotated[str, Field(pattern=r"^(\*|[a-z0-9][a-z0-9_.-]{0,62})$")], ...], Field(min_length=1)]
    alerts: tuple[Line, ...] = ()
    reviewed: date
    review_interval_days: Annotated[int, Field(ge=1, le=1_095)]
    classification: Slug
    superseded_by: Slug | None = None
