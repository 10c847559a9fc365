"""The services' doors, attacked over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal

import pytest

from lab import web
from lab.alerting.scrape import parse
from lab.estate import Estate
from lab.layout import FRONTEND, ORDERS, PAYMENTS, SERVICES, write_json
from lab.shop.metrics import CONTENT_TYPE, Registry
from lab.shop.trace import Trace
from tests.lab.support import eventually


def ask(estate: Estate, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", estate.facts()["services"][PAYMENTS]["port"], timeout=5)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "code"),
    [
        ("POST", "/pay", b"{", {}, 400),
        ("POST", "/pay", b"[]", {}, 400),
        ("POST", "/pay", b"\xff", {}, 400),
        ("POST", "/pay", b"[" * 60_000, {}, 400),
        ("POST", "/pay", b"{}", {}, 400),
        ("POST", "/pay", b'{"amount_cents": true}', {}, 400),
        ("POST", "/pay", b'{"amount_cents": -5}', {}, 400),
        ("POST", "/pay", b'{"amount_cents": 1e99}', {}, 400),
        ("POST", "/pay", b"", {"Content-Length": "99999999"}, 413),
        ("POST", "/pay", b"", {"Content-Length": "-1"}, 411),
        ("POST", "/pay", b"", {"Content-Length": "\u00b2"}, 411),
        ("POST", "/elsewhere", b"{}", {}, 404),
        ("GET", "/pay", b"", {}, 405),
        ("GET", "/../../etc/passwd", b"", {}, 404),
        ("DELETE", "/pay", b"", {}, 501),
    ],
)
def test_garbage_gets_an_answer_and_the_service_lives(
    method: str, path: str, body: bytes, headers: dict[str, str], code: int, estate: Estate
) -> None:
    assert ask(estate, method, path, body, headers)[0] == code
    assert ask(estate, "GET", "/healthz")[0] == 200


def test_metrics_are_complete_and_well_formed(estate: Estate) -> None:
    expected = {"http_requests_total", "http_request_duration_seconds_count", "build_info", "process_start_time_seconds"}
    special = {PAYMENTS: {"db_pool_in_use", "db_pool_size"}, ORDERS: {"disk_write_seconds_count"}, FRONTEND: set()}
    for service in SERVICES:
        url = estate.facts()["services"][service]["metrics_url"]
        samples = eventually(
            lambda url=url: (
                [each for each in parse(web.request(url, timeout=5)[1].decode()) if each.name == "http_requests_total"]
                and parse(web.request(url, timeout=5)[1].decode())
            ),
            within=8,
            what="a request",
        )
        assert {each.name for each in samples} >= expected | special[service]
        assert {each.labels["service"] for each in samples} == {service}
        (build,) = (each for each in samples if each.name == "build_info")
        assert build.labels["version"].startswith("deploy-")
        assert len(build.labels["commit"]) == 12
        buckets = [each.value for each in samples if each.name == "http_request_duration_seconds_bucket"]
        assert buckets == sorted(buckets)


def test_bad_configuration_on_reload_keeps_the_old_one(estate: Estate) -> None:
    pid = estate.supervisor.programs()[PAYMENTS]["pid"]
    override = estate.layout.override(PAYMENTS)
    write_json(override, {"pool_size": "none"})
    try:
        os.kill(pid, signal.SIGHUP)
        log = estate.layout.log(PAYMENTS)
        eventually(lambda: "configuration not reloaded" in log.read_text(encoding="utf-8"), within=5, what="the complaint")
        assert estate.health(PAYMENTS) == ""
        assert estate.supervisor.programs()[PAYMENTS]["pid"] == pid
    finally:
        override.unlink()


def test_log_lines_have_the_frame(estate: Estate) -> None:
    for service in SERVICES:
        for line in estate.layout.log(service).read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            assert list(entry)[:5] == ["at", "level", "service", "message", "trace"]
            assert entry["level"] in ("info", "warning", "error")
            assert entry["service"] == service


def test_hostile_label_values_stay_inside_their_label() -> None:
    registry = Registry('a"} 1\nevil_metric{x="')
    registry.counter("m", "help").add()
    (sample,) = parse(registry.render().decode())
    assert sample.labels["service"] == 'a"} 1\nevil_metric{x="'
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("header", [None, "", "garbage", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'A' * 32}-{'1' * 16}-01", "00-é"])
def test_bad_trace_header_starts_a_new_trace(header: str | None) -> None:
    assert Trace.of(header).id != Trace.of(header).id


def test_good_trace_header_is_taken_over() -> None:
    trace = Trace.of(f"00-{'ab' * 16}-{'1' * 16}-01")
    assert trace.id == "ab" * 16
    assert Trace.of(trace.child()) == trace
