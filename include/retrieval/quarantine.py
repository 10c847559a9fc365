"""Quarantine of runbooks: whoever may read one may mark it misleading; only its owner puts it back into use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, inspect

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import NotFound
from include.contracts.tools.query_approved_runbook import CONTRACT
from include.policy.permit import readable_labels
from include.retrieval.loader import Runbook
from include.store import quarantine as store
from include.store.tables.quarantine import quarantine as table

KIND = "runbook"


def held_back(conn: Connection) -> frozenset[str]:
    """Names of the runbooks that must not be used. A store from before this table's migration cannot hold any."""
    return store.quarantined(conn, KIND) if inspect(conn).has_table(table.name) else frozenset()


def mark_misleading(
    conn: Connection, catalogue: Catalogue, runbooks: Sequence[Runbook], *, name: str, by: str, reason: str, today: date
) -> None:
    """Quarantine a runbook. Raises as `store.quarantine`, and NotFound for what does not exist or this person may not read."""
    runbook = find(catalogue, runbooks, name=name, reader=catalogue.person(by).name, today=today)
    store.quarantine(conn, kind=KIND, name=runbook.meta.name, by=by, reason=reason)


def lift(conn: Connection, catalogue: Catalogue, runbooks: Sequence[Runbook], *, name: str, by: str, today: date) -> None:
    """Release a runbook. Raises as `store.release`, and NotFound for what does not exist or this person may not read."""
    person = catalogue.person(by).name
    own = (runbook for runbook in runbooks if runbook.meta.name == name and runbook.meta.owner == person)
    runbook = next(own, None) or find(catalogue, runbooks, name=name, reader=person, today=today)
    store.release(conn, kind=KIND, name=name, by=by, owner=runbook.meta.owner)


def find(catalogue: Catalogue, runbooks: Sequence[Runbook], *, name: str, reader: str, today: date) -> Runbook:
    """The runbook of that name, or NotFound, which is the same whether it is missing or not for this reader (H12)."""
    for runbook in runbooks:
        if runbook.meta.name == name and may_read(catalogue, reader, runbook, today=today):
            return runbook
    raise NotFound(
        f"There is no runbook {name!r}, or none that {reader} may read.",
        next_step="./holdpoint runbooks list --as YOU shows them",
    )


def may_read(catalogue: Catalogue, principal: str, runbook: Runbook, *, today: date) -> bool:
    """May this principal read it for one service, at least, that it applies to?"""
    services: Iterable[str | None] = runbook.meta.services
    if "*" in runbook.meta.services:
        services = (None, *catalogue.services)
    return any(
        runbook.meta.classification in readable_labels(catalogue, principal, CONTRACT.name, service, None, today=today)
        for service in services
    )
