"""Who is told at which level of an escalation chain, now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Channel, Person
from include.contracts.incident import Incident


@dataclass(frozen=True)
class Told:
    """`level` counts from 0."""

    level: int
    person: Person
    channel: Channel
    after_minutes: int


def chain_of(catalogue: Catalogue, incident: Incident, at: datetime, service_name: str | None = None) -> tuple[Told, ...]:
    """The people of the chain of the incident's service, or of the one that is named; where there is no service (any more), the
    owner and then the chain the owner stands in.

    Never empty: every incident has an owner, and the owner has at least the file channel (H10, H13).
    """
    name = service_name or incident.service
    service = catalogue.services.get(name) if name is not None else None
    if service is not None:
        levels = catalogue.escalations[service.escalation].levels
        return tuple(
            Told(number, catalogue.told(level, at), catalogue.channels[level.channel], level.after_minutes)
            for number, level in enumerate(levels)
        )
    return _without_service(catalogue, incident, at)


def _without_service(catalogue: Catalogue, incident: Incident, at: datetime) -> tuple[Told, ...]:
    """No service, no chain of its own: the chain in which the owner stands, with the owner put first."""
    chains = sorted(catalogue.escalations.values(), key=lambda chain: (chain.owner != incident.owner, chain.name))
    levels = chains[0].levels
    # Who left the catalogue since the incident was opened cannot be told; whoever owns the chain can.
    owner = catalogue.people.get(incident.owner) or catalogue.person(chains[0].owner)
    first = Told(0, owner, catalogue.channels[levels[0].channel], 0)
    rest = [
        Told(number, catalogue.told(level, at), catalogue.channels[level.channel], max(level.after_minutes, 5))
        for number, level in enumerate(levels, 1)
    ]
    return (first, *rest)
