"""The classification of an incident's own words: its title, its alerts, its question."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Incident


def label_of(catalogue: Catalogue, incident: Incident) -> str:
    """The service's classification; where none resolved, the highest of the services its source may speak about."""
    if incident.service is not None:
        return catalogue.service(incident.service).classification
    source = catalogue.sources.get(incident.source)
    names = source.services if source is not None else ("*",)
    services = [row for name, row in catalogue.services.items() if "*" in names or name in names]
    return catalogue.highest(tuple(row.classification for row in services) or tuple(catalogue.classifications))
