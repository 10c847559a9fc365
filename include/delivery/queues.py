"""In which queue of the desk a service's tickets stand."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue

UNASSIGNED = "unassigned"


def queue_of(catalogue: Catalogue, service: str | None) -> str:
    """As the catalogue names it; `unassigned` where there is no such service, or it names none."""
    row = catalogue.services.get(service) if service is not None else None
    return str(row.systems.get("tickets", {}).get("queue", UNASSIGNED)) if row is not None else UNASSIGNED
