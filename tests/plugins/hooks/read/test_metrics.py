from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.contracts.errors import ConfigError, NotFound, ReadFailed
from include.contracts.tools.get_metrics import CONTRACT
from plugins.hooks.read.registry import read_hook

QUERY = CONTRACT.input_model(service="shop-payments", environment="lab")


def read(catalogue: Any) -> Any:
    return read_hook("get_metrics", catalogue=catalogue, principal="incident_triage@service").read(QUERY)


def at(url: str) -> dict[str, Any]:
    return {"extra": {"endpoints": {"payments": url}}}


def test_samples(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any) -> None:
    server = serve(b'# HELP a b\n# TYPE a gauge\na{b="c d"} 0.30\nup 1\n')
    connect("holdpoint_metrics", **at(f"http://127.0.0.1:{server.port}/metrics"))
    result = read(catalogue)
    assert [(s.name, s.labels, s.value) for s in result.output.samples] == [("a", {"b": "c d"}, "0.30"), ("up", {}, "1")]
    assert not result.output.truncated
    assert server.requests[0][1] == "/metrics"


def test_a_path_on_the_connection_s_host(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any) -> None:
    server = serve(b"up 1\n")
    connect("holdpoint_metrics", **server.address | at("/payments/metrics"))
    read(catalogue)
    assert server.requests[0][1] == "/payments/metrics"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/metrics", "127.0.0.1:80", "", 7, None, "http://"])
def test_an_endpoint_that_is_none(connect: Callable[..., None], catalogue: Any, url: Any) -> None:
    connect("holdpoint_metrics", **at(url))
    with pytest.raises(ConfigError, match="endpoint"):
        read(catalogue)


def test_a_service_without_an_endpoint(connect: Callable[..., None], catalogue: Any, located: Callable[..., Any]) -> None:
    connect("holdpoint_metrics", extra={})
    with pytest.raises(ConfigError, match="'payments'"):
        read(catalogue)
    with pytest.raises(ConfigError):
        read(located(metrics={"endpoint": "http://127.0.0.1/", "url": "x"}))
    bare = located()
    bare.services["shop-payments"].systems.pop("metrics")
    with pytest.raises(NotFound):
        read(bare)


@pytest.mark.parametrize(
    "body", [b"<html>login</html>", b'{"error": 1}', b"\xff\xfe\0", b"up", b"x" * 10_000_000, b"up 1\n" + b"y" * 90]
)
def test_garbage(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any, body: bytes) -> None:
    connect("holdpoint_metrics", **at(f"http://127.0.0.1:{serve(body).port}/"))
    with pytest.raises(ReadFailed, match="bad answer"):
        read(catalogue)


def test_too_many_samples_are_cut_and_said_so(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any) -> None:
    body = "".join(f'm{{n="{n}"}} {n}\n' for n in range(3_000)).encode()
    connect("holdpoint_metrics", **at(f"http://127.0.0.1:{serve(body).port}/"))
    output = read(catalogue).output
    assert (len(output.samples), output.truncated) == (2_000, True)


def test_h11_a_label_cannot_pass_for_a_sample(serve: Callable[..., Any], connect: Callable[..., None], catalogue: Any) -> None:
    body = b'm{a="x\\nup 0 at 2026"} 1\nm{a="' + b"y" * 10_000 + b'"} 1\nm{a="\xe2\x80\xae"} 1\n'
    connect("holdpoint_metrics", **at(f"http://127.0.0.1:{serve(body).port}/"))
    output = read(catalogue).output
    assert len("\n".join(output.lines()).splitlines()) == 3
    assert output.samples[0].labels == {"a": "x ⏎ up 0 at 2026"}
    assert "[cut: 10000 characters]" in output.samples[1].labels["a"]
    assert output.samples[2].labels == {"a": "\\u{202E}"}
