"""Payments: POST /pay, which needs a database connection from a bounded pool."""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lab.layout import PAYMENTS, Layout
from lab.shop.app import App, WorkFailed, main
from lab.shop.config import ServiceConfig, number
from lab.shop.trace import Trace

_UNHEALTHY_FOR = 5.0  # seconds after a time-out


@dataclass(frozen=True)
class PaymentsConfig(ServiceConfig):
    pool_size: int = number(1, 256)
    pool_timeout_ms: int = number(1, 60_000)
    query_ms: int = number(0, 60_000)  # how long a query holds its connection


class PoolTimeout(Exception):
    """No connection became free in time."""


class Pool:
    """`size` connections; who waits longer than `timeout` seconds for one gets PoolTimeout."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.in_use = 0
        self.timeouts: deque[float] = deque(maxlen=1000)
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()

    @contextmanager
    def connection(self, timeout: float) -> Iterator[None]:
        if not self._slots.acquire(timeout=timeout):
            self.timeouts.append(time.monotonic())
            raise PoolTimeout
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)
            self._slots.release()

    def recent_timeouts(self, seconds: float) -> int:
        since = time.monotonic() - seconds
        return sum(1 for at in list(self.timeouts) if at >= since)

    def _count(self, change: int) -> None:
        with self._lock:
            self.in_use += change


class Payments(App[PaymentsConfig]):
    """The shop's payments."""

    name = PAYMENTS
    config_class = PaymentsConfig

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self.pool = Pool(self.config.pool_size)
        self.metrics.gauge("db_pool_in_use", "Database connections in use.", lambda: self.pool.in_use)
        self.metrics.gauge("db_pool_size", "Database connections there are.", lambda: self.pool.size)
        self.timeouts = self.metrics.counter("db_pool_timeouts_total", "Requests that got no database connection in time.")

    def configured(self) -> None:
        if self.pool.size != self.config.pool_size:
            self.pool = Pool(self.config.pool_size)  # who holds a connection of the old pool returns it there

    def unhealthy(self) -> str:
        missed = self.pool.recent_timeouts(_UNHEALTHY_FOR)
        if not missed:
            return ""
        used = f"{self.pool.in_use} of {self.pool.size} in use"
        return f"no free database connection: {used}, {missed} time-outs in the last {_UNHEALTHY_FOR:g} s"

    def work(self, order: dict[str, Any], trace: Trace) -> dict[str, Any]:  # noqa: ARG002 (the shared signature)
        config, pool = self.config, self.pool
        try:
            with pool.connection(config.pool_timeout_ms / 1000):
                time.sleep(config.query_ms / 1000)
        except PoolTimeout as error:
            self.timeouts.add()
            reason = f"no free database connection within {config.pool_timeout_ms} ms"
            raise WorkFailed(503, reason, pool_in_use=pool.in_use, pool_size=pool.size) from error
        return {"payment": secrets.token_hex(6), "amount_cents": order["amount_cents"]}


if __name__ == "__main__":
    sys.exit(main(Payments))
