"""What the console's routes share in one API server process: the store, the committer, the dispatcher, the heartbeat."""

from __future__ import annotations

import threading
from functools import cache

from include.store.database import Store
from plugins.console.committer import Committer
from plugins.console.dispatcher import Dispatcher
from plugins.console.heartbeat import Heartbeat
from plugins.hooks.store import store_url


class Services:
    """One per process. `start` is idempotent; routes that need the store start it themselves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.dispatcher = Dispatcher(store)
        self.committer = Committer(store, on_commit=self.dispatcher.wake)
        self.heartbeat = Heartbeat()
        self._lock = threading.Lock()
        self._started = False

    def start(self) -> None:
        with self._lock:
            if self._started:
                return
            self.store.migrate()
            for worker in (self.committer, self.dispatcher, self.heartbeat):
                worker.start()
            self._started = True

    def stop(self) -> None:
        with self._lock:
            if self._started:
                for worker in (self.heartbeat, self.dispatcher, self.committer):
                    worker.stop()
                self.store.dispose()


@cache
def services() -> Services:
    return Services(Store.open(store_url()))
