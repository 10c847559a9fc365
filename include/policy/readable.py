"""Which incidents a person may read, as a condition of the query itself: what they may not is not counted either (H12)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import IncidentKind
from include.policy.labels import label_by_origin
from include.policy.permit import clears
from include.store.tables.incident import incident


def readable(catalogue: Catalogue, person: str, *, today: date) -> ColumnElement[bool]:
    """True of the rows of `incident` whose label (`label_of`) this person's grants clear."""
    table = incident.c
    services = [
        name for name, row in catalogue.services.items() if clears(catalogue, person, (row.classification,), name, today=today)
    ]
    sources = [
        name
        for name in catalogue.sources
        if clears(catalogue, person, (label_by_origin(catalogue, None, name, umbrella=False),), None, today=today)
    ]
    homeless = and_(table.service.is_(None), table.kind != IncidentKind.UMBRELLA.value, table.source.in_(sources))
    return or_(table.service.in_(services), homeless, _anything(catalogue, person, today))


def _anything(catalogue: Catalogue, person: str, today: date) -> ColumnElement[bool]:
    """Umbrellas, and what came by a source or names a service that left the catalogue: as high as any service."""
    if not clears(catalogue, person, (label_by_origin(catalogue, None, "", umbrella=True),), None, today=today):
        return false()
    table = incident.c
    gone = table.source.not_in(list(catalogue.sources))
    homeless = and_(table.service.is_(None), or_(table.kind == IncidentKind.UMBRELLA.value, gone))
    return or_(homeless, table.service.not_in(list(catalogue.services)))
