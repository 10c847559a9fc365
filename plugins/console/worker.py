"""A daemon thread with a clean end: the shape shared by the console's background workers."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger("holdpoint")


class Worker:
    """Calls `step` until stopped; `step` says how many seconds to sleep before the next, `wake` ends the sleep early.

    A step that raises is logged without content and tried again after `backoff_s`: background work never ends by accident.
    """

    name = "worker"
    backoff_s = 5.0

    def __init__(self) -> None:
        self._wake = threading.Event()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def step(self) -> float:
        raise NotImplementedError

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"holdpoint-{self.name}", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._end.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._end.is_set():  # asked after each clearing, which may have cleared the wake of `stop`
                return
            try:
                pause = self.step()
            except Exception as error:  # a failing store or scheduler must not end the worker
                log.warning("%s: %s; again in %s s", self.name, type(error).__name__, self.backoff_s)
                log.debug("%s failed", self.name, exc_info=True)
                pause = self.backoff_s
            if not self._end.is_set():
                self._wake.wait(pause)
