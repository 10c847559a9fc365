"""The catalogue as one principal may know it: what they may not see is, to an assessment, not there (H12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Service
from include.contracts.tools import search_cmdb
from include.policy.permit import Target, decide

CMDB = search_cmdb.CONTRACT


def in_sight(catalogue: Catalogue, principal: str, environment: str, *, today: date) -> Catalogue:
    """Only the services whose entry the principal may read in this environment, without their hidden neighbours."""
    seen = {name for name, row in catalogue.services.items() if _allowed(catalogue, principal, row, environment, today)}
    services = tuple(
        row.model_copy(update={"depends_on": tuple(name for name in row.depends_on if name in seen)})
        for name, row in catalogue.services.items()
        if name in seen
    )
    return replace(catalogue, tables={**catalogue.tables, "services": services})


def _allowed(catalogue: Catalogue, principal: str, row: Service, environment: str, today: date) -> bool:
    label = catalogue.highest((CMDB.label, row.classification))
    return decide(catalogue, principal, CMDB.name, Target(row.name, environment, label), today=today).allowed
