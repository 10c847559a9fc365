"""Against answers made for the purpose; tests/stack/hooks has a real Alertmanager."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.contracts.errors import ReadFailed
from include.contracts.tools.list_active_alerts import CONTRACT
from plugins.hooks.read.alertmanager import dependencies
from plugins.hooks.read.registry import read_hook


def alert(service: str, name: str = "ServiceDown", **more: Any) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "service": service, "severity": "critical"},
        "annotations": {"summary": f"{service} is down"},
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
        "startsAt": "2026-11-20T10:00:00.000Z",
        "fingerprint": f"{name}-{service}",
    } | more


def read(catalogue: Any, service: str = "shop-frontend", principal: str = "incident_triage@service") -> Any:
    query = CONTRACT.input_model(service=service, environment="lab")
    return read_hook("list_active_alerts", catalogue=catalogue, principal=principal).read(query)


@pytest.fixture
def everything(serve: Callable[..., Any], connect: Callable[..., None]) -> Any:
    """A server that ignores the filter, as a proxy that drops the query would."""
    rows = [alert(name) for name in ("shop-frontend", "shop-orders", "shop-payments", "payroll")]
    server = serve(json.dumps(rows).encode())
    connect("holdpoint_alertmanager", **server.address)
    return server


def services(result: Any) -> list[str]:
    return sorted(a.service for a in result.output.alerts)


def test_alerts_of_the_service_and_all_it_depends_on(everything: Any, catalogue: Any) -> None:
    result = read(catalogue)
    assert services(result) == ["shop-frontend", "shop-orders", "shop-payments"]
    assert [parse_qs(urlsplit(path).query)["filter"] for _, path, _, _ in everything.requests] == [
        ['service="shop-frontend"'],
        ['service="shop-orders"'],
        ['service="shop-payments"'],
    ]
    assert result.place == "alertmanager shop-frontend, shop-orders, shop-payments"
    assert result.output.alerts[0].summary == f"{result.output.alerts[0].service} is down"


def test_h12_a_dependency_that_the_principal_may_not_read_is_not_asked_about(everything: Any, catalogue: Any) -> None:
    rows = tuple(
        row.model_copy(update={"classification": "restricted"}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    )
    hidden = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
    assert services(read(hidden)) == ["shop-frontend", "shop-orders"]
    assert "payments" not in str(everything.requests)


def test_h02_nobody_sees_the_neighbours(everything: Any, catalogue: Any) -> None:
    assert services(read(catalogue, principal="")) == ["shop-frontend"]
    assert services(read(catalogue, principal="stranger@service")) == ["shop-frontend"]


def test_h12_what_a_server_says_of_other_services_is_left_out(everything: Any, catalogue: Any) -> None:
    assert services(read(catalogue, "shop-payments")) == ["shop-payments"]


def test_a_matcher_is_quoted(everything: Any, located: Callable[..., Any]) -> None:
    read(located(alertmanager={"matcher": 'a"b\\c'}), "shop-payments")
    assert parse_qs(urlsplit(everything.requests[0][1]).query)["filter"] == ['service="a\\"b\\\\c"']


def test_many_alerts(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any) -> None:
    rows = [alert("shop-payments", f"A{n}", annotations={"summary": "x\n" * 5_000}) for n in range(700)]
    connect("holdpoint_alertmanager", **serve(json.dumps(rows).encode()).address)
    output = read(catalogue, "shop-payments").output
    assert (len(output.alerts), output.truncated) == (500, True)
    assert len("\n".join(output.lines()).splitlines()) == 500


@pytest.mark.parametrize("reply", [b"<html>login</html>", b"", b"{}", b"[" * 1_000_000, b'[{"labels": {}}]', b"x" * 10_000_000])
def test_garbage(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any, reply: bytes) -> None:
    connect("holdpoint_alertmanager", **serve(reply).address)
    with pytest.raises(ReadFailed, match="bad answer"):
        read(catalogue)


def test_dependencies_end_though_they_go_round(catalogue: Any) -> None:
    rows = tuple(
        row.model_copy(update={"depends_on": ("shop-frontend",)}) if row.name == "shop-payments" else row
        for row in catalogue.tables["services"]
    )
    circle = dataclasses.replace(catalogue, tables={**catalogue.tables, "services": rows})
    assert dependencies(circle, "shop-frontend") == ("shop-orders", "shop-payments")
