"""Approved runbooks and known issues for a service: permission is part of the query, not a filter after it (H12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from include.contracts.base import Contract, Line, Plain, Slug
from include.contracts.reads import Observed
from include.contracts.tool import Output, load_contract


class RunbookQuery(Contract):
    """`words` are matched as words, never as a query language. `service` None: only runbooks that apply everywhere."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=1_000), Plain]
    service: Slug | None
    max_hits: Annotated[int, Field(ge=1, le=50)] = 5


class RunbookPassage(Output):
    """The best passage of one runbook. `score`: higher is better, comparable within one answer only."""

    runbook: Slug
    kind: Literal["runbook", "known_issue"]
    title: Line
    owner: Slug
    label: Slug
    heading: Line
    passage: Observed
    score: float
    stale: bool
    stale_reason: Line | None = None


class RunbookPassages(Output):
    hits: Annotated[tuple[RunbookPassage, ...], Field(max_length=50)]

    def lines(self) -> Iterable[str]:
        for h in self.hits:
            stale = f" [STALE: {h.stale_reason}]" if h.stale else ""
            yield f"{h.runbook} ({h.kind}, owner {h.owner}){stale} {h.title} / {h.heading}: {' ⏎ '.join(h.passage.splitlines())}"


CONTRACT = load_contract(
    {
        "name": "query_approved_runbook",
        "version": 1,
        "tool_class": "read",
        "summary": "Approved runbooks and known issues that match the words, best first",
        "owner": "sre",
        "input_model": RunbookQuery,
        "output_model": RunbookPassages,
        "system": "runbooks",
        "conn_id": None,
        "label": "public",
        "timeout_s": 15,
        "retry": {"attempts": 1, "delay_s": 0},
        "idempotency": "safe",
    }
)
