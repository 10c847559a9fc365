"""The classification of an incident's own words: its title, its alerts, its question."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Incident, IncidentKind


def label_of(catalogue: Catalogue, incident: Incident) -> str:
    """The service's classification; where none resolved, the highest of the services its source may speak about.

    An umbrella names incidents of every source, so it is as high as any service; so is what left the catalogue.
    """
    return label_by_origin(catalogue, incident.service, incident.source, umbrella=incident.kind is IncidentKind.UMBRELLA)


def label_by_origin(catalogue: Catalogue, service_name: str | None, source_name: str, *, umbrella: bool) -> str:
    """The same, of every incident with this service and source."""
    service = catalogue.services.get(service_name) if service_name is not None else None
    if service is not None:
        return service.classification
    anything = umbrella or service_name is not None
    source = None if anything else catalogue.sources.get(source_name)
    names = source.services if source is not None else ("*",)
    services = [row for name, row in catalogue.services.items() if "*" in names or name in names]
    return catalogue.highest(tuple(row.classification for row in services) or tuple(catalogue.classifications))
