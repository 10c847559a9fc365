from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from include.contracts.tools.list_recent_alerts import RecentAlertsQuery
from include.store.tables.intake import alert, message
from include.store.times import to_text
from plugins.hooks.read.registry import read_hook
from tests.grants_end import DAY_AFTER, LAST_DAY, catalogue_that_ends, database_day

pytestmark = pytest.mark.both_databases


def read(catalogue: Any, window: dict[str, Any], principal: str = "incident_triage@service", **more: Any) -> Any:
    query = RecentAlertsQuery(**window | {"service": "shop-orders"} | more)
    return read_hook("list_recent_alerts", catalogue=catalogue, principal=principal).read(query)


@pytest.fixture
def received(store: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))

    def add(service: str, at: datetime, title: str = "ServiceDown") -> None:
        when, name = to_text(at), f"{service} {title} {at}"
        body = {
            "id": name,
            "source": "lab",
            "received_at": when,
            "digest": "0" * 64,
            "length": 2,
            "body": "{}",
            "truncated": False,
        }
        row: dict[str, Any] = {
            "message_id": name, "incident_id": "inc-1", "source": "lab", "fingerprint": "0" * 64, "status": "firing",
            "severity": "critical", "service": service, "environment": "lab", "title": title, "started_at": when,
            "received_at": when, "body": "{}",
        }  # fmt: skip
        with store.begin() as conn:
            conn.execute(insert(message).values(**body))
            conn.execute(insert(alert).values(**{key: value for key, value in row.items() if key in alert.c}))

    return add


def seen(result: Any) -> list[str]:
    return [a.service for a in result.output.alerts]


def test_alerts_of_the_service_and_its_neighbours(
    received: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    received("shop-frontend", now - timedelta(minutes=1))
    received("shop-orders", now - timedelta(minutes=3))
    received("shop-payments", now - timedelta(minutes=2))
    received("payroll", now)
    received("shop-orders", now - timedelta(hours=2))
    result = read(catalogue, window)
    assert seen(result) == ["shop-orders", "shop-payments", "shop-frontend"]
    assert result.place == "store alerts of shop-orders, shop-payments, shop-frontend"


def test_h12_a_neighbour_that_the_principal_may_not_read_is_not_looked_for(
    received: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    for service in ("shop-orders", "shop-payments"):
        received(service, now)
    rows = tuple(
        row.model_copy(update={"classification": "restricted"}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    )
    hidden = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
    result = read(hidden, window)
    assert seen(result) == ["shop-orders"]
    assert "payments" not in result.place
    assert seen(read(catalogue, window, "")) == ["shop-orders"]


@pytest.mark.parametrize(("day", "found"), [(LAST_DAY, ["shop-orders", "shop-payments"]), (DAY_AFTER, ["shop-orders"])])
def test_h02_the_database_s_day_decides_whether_a_grant_holds(
    received: Callable[..., None],
    catalogue: Any,
    window: dict[str, Any],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    found: list[str],
) -> None:
    for service in ("shop-orders", "shop-payments"):
        received(service, now)
    database_day(monkeypatch, day)
    assert sorted(seen(read(catalogue_that_ends(catalogue), window))) == found


def test_the_newest_are_kept(received: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    for number in range(5):
        received("shop-orders", now - timedelta(minutes=5 - number), f"A{number}")
    output = read(catalogue, window, max_alerts=2).output
    assert ([a.title for a in output.alerts], output.truncated) == (["A3", "A4"], True)
