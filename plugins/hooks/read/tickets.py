"""Tickets about a service, from the embedded desk."""

from __future__ import annotations

from typing import ClassVar

from include.contracts.base import Contract, Slug
from include.contracts.tools import search_tickets
from include.contracts.tools.search_tickets import TicketQuery, Tickets
from include.policy.permit import readable_labels
from plugins.hooks.read.base import Asked, ReadHook, ReadResult


class TicketsLocation(Contract):
    """`queue`: the queue of the service's tickets."""

    queue: Slug


class TicketsHook(ReadHook):
    """No connection of its own: Holdpoint's store (`HOLDPOINT_STORE`, or the connection `holdpoint_store`).

    Tickets and comments above the answer's label, or above what the principal may read, are not searched (H12).
    """

    contract: ClassVar = search_tickets.CONTRACT
    location: ClassVar = TicketsLocation

    def _read(self, asked: Asked) -> ReadResult:
        from include.store import desk
        from include.store.database import day

        query, at, service = asked.query, asked.at, asked.service
        assert isinstance(query, TicketQuery)
        assert isinstance(at, TicketsLocation)
        ceiling = self.catalogue.rank(self.ceiling(service))
        with self.store() as conn:
            readable = readable_labels(
                self.catalogue, self.principal, self.contract.name, service.name, query.environment, today=day(conn)
            )
            labels = frozenset(label for label in readable if self.catalogue.rank(label) <= ceiling)
            rows, more = desk.search_tickets(
                conn, at.queue, query.since, query.until, query.max_tickets, labels=labels, service=service.name
            )
        return ReadResult(Tickets(tickets=tuple(rows), queue=at.queue, truncated=more), f"desk queue {at.queue}")
