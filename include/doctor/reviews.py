"""Reviewed on a clock: services, RACI rows and grants that nobody has looked at in time, and grants that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Grant, RaciRow, Service
from include.contracts.change_desk import AcceptUnprobed
from include.doctor.finding import Finding, warning
from include.doctor.surroundings import Surroundings

AREA = "reviews"
SOON = timedelta(days=14)


def check_reviews(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """No row is overdue for its review, and none claims one that is still to come."""
    named: list[tuple[str, Service | RaciRow | Grant | AcceptUnprobed, str]]
    named = [(f"services.yaml ({row.name})", row, row.owner) for row in catalogue.services.values()]
    named += [(f"raci.yaml ({row.kind}:{row.name})", row, row.accountable) for row in catalogue.raci]
    named += [(f"grants.yaml ({row.name})", row, row.owner) for row in catalogue.grants]
    named += [
        (f"change_desks.yaml ({desk.name}) accept_unprobed", desk.accept_unprobed, desk.accept_unprobed.accepted_by)
        for desk in catalogue.change_desks
        if desk.accept_unprobed is not None
    ]
    for subject, row, owner in named:
        if problem := _overdue(row, here.today):
            yield warning(AREA, subject, problem, f"{owner} looks it over and sets `reviewed` to that day")


def _overdue(row: Service | RaciRow | Grant | AcceptUnprobed, today: date) -> str | None:
    if row.reviewed > today:
        return f"its review date {row.reviewed} lies in the future"
    days = (today - row.reviewed).days - row.review_interval_days
    return f"its review is {days} day{'s' if days > 1 else ''} overdue (last {row.reviewed})" if days > 0 else None


def check_grants_end(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """No grant has expired unnoticed, and none is about to."""
    for grant in catalogue.grants:
        if grant.expires is None:
            continue
        subject = f"grants.yaml ({grant.name})"
        if grant.expires < here.today:
            yield warning(
                AREA, subject, f"it expired on {grant.expires} and allows nothing", f"{grant.owner} renews or deletes it"
            )
        elif grant.expires <= here.today + SOON:
            yield warning(AREA, subject, f"it expires on {grant.expires}", f"{grant.owner} renews it, or lets it end knowingly")
