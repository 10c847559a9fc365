"""How high an incident's own words are classified."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from include.contracts.alert import Severity
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.policy.labels import label_of

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def _incident(**fields: Any) -> Incident:
    base: dict[str, Any] = {
        "id": "inc-1",
        "key": "k",
        "generation": 1,
        "kind": IncidentKind.ALERT,
        "status": IncidentStatus.OPEN,
        "source": "lab",
        "principal": "incident_triage@service",
        "service": None,
        "environment": None,
        "severity": Severity.HIGH,
        "title": "t",
        "owner": "maya",
        "opened_at": AT,
        "started_at": AT,
    }
    return Incident(**(base | fields))


def _secret_service(catalogue: Any) -> Any:
    """A restricted service that the source `lab` may not speak about."""
    template = catalogue.service("shop-orders")
    secret = template.model_copy(update={"name": "vault", "classification": "restricted"})
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "services": (*catalogue.tables["services"], secret)})


def test_h12_an_umbrella_is_as_high_as_what_may_stand_under_it_from_another_source(catalogue: Any) -> None:
    guarded = _secret_service(catalogue)
    assert label_of(guarded, _incident(kind=IncidentKind.UMBRELLA)) == "restricted"
    assert guarded.rank(label_of(guarded, _incident())) < guarded.rank("restricted")


def test_h12_a_service_that_left_the_catalogue_is_as_high_as_any(catalogue: Any) -> None:
    guarded = _secret_service(catalogue)
    assert label_of(guarded, _incident(service="gone")) == "restricted"
    assert label_of(guarded, _incident(service="shop-orders")) == guarded.service("shop-orders").classification
