"""Every fault really happens, leaves its traces, raises its alert in time, and goes away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from include.contracts.errors import Conflict, NotFound
from lab import faults
from lab.estate import Estate
from lab.layout import FRONTEND, ORDERS, PAYMENTS, SERVICES
from tests.lab.support import Outage, Receiver, Traces, eventually

ALERT_WITHIN = 9.0  # seconds; about 5 on an idle machine


def check_wrong_port(traces: Traces, record: dict[str, Any]) -> Iterator[Callable[[], object]]:
    yield lambda: traces.log(ORDERS, "shop-payments failed: connection refused")
    yield lambda: [traces.state(each) for each in SERVICES] == ["RUNNING"] * 3
    yield lambda: traces.git(ORDERS, "rev-parse", "HEAD") == record["commit"]
    yield lambda: "payments_url" in traces.git(ORDERS, "show", record["tag"])
    yield lambda: traces.metric(ORDERS, "build_info", commit=record["commit"][:12], version=record["tag"]) == 1
    yield lambda: traces.health(PAYMENTS) == ""


def check_bad_config(traces: Traces, record: dict[str, Any]) -> Iterator[Callable[[], object]]:
    yield lambda: traces.state(ORDERS) == "FATAL"
    yield lambda: "payments_timeout_ms must be a whole number" in traces.log(ORDERS, "service not started")[0]["reason"]
    yield lambda: traces.log(FRONTEND, "shop-orders failed: connection refused")
    yield lambda: traces.git(ORDERS, "log", "-1", "--format=%an %s") == "Jonas Okafor Give payments half a second more"
    yield lambda: traces.git(ORDERS, "tag", "--points-at", "HEAD") == record["tag"]


def check_slow_disk(traces: Traces, record: dict[str, Any]) -> Iterator[Callable[[], object]]:
    yield lambda: traces.health(ORDERS).startswith("slow disk: the last journal entry took")
    yield lambda: traces.log(ORDERS, "journal write slow")
    yield lambda: traces.log(ORDERS, "journal not free within 2000 ms")
    yield lambda: traces.metric(ORDERS, "disk_write_seconds_sum") > 1
    yield lambda: traces.log(ORDERS, "configuration reloaded")[0]["changes"] == {"bulk_write_ms": [0, 900]}
    yield lambda: traces.state(ORDERS) == "RUNNING"


def check_pool_exhausted(traces: Traces, record: dict[str, Any]) -> Iterator[Callable[[], object]]:
    yield lambda: traces.health(PAYMENTS).startswith("no free database connection: ")
    yield lambda: traces.metric(PAYMENTS, "db_pool_in_use") == traces.metric(PAYMENTS, "db_pool_size") == 1
    yield lambda: traces.metric(PAYMENTS, "db_pool_timeouts_total") > 0
    yield lambda: traces.log(PAYMENTS, "no free database connection within 250 ms")[0]["pool_size"] == 1
    yield lambda: traces.metric(FRONTEND, "http_requests_total", code="503") > 0


# First the one whose alert the others raise as well, so that it need not wait for theirs to end.
CASES = {
    "wrong_port": (check_wrong_port, ("HighErrorRate", ORDERS)),
    "bad_config": (check_bad_config, ("ServiceDown", ORDERS)),
    "slow_disk": (check_slow_disk, ("HealthCheckFailing", ORDERS)),
    "pool_exhausted": (check_pool_exhausted, ("DatabasePoolSaturated", PAYMENTS)),
}


def test_every_fault_has_a_case_here() -> None:
    assert {*CASES, "dependency_down"} == set(faults.FAULTS)


@pytest.mark.parametrize("name", CASES)
def test_fault_leaves_its_traces_alerts_and_goes_away(name: str, estate: Estate, receiver: Receiver) -> None:
    check, alert = CASES[name]
    eventually(lambda: not receiver.fires(*alert), within=15, what=f"an earlier {alert} is resolved")
    eventually(lambda: not any(map(estate.health, SERVICES)), within=10, what="all services are healthy")
    before = estate.layout.config(faults.FAULTS[name].service).read_text(encoding="utf-8")
    record = faults.switch_on(estate, name)
    try:
        since = datetime.fromisoformat(record["since"]).timestamp()
        posts = eventually(
            lambda: [post for post in receiver.about(*alert, "firing") if post.at > since], within=ALERT_WITHIN, what=f"{alert}"
        )
        assert posts[0].at - since <= ALERT_WITHIN
        assert estate.status()["faults"] == [name]
        traces = Traces(estate, record["since"])
        for number, trace in enumerate(check(traces, record)):
            eventually(lambda trace=trace: _holds(trace), within=8, what=f"trace {number} of {name}")
        assert faults.switch_on(estate, name)["changed"] is False
    finally:
        undone = faults.switch_off(estate, name)
    assert undone["changed"] is True
    eventually(lambda: not any(map(estate.health, SERVICES)), within=12, what="all services are healthy again")
    assert estate.layout.config(faults.FAULTS[name].service).read_text(encoding="utf-8") == before
    assert estate.status()["faults"] == []
    assert faults.switch_off(estate, name)["changed"] is False
    if "tag" in record:
        assert traces.git(ORDERS, "log", "-1", "--format=%s").startswith("Revert ")


def _holds(trace: Callable[[], object]) -> bool:
    try:
        return bool(trace())
    except (IndexError, OSError):
        return False


def test_dependency_down_leaves_its_traces_alerts_and_goes_away(outage: Outage) -> None:
    traces, since = outage.traces, datetime.fromisoformat(outage.record["since"]).timestamp()
    assert outage.posts[0].at - since <= ALERT_WITHIN
    assert (outage.state, outage.health) == ("STOPPED", "connection refused")
    assert traces.log(ORDERS, "shop-payments failed: connection refused")[0]["level"] == "error"
    assert traces.metric(ORDERS, "http_requests_total", code="502") > 0
    assert traces.metric(FRONTEND, "http_requests_total", code="502") > 0
    assert traces.health(PAYMENTS) == ""


def test_unknown_fault_is_refused(estate: Estate) -> None:
    with pytest.raises(NotFound, match=r"no fault 'meteorite'.*dependency_down"):
        faults.switch_on(estate, "meteorite")


def test_fault_on_a_stopped_estate_is_refused_and_not_recorded(tmp_path: Any) -> None:
    stopped = Estate.create(tmp_path / "lab")
    with pytest.raises(Conflict, match="does not run"):
        faults.switch_on(stopped, "bad_config")
    assert stopped.status()["faults"] == []
