"""Tickets about the service, newest first."""

from __future__ import annotations

from include.contracts.tools.search_tickets import Tickets
from include.diagnosis.board import Analyser
from include.diagnosis.case import Case
from include.diagnosis.finding import Finding, Sign
from include.diagnosis.quoting import quote

_MAX_TICKETS = 3


def observe(case: Case) -> list[Finding]:
    found = []
    for source in case.of_tool("search_tickets", Tickets):
        newest = sorted(source.items(source.output.tickets), key=lambda row: (row[0].updated_at, row[0].number), reverse=True)
        for ticket, line in newest[:_MAX_TICKETS]:
            found.append(Finding(quote(f"ticket:{ticket.number}"[:300], [line], weight=22), Sign.NEUTRAL, source.service))
    return found


ANALYSER = Analyser("tickets", observe)
