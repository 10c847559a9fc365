"""The faults: each really happens, leaves the traces it leaves in life, and can be taken back.

`faults.json` holds what is on and how to undo it; it is written before the effect, so that a fault half switched on can be
switched off.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from include.contracts.errors import Conflict, NotFound
from lab import ports, repositories
from lab.estate import Estate
from lab.layout import ORDERS, PAYMENTS, read_object, write_json
from lab.logs import utc_text
from lab.repositories import INES, JONAS

Record = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """`service` is where it begins; `traces` is what an investigation can find."""

    name: str
    service: str
    summary: str
    traces: tuple[str, ...]

    def prepare(self, estate: Estate) -> Record:  # noqa: ARG002 (most need nothing to undo)
        """What `undo` will need, read before anything is changed."""
        return {}

    def apply(self, estate: Estate) -> Record:
        """Make it happen; what is worth telling about it."""
        raise NotImplementedError

    def undo(self, estate: Estate, record: Record) -> Record:
        raise NotImplementedError


@dataclass(frozen=True)
class Stopped(Fault):
    """The process is stopped through the supervisor."""

    def apply(self, estate: Estate) -> Record:
        estate.supervisor.stop(self.service)
        return {}

    def undo(self, estate: Estate, record: Record) -> Record:  # noqa: ARG002 (nothing was recorded)
        estate.supervisor.start(self.service)
        return {}


@dataclass(frozen=True)
class Surroundings(Fault):
    """Something around the service changes; nobody deployed anything."""

    values: Mapping[str, Any]

    def apply(self, estate: Estate) -> Record:
        estate.override(self.service, self.values)
        return {}

    def undo(self, estate: Estate, record: Record) -> Record:  # noqa: ARG002 (the override is removed whole)
        estate.override(self.service, {})
        return {}


@dataclass(frozen=True)
class BadDeployment(Fault):
    """A configuration is committed, tagged and rolled out; undone by deploying the values from before."""

    values: Callable[[], Mapping[str, Any]]
    message: str
    author: str

    def prepare(self, estate: Estate) -> Record:
        before = repositories.deployed(estate.layout.repository(self.service))
        return {"before": {name: before[name] for name in self.values()}}

    def apply(self, estate: Estate) -> Record:
        done = estate.deploy(self.service, self.values(), message=self.message, author=self.author)
        return {"commit": done.commit, "tag": done.tag}

    def undo(self, estate: Estate, record: Record) -> Record:
        message = f'Revert "{self.message}"'
        done = estate.deploy(self.service, record["before"], message=message, author=self.author)
        return {"commit": done.commit, "tag": done.tag}


FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        Stopped(
            name="dependency_down",
            service=PAYMENTS,
            summary="shop-payments is stopped",
            traces=(
                "supervisor: shop-payments STOPPED",
                "log of shop-orders: `shop-payments failed: connection refused`",
                'metrics: http_requests_total{code="502"} of shop-orders and shop-frontend',
                "alerts: ServiceDown (shop-payments), HighErrorRate (shop-orders, shop-frontend)",
            ),
        ),
        Surroundings(
            name="pool_exhausted",
            service=PAYMENTS,
            summary="one database connection is left, and queries hold it for 1.5 s",
            values={"pool_size": 1, "query_ms": 1500},
            traces=(
                "log of shop-payments: `configuration reloaded`, then `no free database connection within 250 ms`",
                'metrics: db_pool_in_use = db_pool_size = 1, db_pool_timeouts_total, code="503" on all three',
                "/healthz of shop-payments: 503; no deployment",
                "alerts: DatabasePoolSaturated, HealthCheckFailing (shop-payments), HighErrorRate (all three)",
            ),
        ),
        BadDeployment(
            name="bad_config",
            service=ORDERS,
            summary="a time-out is deployed to shop-orders as text with a unit; the process refuses it and exits",
            values=lambda: {"payments_timeout_ms": "2500ms"},
            message="Give payments half a second more",
            author=JONAS,
            traces=(
                "git: the newest commit and tag of shop-orders",
                "supervisor: shop-orders BACKOFF, then FATAL; its exit status 78",
                "log of shop-orders: `service not started`, with the key that was refused",
                "log of shop-frontend: `shop-orders failed: connection refused`",
                "alerts: ServiceDown (shop-orders), HighErrorRate (shop-frontend)",
            ),
        ),
        BadDeployment(
            name="wrong_port",
            service=ORDERS,
            summary="shop-orders is deployed with a port of shop-payments on which nothing listens",
            values=lambda: {"payments_url": f"http://127.0.0.1:{ports.take(1)[0]}"},
            message="Point orders at the new payments port",
            author=INES,
            traces=(
                "git: the newest commit and tag of shop-orders changes payments_url",
                "supervisor: everything RUNNING, shop-orders restarted; shop-payments healthy and without requests",
                "log of shop-orders: `shop-payments failed: connection refused`, with the address",
                "alerts: HighErrorRate (shop-orders, shop-frontend); no ServiceDown",
            ),
        ),
        Surroundings(
            name="slow_disk",
            service=ORDERS,
            summary="each journal entry waits behind 0.9 s of other writing to the disk",
            values={"bulk_write_ms": 900},
            traces=(
                "log of shop-orders: `journal write slow`, then `journal not free within 2000 ms`",
                "metrics: disk_write_seconds, http_request_duration_seconds of shop-orders and shop-frontend",
                "/healthz of shop-orders: 503; data/bulk.tmp is written all the time; no deployment",
                "alerts: HighLatency (shop-orders, shop-frontend), HealthCheckFailing (shop-orders), later HighErrorRate",
            ),
        ),
    )
}


def switch_on(estate: Estate, name: str) -> Record:
    """Make fault `name` happen; `{"fault", "service", "since", "changed", …}`. On already: nothing, `changed` false."""
    fault = _running(estate, name)
    with _records(estate) as records:
        changed = name not in records
        if changed:
            records[name] = {"service": fault.service, "since": utc_text(time.time()), **fault.prepare(estate)}
            write_json(estate.layout.faults, records)
            records[name] |= fault.apply(estate)
            write_json(estate.layout.faults, records)
        return {"fault": name, "on": True, "changed": changed, **records[name]}


def switch_off(estate: Estate, name: str) -> Record:
    """Take fault `name` back. Off already: nothing, `changed` false."""
    fault = _running(estate, name)
    with _records(estate) as records:
        if name not in records:
            return {"fault": name, "on": False, "changed": False, "service": fault.service}
        done = fault.undo(estate, records[name])
        del records[name]
        write_json(estate.layout.faults, records)
        return {"fault": name, "on": False, "changed": True, "service": fault.service, **done}


def _running(estate: Estate, name: str) -> Fault:
    """The fault of that name, where the estate runs."""
    if name not in FAULTS:
        raise NotFound(f"There is no fault {name!r}.", next_step=f"name one of {', '.join(FAULTS)}.")
    if not estate.is_running():
        raise Conflict(f"The lab in {estate.layout.root} does not run.", next_step="start it with `up`.")
    return FAULTS[name]


@contextmanager
def _records(estate: Estate) -> Iterator[dict[str, Record]]:
    with (estate.layout.run / "faults.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_object(estate.layout.faults) if estate.layout.faults.exists() else {}
