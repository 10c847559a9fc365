"""Repositories whose scripts are reviewed: those of this machine are there, and webhooks have their secret."""

from __future__ import annotations

import os
from collections.abc import Iterator

from include.alerts.authenticate import secret_of
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.contracts.repository import Repository
from include.doctor.finding import Finding, Level, raised, warning
from include.doctor.surroundings import Surroundings
from include.script_review.repository.repository import local_path, open_local

AREA = "repositories"


def check_repositories(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Nothing is fetched: whether a server can be reached is seen when it is asked."""
    del here
    for row in catalogue.repositories.values():
        yield from _local(row)
        auth = row.webhook_auth
        if row.of_pull_requests and auth is not None and secret_of(auth, os.environ) is None:
            where = f"set {row.webhook_env}" if row.webhook_env else f"put it into {row.webhook_file}"
            problem = "the secret of its webhook is not here, so every post of it is turned away"
            yield warning(AREA, _subject(row), problem, f"{where} where the API server runs")


def _local(row: Repository) -> Iterator[Finding]:
    if row.where.startswith(("https://", "http://")):
        return
    try:
        with open_local(local_path(row.where), branch=row.branch) as repository:
            repository.resolve(None)
    except HoldpointError as problem:
        yield raised(AREA, _subject(row), problem, Level.WARNING)


def _subject(row: Repository) -> str:
    return f"repositories.yaml ({row.name})"
