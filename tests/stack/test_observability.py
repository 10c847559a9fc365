"""The rules, the scrape example and the dashboard's queries in a real Prometheus, which scrapes the real console."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml

from include.store.database import Store
from plugins.console import metrics
from plugins.console.services import Services
from tests.briefing import Stages, open_incident
from tests.debian import program
from tests.deploy.test_observability import DASHBOARD, FOLDER, REPOSITORY, SCRAPE, queries
from tests.plugins.console.conftest import mounted, running  # noqa: F401
from tests.stack.hooks.conftest import free_port, scraping

pytestmark = pytest.mark.stack
TOKEN = "a-token-for-a-scraper"


def promtool(*arguments: str) -> str:
    done = subprocess.run([program("promtool", "prometheus"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_alarm_on_what_they_are_for_and_on_nothing_else() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", str(FOLDER / "holdpoint.rules.yaml"))
    promtool("test", "rules", str(REPOSITORY / "tests/deploy/observability.test.yaml"))


def test_the_scrape_example_is_a_configuration(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    (tmp_path / "holdpoint.rules.yaml").write_text((FOLDER / "holdpoint.rules.yaml").read_text())
    (tmp_path / "prometheus.yaml").write_text(
        (FOLDER / "prometheus.yaml").read_text().replace("/etc/prometheus/holdpoint-metrics-token", str(token))
    )
    promtool("check", "config", str(tmp_path / "prometheus.yaml"))


@pytest.fixture
def served(running: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[int]:  # noqa: F811
    """The console on a port of its own."""
    monkeypatch.setenv("HOLDPOINT_METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("HOLDPOINT_HEARTBEAT", str(tmp_path / "beat"))
    monkeypatch.setattr(metrics, "FRESH_S", 0.5)
    metrics._gauges.cache_clear()
    running.heartbeat.step()
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(mounted(), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(10)


def asked(url: str, query: str) -> list[Any]:
    said = urllib.parse.urlencode({"query": query})
    with urllib.request.urlopen(f"{url}/api/v1/query?{said}", timeout=5) as answer:
        return json.load(answer)["data"]["result"]


def test_a_prometheus_with_the_token_sees_it_and_every_query_answers(
    served: int, store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    text = urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{served}/holdpoint/metrics", headers={"Authorization": f"Bearer {TOKEN}"}),
        timeout=5,
    ).read()
    checked = subprocess.run(
        [program("promtool", "prometheus"), "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    stages = Stages(store, catalogue, open_incident(store, catalogue))
    stages.begin()
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    job = yaml.safe_load(json.dumps(SCRAPE["scrape_configs"][0]))
    job |= {"scheme": "http", "static_configs": [{"targets": [f"127.0.0.1:{served}"]}]}
    job["authorization"] = {"credentials_file": str(token)}
    folder = tmp_path / "prometheus"
    folder.mkdir()
    with scraping(folder, free_port(), [job]) as url:
        assert [series["value"][1] for series in asked(url, 'up{job="holdpoint"}')] == ["1"]
        assert [series["value"][1] for series in asked(url, 'holdpoint_briefings_waiting{state="claimed"}')] == ["1"]
        assert [series["value"][1] for series in asked(url, 'holdpoint_incidents_open{severity="critical"}')] == ["1"]
        for query in queries():
            asked(url, query.replace("$job", "holdpoint"))  # an HTTP error for one that Prometheus does not understand
        waiting = next(panel for panel in DASHBOARD["panels"] if panel["title"] == "Oldest briefing waits")
        (series,) = asked(url, waiting["targets"][0]["expr"].replace("$job", "holdpoint"))
        assert 0 <= float(series["value"][1]) < 120


def test_a_prometheus_without_the_token_sees_nothing(served: int, tmp_path: Path) -> None:
    job = {
        "job_name": "holdpoint",
        "metrics_path": "/holdpoint/metrics",
        "static_configs": [{"targets": [f"127.0.0.1:{served}"]}],
    }
    with scraping(tmp_path, free_port(), [job]) as url:
        assert [series["value"][1] for series in asked(url, 'up{job="holdpoint"}')] == ["0"]
        assert asked(url, '{__name__=~"holdpoint_.*"}') == []
