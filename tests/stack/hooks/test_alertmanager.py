"""list_active_alerts on a real Alertmanager."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from include.contracts.tools.list_active_alerts import CONTRACT
from plugins.hooks.read.registry import read_hook

pytestmark = pytest.mark.stack
ODD = 'odd "name" \\ with =~ traps'


@pytest.fixture
def read(alertmanager: str, catalogue: Any, connect: Callable[..., None]) -> Callable[..., Any]:
    connect("holdpoint_alertmanager", host=alertmanager)

    def ask(service: str, matcher: str | None = None) -> Any:
        rows = tuple(
            row.model_copy(update={"systems": {"alertmanager": {"matcher": matcher}}}) if matcher and row.name == service else row
            for row in catalogue.tables["services"]
        )
        placed = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
        query = CONTRACT.input_model(service=service, environment="lab")
        return read_hook("list_active_alerts", catalogue=placed, principal="incident_triage@service").read(query)

    return ask


@pytest.fixture(autouse=True)
def firing(alertmanager: str, post: Callable[..., Any], now: datetime) -> None:
    def alert(service: str, name: str) -> dict[str, Any]:
        return {
            "labels": {"alertname": name, "service": service, "severity": "critical"},
            "annotations": {"summary": f"{name} of {service}"},
            "startsAt": (now - timedelta(minutes=3)).isoformat(),
        }

    rows = [alert("shop-payments", "ServiceDown"), alert("shop-payments", "Silenced"), alert("shop-frontend", "HighErrorRate")]
    post(f"{alertmanager}/api/v2/alerts", [*rows, alert("payroll", "Other"), alert(ODD, "Odd")])
    matcher = {"name": "alertname", "value": "Silenced", "isRegex": False, "isEqual": True}
    silence = {"matchers": [matcher], "startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
    post(f"{alertmanager}/api/v2/silences", silence | {"createdBy": "test", "comment": "test"})


def test_alerts_of_a_service_and_its_dependencies(read: Callable[..., Any], now: datetime) -> None:
    found = {(a.service, a.name, a.state) for a in read("shop-frontend").output.alerts}
    assert found == {
        ("shop-frontend", "HighErrorRate", "active"),
        ("shop-payments", "ServiceDown", "active"),
        ("shop-payments", "Silenced", "suppressed"),
    }


def test_one_alert_as_it_is(read: Callable[..., Any]) -> None:
    alert = next(a for a in read("shop-payments").output.alerts if a.name == "ServiceDown")
    assert (alert.severity, alert.summary) == ("critical", "ServiceDown of shop-payments")


def test_h11_a_matcher_with_traps_matches_itself_only(read: Callable[..., Any]) -> None:
    assert [a.name for a in read("shop-payments", ODD).output.alerts] == ["Odd"]
    assert read("shop-payments", 'x" or service=~".*').output.alerts == ()
