"""Which services somebody may ask about. The others are, to them, not there (H12)."""

from __future__ import annotations

from datetime import date

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Service
from include.contracts.errors import NotFound
from include.policy.permit import clears


def known_services(catalogue: Catalogue, person: str, *, today: date) -> list[Service]:
    """The services whose classification the person's grants clear, by name."""
    rows = (catalogue.services[name] for name in sorted(catalogue.services))
    return [row for row in rows if clears(catalogue, person, (row.classification,), row.name, today=today)]


def require_known(catalogue: Catalogue, person: str, service: str | None, *, today: date) -> None:
    """NotFound for a service that is not among them, whether or not there is one of that name."""
    if service is not None and service not in {row.name for row in known_services(catalogue, person, today=today)}:
        raise NotFound("There is no such service, or none that you may read about.", next_step="name a service that you know")
