"""Customers: a few requests a second to the front end, started on time whether or not earlier ones were answered.

python -m lab.load --url http://127.0.0.1:8080/checkout --rate 2.5 --log load.log
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
from pathlib import Path

from lab import process, web
from lab.logs import JsonLog

_MOST_AT_ONCE = 24
_TIMEOUT = 6.0  # seconds a customer waits
_REPORT_EVERY = 25  # requests


class Customers:
    """Counts what the front end answered, and logs it every few requests."""

    def __init__(self, url: str, log: JsonLog) -> None:
        self._url, self._log = url, log
        self._slots = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._basket = random.Random(20)

    def arrive(self) -> None:
        """Start one request; skip it where too many still wait."""
        if not self._slots.acquire(blocking=False):
            self._count("skipped")
            return
        body = json.dumps({"amount_cents": self._basket.randint(199, 19_999)}).encode()
        threading.Thread(target=self._buy, args=(body,), daemon=True).start()

    def _buy(self, body: bytes) -> None:
        try:
            code, _ = web.request(self._url, body=body, headers={"Content-Type": "application/json"}, timeout=_TIMEOUT)
            self._count(str(code))
        except web.Unreachable as error:
            self._count(str(error))
        finally:
            self._slots.release()

    def _count(self, outcome: str) -> None:
        with self._lock:
            self._counts[outcome] = self._counts.get(outcome, 0) + 1
            if sum(self._counts.values()) < _REPORT_EVERY:
                return
            counts, self._counts = self._counts, {}
        (self._log.info if set(counts) == {"200"} else self._log.warning)("customers answered", outcomes=counts)


def main() -> int:
    parser = argparse.ArgumentParser(description="A few customers of the shop.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--rate", type=float, default=2.5, help="requests a second (default 2.5, at most 50)")
    parser.add_argument("--log", type=Path, required=True, help="JSON log file")
    options = parser.parse_args()
    if not 0 < options.rate <= 50:
        parser.error("--rate must be above 0 and at most 50")
    process.prepare()
    customers = Customers(options.url, JsonLog("load", options.log))
    process.run_loop(customers.arrive, seconds=1 / options.rate)
    process.wait_for_stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
