"""All reads at once, with the shipped example catalogue, on the lab's real processes: one fault, and what the hooks see of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.tools import tool
from include.evidence.build import build_evidence
from include.evidence.requests import ReadRequest
from lab import faults
from lab.airflow import lab_environment
from lab.estate import Estate
from plugins.hooks.read.registry import read_hook


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A lab in a path with a space, in which shop-payments has just been stopped."""
    made = Estate.create(tmp_path_factory.mktemp("with a space") / "lab")
    made.start()
    try:
        time.sleep(2)
        faults.switch_on(made, "dependency_down")
        time.sleep(2)
        yield made
    finally:
        made.stop()


@pytest.fixture
def read(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in lab_environment(estate.facts()).items():
        monkeypatch.setenv(name, value)
    example = load_catalogue(EXAMPLE, "")
    now = datetime.now(UTC)
    window = {"since": now - timedelta(days=7), "until": now + timedelta(seconds=1)}

    def ask(name: str, service: str, principal: str = "incident_triage@service", **more: Any) -> Any:
        model = tool(name).input_model
        fields = {"service": service, "environment": "lab", **more} | (window if "since" in model.model_fields else {})
        query = model(**fields)
        result = read_hook(name, catalogue=example, principal=principal).read(query)
        evidence = build_evidence(
            id="ev-1",
            request=ReadRequest(tool=name, params=query.to_json()),
            principal=principal,
            label="internal",
            place=result.place,
            output=result.output,
            collected_at=now,
        )
        assert "cut here" not in evidence.text
        assert result.output.text_lines() == evidence.text.splitlines()
        return result.output

    return ask


def test_the_stopped_service_and_those_that_run(read: Any) -> None:
    (payments,) = read("get_service_status", "shop-payments").processes
    assert (payments.state, payments.pid) == ("STOPPED", 0)
    assert datetime.now(UTC) - payments.since < timedelta(minutes=1)
    (orders,) = read("get_service_status", "shop-orders").processes
    assert orders.state == "RUNNING"


def test_the_errors_of_the_service_above_it(read: Any, estate: Estate) -> None:
    output = read("query_logs", "shop-orders", min_level="error")
    assert output.matched > 0
    assert any("connection refused" in line.message and "upstream=shop-payments" in line.message for line in output.log_lines)
    log = Path(estate.facts()["services"]["shop-orders"]["log"])
    before = len(log.read_text().splitlines())
    everything = read("query_logs", "shop-orders", min_level="debug", max_lines=5_000)
    assert before <= everything.scanned <= len(log.read_text().splitlines())
    assert {line.level for line in everything.log_lines} >= {"info", "error"}
    assert all(line.at for line in everything.log_lines)


def test_metrics_of_the_service_above_it(read: Any) -> None:
    samples = {(s.name, s.labels.get("code", "")): s.value for s in read("get_metrics", "shop-orders").samples}
    assert float(samples[("http_requests_total", "502")]) > 0
    assert ("process_start_time_seconds", "") in samples


def test_deployments(read: Any, estate: Estate) -> None:
    for service in estate.facts()["services"]:
        found = read("list_recent_deployments", service, max_deployments=200).deployments
        assert found
        assert all(d.files == ("config.json",) and d.reference.startswith("deploy-") for d in found)
        assert found[0].at == max(d.at for d in found)


def test_failed_logons(read: Any) -> None:
    sshd = read("get_recent_failed_logons", "shop-frontend", max_groups=500)
    accounts = {g.account: g.address for g in sshd.groups}
    assert accounts["root from 192.0.2.66 port 22 ssh2"] != "192.0.2.66"
    assert max(g.count for g in sshd.groups) >= 5
    windows = read("get_recent_failed_logons", "shop-payments", max_groups=500)
    assert {g.reason for g in windows.groups} >= {"unknown user", "wrong password", "account locked"}


def test_the_configuration_item(read: Any) -> None:
    item = read("search_cmdb", "shop-orders")
    assert (item.depends_on, item.dependants) == (("shop-payments",), ("shop-frontend",))


def test_the_store(read: Any, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_STORE", f"sqlite:///{store.engine.url.database}")
    assert read("search_tickets", "shop-orders").tickets == ()
    assert read("list_recent_alerts", "shop-orders").alerts == ()
