"""The API server's sign of life, every minute (`include/delivery/heartbeat.py` says where it goes)."""

from __future__ import annotations

import os
import time

from include.delivery.heartbeat import beat
from plugins.console.worker import Worker

EVERY_S = 60.0


class Heartbeat(Worker):
    name = "heartbeat"
    last: float | None = None  # when one left, in Unix seconds

    def step(self) -> float:
        if target := os.environ.get("HOLDPOINT_HEARTBEAT"):
            beat(target)
            self.last = time.time()
        return EVERY_S
