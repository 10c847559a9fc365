"""Against answers made for the purpose; tests/stack/hooks has a real Prometheus."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include.contracts.errors import ConfigError, NotFound, ReadFailed
from include.contracts.tools.query_metric_range import RangeQuery
from include.evidence.build import MAX_TEXT
from plugins.hooks.read.registry import read_hook


def body(series: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": series}} | more).encode()


def read(catalogue: Any, window: dict[str, Any], **more: Any) -> Any:
    query = RangeQuery(**window | {"metric": "requests"} | more)
    return read_hook("query_metric_range", catalogue=catalogue, principal="incident_triage@service").read(query)


@pytest.fixture
def answer(serve: Callable[..., Any], connect: Callable[..., None]) -> Callable[..., Any]:
    def start(*reply: Any, **headers: str) -> Any:
        server = serve(*reply, **headers)
        connect("holdpoint_prometheus", **server.address)
        return server

    return start


def test_the_catalogued_query_is_sent_as_it_stands(
    answer: Callable[..., Any], located: Callable[..., Any], window: dict[str, Any], now: datetime
) -> None:
    promql = 'sum(rate(x{service="$service", e="${environment}"}[1m])) or vector(1) # {{ service }}'
    server = answer(body([{"metric": {"a": "b"}, "values": [[now.timestamp(), "0.50"]]}]))
    where = located(prometheus={"queries": {"requests": promql}, "units": {"requests": "requests a second"}})
    result = read(where, window, step_s=60)
    ((_, path, _, _),) = server.requests
    asked = parse_qs(urlsplit(path).query)
    assert urlsplit(path).path == "/api/v1/query_range"
    assert asked["query"] == [promql]
    assert (float(asked["end"][0]) - float(asked["start"][0]), asked["step"]) == (pytest.approx(7200, abs=0.01), ["60"])
    (series,) = result.output.series
    assert (series.labels, series.points[0].value, series.points[0].at) == ({"a": "b"}, "0.50", now)
    assert result.output.unit == "requests a second"
    assert not result.output.truncated


def test_h11_a_metric_is_a_name_of_the_catalogue(answer: Callable[..., Any], catalogue: Any, window: dict[str, Any]) -> None:
    server = answer(body([]))
    with pytest.raises(NotFound, match="no catalogued metric"):
        read(catalogue, window, metric="up")
    assert server.requests == []


def test_a_step_too_fine_for_the_window_is_made_coarser_and_said_so(
    answer: Callable[..., Any], catalogue: Any, window: dict[str, Any]
) -> None:
    server = answer(body([]))
    result = read(catalogue, window | {"since": window["until"] - timedelta(days=30)}, step_s=1)
    assert parse_qs(urlsplit(server.requests[0][1]).query)["step"] == ["236"]
    assert "in steps of 236 s" in result.place


def test_a_partial_answer_is_stated(answer: Callable[..., Any], catalogue: Any, window: dict[str, Any]) -> None:
    answer(body([], warnings=["store 10.0.0.1 was not reached"]))
    result = read(catalogue, window)
    assert result.output.truncated
    assert "partial: 1 warnings" in result.place
    assert "10.0.0.1" not in result.place


def test_native_histograms_are_stated_as_missing(answer: Callable[..., Any], catalogue: Any, window: dict[str, Any]) -> None:
    answer(body([{"metric": {}, "histograms": []}]))
    assert read(catalogue, window).output.truncated


def test_what_evidence_cannot_hold_is_cut_at_the_old_end(
    answer: Callable[..., Any], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    values = [[now.timestamp() - 11_000 + n, str(n)] for n in range(11_000)]
    answer(
        body(
            [{"metric": {"n": str(n), "long": "x" * 400}, "values": values} for n in range(3)]
            + [{"metric": {}, "values": []}] * 100
        )
    )
    output = read(catalogue, window).output
    assert len("\n".join(output.text_lines())) < MAX_TEXT
    assert output.truncated
    assert len(output.series) == 100
    assert output.series[0].points[-1].value == "10999"


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(400, "bad_data", "does not accept"), (422, "execution", "http 422, execution"), (503, "timeout", "http 503, timeout")],
)
def test_errors_of_the_api(
    answer: Callable[..., Any], catalogue: Any, window: dict[str, Any], status: int, kind: str, words: str
) -> None:
    reply = gzip.compress(json.dumps({"status": "error", "errorType": kind, "error": "canary-7f3a"}).encode())
    answer(reply, status, **{"Content-Encoding": "gzip"})
    with pytest.raises((ReadFailed, ConfigError), match=words) as caught:
        read(catalogue, window)
    assert "canary" not in str(caught.value)
    assert isinstance(caught.value, ConfigError) == (kind == "bad_data")


@pytest.mark.parametrize(
    "reply", [b"<html>login</html>", b"", b"{}", b"[" * 1_000_000, b'{"status": "success"', b'"' + b"x" * 10_000_000]
)
def test_garbage(answer: Callable[..., Any], catalogue: Any, window: dict[str, Any], reply: bytes) -> None:
    answer(reply)
    with pytest.raises(ReadFailed, match="bad answer"):
        read(catalogue, window)


def test_a_value_that_the_contract_refuses_is_named_by_its_field_only(
    answer: Callable[..., Any], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    answer(body([{"metric": {}, "values": [[now.timestamp(), "1"]] * 11_001}]))
    assert read(catalogue, window).output.truncated
