"""Waits in the triggerer until a hold is decided, or its time to approve is over.

All triggers of a process share one question to the store every few seconds, asked in a thread, so that a thousand of them cost
what one costs. A trigger only reads and keeps nothing but the hold's id: that it runs twice, is moved to another triggerer or is
killed changes nothing. Its event is a hint to look at the record, never an answer.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextvars import Context
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from airflow.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from include.store.database import Store

POLL_S = 2.0
log = logging.getLogger("holdpoint")


class ApprovalTrigger(BaseTrigger):
    """Its one event: `{"hold": id, "found": state | "late" | "missing"}`.

    :param hold: the hold's id
    """

    def __init__(self, *, hold: str) -> None:
        super().__init__()
        self.hold = hold

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "plugins.triggers.approval.ApprovalTrigger", {"hold": self.hold}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        found = await shared_poll().wait(self.hold)
        yield TriggerEvent({"hold": self.hold, "found": found})


class Poll:
    """One question for all who wait, again and again while there is one. Belongs to one event loop.

    :param ask: which of these holds are decided, and how; may block
    :param every_s: the pause between two questions
    """

    def __init__(self, ask: Callable[[Collection[str]], Mapping[str, str]], every_s: float) -> None:
        self._ask = ask
        self._every_s = every_s
        self._waiting: dict[str, set[asyncio.Future[str]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def wait(self, hold: str) -> str:
        """What was found of the hold once its wait is over. May be asked for the same hold many times at once."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[str] = loop.create_future()
        self._waiting.setdefault(hold, set()).add(mine)
        if self._task is None or self._task.done():
            # A context of its own: it would write into the log of whichever trigger came first.
            self._task = loop.create_task(self._run(), context=Context())
        try:
            return await mine
        finally:
            self._leave(hold, mine)

    def _leave(self, hold: str, mine: asyncio.Future[str]) -> None:
        others = self._waiting[hold] - {mine}
        if others:
            self._waiting[hold] = others
        else:
            del self._waiting[hold]

    async def _run(self) -> None:
        while self._waiting:
            try:
                self._tell(await asyncio.to_thread(self._ask, tuple(self._waiting)))
            except Exception as error:  # the store may be away for a while; the clock of the task itself goes on
                log.warning("the store could not be asked for holds (%s); again in %s s", type(error).__name__, self._every_s)
            await asyncio.sleep(self._every_s)

    def _tell(self, found: Mapping[str, str]) -> None:
        for hold, what in found.items():
            for waiting in self._waiting.get(hold, ()):
                if not waiting.done():
                    waiting.set_result(what)


# A loop, and with it its poll, belongs to one process: a forked child begins anew.
_POLLS: WeakKeyDictionary[asyncio.AbstractEventLoop, Poll] = WeakKeyDictionary()
_store: Store | None = None


def shared_poll() -> Poll:
    """The poll of the running loop."""
    return _POLLS.setdefault(asyncio.get_running_loop(), Poll(ask_the_store, POLL_S))


def ask_the_store(holds: Collection[str]) -> Mapping[str, str]:
    """`include.holds.waiting.decided` over the store that this process has opened once."""
    from include.holds.waiting import decided

    with _opened().read() as conn:
        return decided(conn, holds)


def _opened() -> Store:
    global _store  # noqa: PLW0603 - one for the process
    if _store is None:
        from include.store.database import Store
        from plugins.hooks.store import store_url

        opened = Store.open(store_url())
        opened.check()
        _store = opened
    return _store


def _forget() -> None:
    global _store  # noqa: PLW0603
    _store = None
    _POLLS.clear()


os.register_at_fork(after_in_child=_forget)
