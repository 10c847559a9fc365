"""What an alert may speak about: its service and environment count only where its source is bound to them (H11)."""

from __future__ import annotations

from dataclasses import dataclass

from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert
from include.contracts.catalogue import AlertSource


@dataclass(frozen=True)
class Bound:
    """`service` and `environment` are catalogue names or None; `owner` is a person, always."""

    service: str | None
    environment: str | None
    owner: str


def bind(catalogue: Catalogue, source: AlertSource, item: Alert) -> Bound:
    """Exact matches only. What does not resolve goes to the source's owner, never to a guess."""
    environment = item.environment if item.environment in source.environments else None
    name = item.service
    service = catalogue.services.get(name) if name is not None else None
    bound = service is not None and ("*" in source.services or service.name in source.services)
    if service is None or not bound or environment not in service.environments:
        return Bound(None, environment, source.owner)
    return Bound(service.name, environment, service.owner)
