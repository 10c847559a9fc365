"""What the console's routes share in one API server process: the store, the committer, the dispatcher, the heartbeat."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from functools import cache

from sqlalchemy.exc import DBAPIError

from include.contracts.errors import ConfigError, HoldpointError
from include.store.database import Store
from include.telemetry.spans import warm
from plugins.console.committer import Committer
from plugins.console.dispatcher import Dispatcher
from plugins.console.heartbeat import Heartbeat
from plugins.console.last_good import LastGood
from plugins.console.outboxes import Briefings, Changes, Holds, Reviews
from plugins.console.pace import Pace
from plugins.console.worker import Worker, log
from plugins.hooks.store import store_url


class Services:
    """One per process. `start` is idempotent; routes that need the store start it themselves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        pace = Pace()
        self.dispatcher = Dispatcher(store, outboxes=(Briefings(pouring=pace.pouring), Changes(), Holds(), Reviews()))
        self.committer = Committer(store, on_commit=self.dispatcher.wake, pace=pace)
        self.heartbeat = Heartbeat()
        self.last_good = LastGood()
        self._starter = _Starter(self)
        self._lock = threading.Lock()
        self._started = False

    def start(self) -> None:
        with self._lock:
            if self._started:
                return
            warm()
            self.store.migrate()
            with suppress(ConfigError):  # told; the intake asks again
                self.last_good.catalogue()
            for worker in (self.committer, self.dispatcher, self.heartbeat):
                worker.start()
            self._started = True

    @property
    def started(self) -> bool:
        return self._started

    def start_or_keep_trying(self) -> None:
        """Start; where the store cannot be had yet, go on trying in the background: alerts are refused until then, not lost."""
        try:
            self.start()
        except (HoldpointError, DBAPIError) as error:
            log.error("the store cannot be had (%s); trying again until it can", type(error).__name__)
            self._starter.start()

    def stop(self) -> None:
        self._starter.stop()
        with self._lock:
            if self._started:
                for worker in (self.heartbeat, self.dispatcher, self.committer):
                    worker.stop()
                self.store.dispose()


class _Starter(Worker):
    name = "starter"

    def __init__(self, own: Services) -> None:
        super().__init__()
        self._own = own

    def step(self) -> float:
        self._own.start()
        self._end.set()
        return 0.0


@cache
def services() -> Services:
    return Services(Store.open(store_url()))


async def ready() -> Services:
    """The services, started; for a request that comes before the server's own start has managed it."""
    running = services()
    if not running.started:  # may wait for a database: not on the event loop
        await asyncio.to_thread(running.start)
    return running
