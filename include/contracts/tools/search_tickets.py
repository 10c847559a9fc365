"""Tickets about a service that are open or were touched in a window (the embedded desk)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line, Slug
from include.contracts.reads import Observed, WindowInput, stamp
from include.contracts.tool import Output, load_contract


class TicketQuery(WindowInput):
    max_tickets: Annotated[int, Field(ge=1, le=100)] = 20


class Ticket(Output):
    number: Line
    state: Line
    title: Observed
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    assignee: Line | None
    last_comment: Observed | None = None


class Tickets(Output):
    tickets: Annotated[tuple[Ticket, ...], Field(max_length=100)]
    queue: Slug
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for t in self.tickets:
            assignee = f" assigned to {t.assignee}" if t.assignee else ""
            comment = f" last comment: {' '.join(t.last_comment.split())}" if t.last_comment else ""
            title = " ".join(t.title.split())
            yield f"{t.number} {t.state} opened {stamp(t.opened_at)} updated {stamp(t.updated_at)}{assignee}: {title}{comment}"


CONTRACT = load_contract(
    {
        "name": "search_tickets",
        "version": 1,
        "tool_class": "read",
        "summary": "Tickets about the service, open or touched in a window of time",
        "owner": "service-desk",
        "input_model": TicketQuery,
        "output_model": Tickets,
        "system": "tickets",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 15,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
