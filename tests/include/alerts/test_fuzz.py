"""Garbage: whatever a payload becomes, the only outcomes are valid alerts and `Unreadable`. Every source, mutated payloads."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.alerts.parse import parse
from include.alerts.unreadable import Reason, Unreadable
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.alert import Alert

FIXTURES = Path(__file__).parents[2] / "fixtures" / "alerts"
SOURCES = sorted(folder.name for folder in FIXTURES.iterdir())
RECEIVED_AT = datetime(2026, 11, 2, 9, 30, 30, tzinfo=UTC)
CATALOGUE = load_catalogue(EXAMPLE, "")

NASTY_TEXT = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202egnp.exe",
        "a\u0301\u0301\u0301",
        "\u2028\u2029\x85",
        "支付服务",
        "ﷺ" * 40,
        "x" * 30_000,
        "\u200b" * 5_000,
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:60+23:59",
        "2026-02-30T00:00:00Z",
        "2026-11-02T09:30:00",
        "٢٠٢٦-11-02T09:30:00Z",
        "http://[::1",
        "https://user:pass@example.com/",
        "javascript:alert(1)",
        "http://",
        "null",
        "1" * 20,
        "true",
        "firing",
        "resolved",
        "incident",
        "{}",
        '{"AlarmName": 1}',
        "[" * 50,
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**39), 10**39),
    st.floats(allow_nan=False, allow_infinity=False),
    NASTY_TEXT,
    st.text(alphabet=st.characters(), max_size=40),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)),
    max_leaves=12,
)


def payloads(source: str) -> list[Any]:
    return [json.loads(path.read_bytes()) for path in sorted((FIXTURES / source).glob("*.json"))]


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        places(inner, found)
    return found


@st.composite
def mutated(draw: st.DrawFn, source: str) -> bytes:
    """A recorded payload with some values replaced, removed, renamed or repeated; CloudWatch's inner message too."""
    value = copy.deepcopy(draw(st.sampled_from(payloads(source))))
    inner = None
    if source == "cloudwatch" and value["Message"].startswith("{") and draw(st.booleans()):
        inner = json.loads(value["Message"])
    target = value if inner is None else inner
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(places(target, []) or [(target, None)]))
        change = draw(st.sampled_from(["replace", "replace", "remove", "add", "repeat"]))
        if (
            key is None
            or (isinstance(container, dict) and key not in container)
            or (isinstance(container, list) and key >= len(container))
        ):
            continue
        if change == "replace":
            container[key] = draw(JUNK)
        elif change == "remove":
            del container[key]
        elif change == "add" and isinstance(container, dict):
            container[draw(st.text(max_size=12))] = draw(JUNK)
        elif isinstance(container, list):
            container.append(container[key])
    if inner is not None:
        value["Message"] = json.dumps(inner)
    return json.dumps(
        draw(st.sampled_from([value, value, [value], {"alerts": value}])) if draw(st.booleans()) else value
    ).encode()


def outcome(source: str, body: bytes, *, check_clock: bool) -> list[Alert] | Reason:
    try:
        alerts = parse(body, CATALOGUE.source(source), CATALOGUE.settings, received_at=RECEIVED_AT, check_clock=check_clock)
    except Unreadable as error:
        return error.reason
    return alerts


def check(source: str, body: bytes, *, check_clock: bool) -> None:
    found = outcome(source, body, check_clock=check_clock)
    if isinstance(found, Reason):
        assert found not in (Reason.CONTRACT, Reason.CONFIGURATION)
        return
    for alert in found:
        assert Alert.model_validate_json(alert.model_dump_json()) == alert
        assert alert.source == source
        assert alert.ended_at is None or alert.ended_at >= alert.started_at
        assert alert.started_at.utcoffset().total_seconds() == 0


@pytest.mark.parametrize("source", SOURCES)
def test_a_mutated_payload_is_alerts_or_unreadable(source: str) -> None:
    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=mutated(source), check_clock=st.booleans())
    def run(body: bytes, check_clock: bool) -> None:
        check(source, body, check_clock=check_clock)

    run()


@pytest.mark.parametrize("source", SOURCES)
def test_any_json_is_alerts_or_unreadable(source: str) -> None:
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(value=JUNK)
    def run(value: Any) -> None:
        check(source, json.dumps(value).encode(), check_clock=True)

    run()


@pytest.mark.parametrize("source", SOURCES)
def test_damaged_bytes_are_alerts_or_unreadable(source: str) -> None:
    bodies = [json.dumps(value).encode() for value in payloads(source)]

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=st.sampled_from(bodies), at=st.integers(0, 5_000), junk=st.binary(max_size=6), cut=st.booleans())
    def run(body: bytes, at: int, junk: bytes, cut: bool) -> None:
        at = min(at, len(body))
        check(source, body[:at] + junk + (b"" if cut else body[at + len(junk) :]), check_clock=False)

    run()


@pytest.mark.parametrize("source", SOURCES)
def test_every_recorded_payload_is_understood_or_meant_not_to_be(source: str) -> None:
    """The fuzz above means nothing if its starting points do not parse."""
    for path in sorted((FIXTURES / source).glob("*.json")):
        found = outcome(source, path.read_bytes(), check_clock=False)
        assert isinstance(found, list) or path.stem == "unsubscribe_confirmation", (path.name, found)
