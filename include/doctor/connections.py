"""What leads in and out: sources' secrets and parsers, channels' connections, the reads' connections."""

from __future__ import annotations

import os
from collections.abc import Iterator

from include.alerts.authenticate import secret_of
from include.alerts.registry import find_parser
from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import AlertSource, Channel
from include.contracts.errors import ConfigError
from include.contracts.tools import TOOLS
from include.delivery.endpoints import from_environment
from include.doctor.finding import Finding, Level, error, info, raised, warning
from include.doctor.surroundings import Surroundings

AREA = "connections"


def check_sources(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each alert source has a parser that loads, and its secret where the catalogue says."""
    del here
    for source in catalogue.sources.values():
        subject = f"sources.yaml ({source.name})"
        try:
            find_parser(source.parser)
        except ConfigError as problem:
            yield raised(AREA, subject, problem)
        if source.auth.kind != "sns" and secret_of(source.auth, os.environ) is None:
            yield warning(AREA, subject, "its secret is not here, so every post of it is turned away", _where(source))


def _where(source: AlertSource) -> str:
    ways = [f"set {source.auth.secret_env}"] if source.auth.secret_env else []
    ways += [f"put it into {source.auth.secret_file}, readable for the API server"] if source.auth.secret_file else []
    return f"{' or '.join(ways)} where the API server runs; or delete the row"


def check_channels(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Each channel that leaves the machine has an endpoint."""
    del here
    for channel in catalogue.channels.values():
        if channel.kind in {"smtp", "webhook"}:
            yield from _channel(channel)


def _channel(channel: Channel) -> Iterator[Finding]:
    subject = f"channels.yaml ({channel.name})"
    if channel.conn_id is None:
        yield error(AREA, subject, f"a {channel.kind} channel has no conn_id", "name the connection that it uses")
        return
    try:
        from_environment(channel.conn_id)
    except ConfigError as problem:
        wrong = os.environ.get(f"AIRFLOW_CONN_{channel.conn_id.upper()}")
        yield raised(AREA, subject, problem, Level.ERROR if wrong else Level.WARNING)


def check_reads(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Which reads have no connection in this environment; Airflow may still have them elsewhere."""
    del catalogue, here
    named = sorted({contract.conn_id for contract in TOOLS.values() if contract.conn_id})
    missing = [name for name in named if f"AIRFLOW_CONN_{name.upper()}" not in os.environ]
    if missing:
        yield info(
            AREA,
            "reads",
            f"not defined in this environment: {', '.join(missing)}",
            "define in Airflow (or as AIRFLOW_CONN_…) those you have; each other one is a gap in every brief",
        )
