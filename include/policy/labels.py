"""The classification of an incident's own words: its title, its alerts, its question."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Incident, IncidentKind


def label_of(catalogue: Catalogue, incident: Incident) -> str:
    """The service's classification; where none resolved, the highest of the services its source may speak about.

    An umbrella names incidents of every source, so it is as high as any service; so is what left the catalogue.
    """
    service = catalogue.services.get(incident.service) if incident.service is not None else None
    if service is not None:
        return service.classification
    anything = incident.kind is IncidentKind.UMBRELLA or incident.service is not None
    source = None if anything else catalogue.sources.get(incident.source)
    names = source.services if source is not None else ("*",)
    services = [row for name, row in catalogue.services.items() if "*" in names or name in names]
    return catalogue.highest(tuple(row.classification for row in services) or tuple(catalogue.classifications))
