"""A Prometheus and an Alertmanager of our own on free loopback ports, in temporary folders, ended by their process ids."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.debian import program

os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="holdpoint-airflow-"))
PACKAGES = ("prometheus", "prometheus-alertmanager")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(name: str, arguments: list[str], folder: Path, ready: str) -> Iterator[None]:
    """A server until the end of the block; installed where that can be, else skipped by name."""
    path = program(name, *PACKAGES)
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen([path, *arguments], cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(ready, timeout=2):
                break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def scraping(folder: Path, port: int, jobs: list[dict[str, Any]], prefix: str = "") -> Iterator[str]:
    """A Prometheus that has scraped each target a few times, one second apart; its URL."""
    (folder / "p.yml").write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}))
    url = f"http://127.0.0.1:{port}{prefix}"
    arguments = ["--config.file=p.yml", f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.path=data"]
    arguments += [f"--web.route-prefix={prefix or '/'}", f"--web.external-url={url}"]
    with running("prometheus", arguments, folder, f"{url}/-/ready"):
        deadline = time.monotonic() + 60
        while True:
            with urllib.request.urlopen(f"{url}/api/v1/query?query=min(count_over_time(up[1m]))", timeout=5) as answer:
                result = json.load(answer)["data"]["result"]
            if result and int(result[0]["value"][1]) >= 4:
                break
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield url


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Scrapes itself, under a path prefix."""
    port = free_port()
    job = {"job_name": "self", "metrics_path": "/prom/metrics", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    with scraping(tmp_path_factory.mktemp("prometheus"), port, [job], "/prom") as url:
        yield url


@pytest.fixture(scope="module")
def shop_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Scrapes the three services of a running lab."""
    from lab.estate import Estate

    estate = Estate.create(tmp_path_factory.mktemp("with a space") / "lab")
    estate.start()
    try:
        targets = [service["metrics_url"].split("/")[2] for service in estate.facts()["services"].values()]
        job = {"job_name": "shop", "static_configs": [{"targets": targets}]}
        with scraping(tmp_path_factory.mktemp("prometheus"), free_port(), [job]) as url:
            yield url
    finally:
        estate.stop()


@pytest.fixture(scope="session")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("alertmanager"), free_port()
    (folder / "a.yml").write_text(json.dumps({"route": {"receiver": "none"}, "receivers": [{"name": "none"}]}))
    arguments = [
        "--config.file=a.yml",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.path=data",
        "--cluster.listen-address=",
    ]
    url = f"http://127.0.0.1:{port}"
    with running("prometheus-alertmanager", arguments, folder, f"{url}/-/ready"):
        yield url


@pytest.fixture(scope="session")
def post() -> Callable[[str, Any], Any]:
    def send(url: str, value: Any) -> Any:
        request = urllib.request.Request(url, json.dumps(value).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    return send


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def add(name: str, **fields: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps({"conn_type": "http", **fields}))

    return add


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)
