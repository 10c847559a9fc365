"""The rows of the catalogue and the contracts that a plan rests on, by digest: when one changes, the plan is another plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from include.contracts.catalogue import Service
from include.contracts.plan import Entry
from include.store.canonical import canonical

_SERVICE_LINE = b"holdpoint.service.v1\n"


def service_digest(service: Service) -> str:
    """SHA-256 over the line `holdpoint.service.v1` and the canonical JSON of the service's whole row."""
    return hashlib.sha256(_SERVICE_LINE + canonical(service.to_json())).hexdigest()


def entries_of(services: Iterable[Service], tools: Mapping[str, str]) -> tuple[Entry, ...]:
    """Services, then tools, each once and by name.

    :param tools: name -> digest of the contract
    """
    touched = {service.name: service for service in services}
    rows = [Entry(kind="service", name=name, digest=service_digest(touched[name])) for name in sorted(touched)]
    return (*rows, *(Entry(kind="tool", name=name, digest=tools[name]) for name in sorted(tools)))
