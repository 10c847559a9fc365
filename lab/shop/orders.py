"""Orders: POST /orders, which writes the order to a journal on disk and then has it paid."""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.layout import ORDERS, PAYMENTS, Layout
from lab.logs import utc_text
from lab.shop.app import App, WorkFailed, main
from lab.shop.config import ServiceConfig, address, number
from lab.shop.trace import Trace

_SLOW_WRITE = 0.5  # seconds, above which /healthz answers 503
_RECENT = 5.0  # seconds a slow write counts for
_JOURNAL_BYTES = 5_000_000
_BULK_BLOCK = os.urandom(1 << 20)
_BULK_BLOCKS = 8
_BULK_PAUSE = 0.05  # seconds, so that a disk without latency of its own is not a busy loop


@dataclass(frozen=True)
class OrdersConfig(ServiceConfig):
    payments_url: str = address()
    payments_timeout_ms: int = number(10, 60_000)
    journal_timeout_ms: int = number(10, 60_000)
    bulk_write_ms: int = number(0, 60_000, default=0)  # other writing that an entry must wait for


class JournalBusy(Exception):
    """The journal was not free in time."""


class Journal:
    """An append-only file of JSON lines, each on disk (fsync) before `append` returns. One writer at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last_write = (0.0, 0.0)  # when (monotonic), how long (seconds)
        self._lock = threading.Lock()

    def append(self, entry: dict[str, Any], *, timeout: float, bulk: float) -> float:
        """Write `entry`; the seconds it took. `bulk` seconds of other writing to the same disk come first."""
        if not self._lock.acquire(timeout=timeout):
            raise JournalBusy
        try:
            began = time.monotonic()
            self._bulk(began + bulk)
            self._write(json.dumps(entry) + "\n")
            took = time.monotonic() - began
            self.last_write = (time.monotonic(), took)
            return took
        finally:
            self._lock.release()

    def _write(self, line: str) -> None:
        if self.path.exists() and self.path.stat().st_size > _JOURNAL_BYTES:
            self.path.replace(self.path.with_suffix(".journal.1"))
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())

    def _bulk(self, until: float) -> None:
        if time.monotonic() >= until:
            return
        with self.path.with_name("bulk.tmp").open("wb", buffering=0) as stream:
            while time.monotonic() < until:
                if stream.tell() >= _BULK_BLOCKS * len(_BULK_BLOCK):
                    stream.seek(0)
                stream.write(_BULK_BLOCK)
                os.fsync(stream.fileno())
                time.sleep(_BULK_PAUSE)


class Orders(App[OrdersConfig]):
    """The shop's orders."""

    name = ORDERS
    config_class = OrdersConfig

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self.journal = Journal(layout.data / "orders.journal")
        self.writes = self.metrics.histogram("disk_write_seconds", "Time to get a journal entry onto the disk.")

    def unhealthy(self) -> str:
        at, took = self.journal.last_write
        if took <= _SLOW_WRITE or time.monotonic() - at > _RECENT:
            return ""
        return f"slow disk: the last journal entry took {took:.2f} s (limit {_SLOW_WRITE:g} s)"

    def work(self, order: dict[str, Any], trace: Trace) -> dict[str, Any]:
        config = self.config
        reference = f"o-{secrets.token_hex(5)}"
        entry = {"at": utc_text(time.time()), "order": reference, "amount_cents": order["amount_cents"], "trace": trace.id}
        self._record(entry, trace)
        paid = self.call(PAYMENTS, config.payments_url, order, trace, config.payments_timeout_ms)
        return {"order": reference, "payment": paid["payment"]}

    def _record(self, entry: dict[str, Any], trace: Trace) -> None:
        config, name = self.config, self.journal.path.name
        try:
            took = self.journal.append(entry, timeout=config.journal_timeout_ms / 1000, bulk=config.bulk_write_ms / 1000)
        except JournalBusy as error:
            raise WorkFailed(503, f"journal not free within {config.journal_timeout_ms} ms", journal=name) from error
        except OSError as error:
            raise WorkFailed(500, f"journal cannot be written: {error.strerror}", journal=name) from error
        self.writes.observe(took)
        if took > _SLOW_WRITE:
            self.log.warning("journal write slow", trace=trace.id, duration_ms=round(took * 1000, 1), journal=name)


if __name__ == "__main__":
    sys.exit(main(Orders))
