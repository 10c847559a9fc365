"""Somebody is reached: on-call coverage now, shifts that run out, people without an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Rota
from include.doctor.finding import Finding, info, warning
from include.doctor.surroundings import Surroundings
from include.policy.accounts import AIRFLOW

AREA = "people"
SOON = timedelta(days=7)


def check_on_call(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """For every service somebody is on call now by plan, not only as the rota's fallback."""
    for service in catalogue.services.values():
        rota = catalogue.rotas[service.on_call]
        if not rota.shifts and not rota.rotation:
            yield info(
                AREA,
                f"service {service.name}",
                f"the rota {rota.name} plans nobody: its fallback {rota.fallback} is always on call",
                "add shifts or a rotation to rotas.yaml when more than one person shares it",
            )
        elif not _planned(rota, here.at):
            yield warning(
                AREA,
                f"service {service.name}",
                f"nobody is on call now by the rota {rota.name}; {rota.fallback} is called as its fallback",
                f"{rota.owner} adds a shift or a rotation to rotas.yaml",
            )


def check_shifts_end(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """A rota of shifts alone does not run out unnoticed."""
    for rota in catalogue.rotas.values():
        if rota.rotation or not _planned(rota, here.at):
            continue  # a rotation never ends; what is uncovered already is said for each service
        last = _covered_until(rota, here.at)
        if last <= here.at + SOON:
            yield warning(
                AREA,
                f"rota {rota.name}",
                f"its planned shifts end at {last.isoformat(timespec='minutes')}; from then on only {rota.fallback} is called",
                f"{rota.owner} adds the next shifts to rotas.yaml",
            )


def _planned(rota: Rota, at: datetime) -> bool:
    if any(shift.start <= at < shift.end for shift in rota.shifts):
        return True
    return bool(rota.rotation) and rota.rotation_start is not None and at >= rota.rotation_start


def _covered_until(rota: Rota, at: datetime) -> datetime:
    """The end of the shifts that follow each other from `at` on without a gap."""
    until = at
    for shift in sorted(rota.shifts, key=lambda shift: shift.start):
        if shift.start <= until < shift.end:
            until = shift.end
    return until


def check_accounts(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Everybody has an Airflow account: without one they may neither ask in Airflow nor read a brief there."""
    del here
    for person in catalogue.people.values():
        if not any(account.system == AIRFLOW for account in person.accounts):
            yield warning(
                AREA,
                f"people.yaml ({person.name})",
                "no Airflow account: what they do in Airflow belongs to nobody, and is refused",
                f"add {{system: {AIRFLOW}, id: …}} to their accounts",
            )
