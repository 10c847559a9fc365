"""Commits posts before they are answered, several at once: whatever has arrived while the last commit flushed the disk.

Group commit keeps the promise (nothing is answered 202 that a crash could lose) at a storm's speed: eight clients share one
transaction and one flush instead of queueing for eight. Where several came together, half as many are expected again, and a
moment is given to them: the one half is parsed while the other is flushed. A post that comes alone never waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from include.alerts.intake import Accepted, Post, commit, unusable
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import StoreError
from include.store.database import Store
from plugins.console.pace import Pace
from plugins.console.worker import Worker, log

BATCH = 64
GATHER_S = 0.02  # the longest that posts which have come wait for those that are expected
STORE_FAILURES = (StoreError, OperationalError, InterfaceError, InternalError)
"""Locked, gone, full or read-only: not the post's fault. Its sender gets an error, keeps it, and sends it again."""


class Waiting(NamedTuple):
    """A post whose sender waits. One who went away gets no answer, but the post is committed all the same."""

    catalogue: Catalogue
    post: Post
    future: Future[Accepted] | asyncio.Future[Accepted]


class Committer(Worker):
    """:param on_commit: called after a transaction in which a post asked for a briefing; :param pace: told how many came"""

    name = "committer"

    def __init__(self, store: Store, *, on_commit: Callable[[], None], pace: Pace | None = None) -> None:
        super().__init__()
        self._store = store
        self._on_commit = on_commit
        self._pace = pace or Pace()
        self._waiting: deque[Waiting] = deque()
        self._expected = 1  # this many waiting posts are worth waking up for

    def submit(self, catalogue: Catalogue, post: Post) -> Future[Accepted]:
        """A future that is done once the post is on disk."""
        future: Future[Accepted] = Future()
        self._put(Waiting(catalogue, post, future))
        return future

    async def accept(self, catalogue: Catalogue, post: Post) -> Accepted:
        """As `submit`, for a coroutine: a transaction's answers reach the event loop together, with one wake-up."""
        future: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._put(Waiting(catalogue, post, future))
        return await future

    def _put(self, item: Waiting) -> None:
        self._waiting.append(item)
        if len(self._waiting) >= self._expected:
            self.wake()

    def step(self) -> float:
        while True:
            while batch := self._batch():
                accepted = self._commit(batch)
                self._pace.came(len(batch))
                if any(answer.asks_for_briefing for answer in accepted):
                    self._on_commit()
                self._gather(len(batch) + len(self._waiting))
            self._expected = 1
            if not self._waiting:  # asked again, since one may have come that expected others
                return 5.0

    def _batch(self) -> list[Waiting]:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        for item in batch:
            if isinstance(item.future, Future):
                item.future.set_running_or_notify_cancel()  # from here on nobody can cancel it
        return batch

    def _gather(self, expected: int) -> None:
        """Those who were answered just now send their next posts at the same time: let half of them come together.

        All of them would keep step: then the processor waits for the disk, and the disk for the processor.
        """
        self._expected = min((expected + 1) // 2, BATCH)
        self._wake.clear()
        if self._expected > 1 and len(self._waiting) < self._expected:
            self._wake.wait(GATHER_S)

    def _commit(self, batch: Sequence[Waiting]) -> list[Accepted]:
        """Commit and answer; what was accepted."""
        try:
            accepted = self._twice(batch[-1].catalogue, [item.post for item in batch])
        except STORE_FAILURES as error:
            log.warning("%d posts were not committed (%s); their senders are told", len(batch), type(error).__name__)
            _tell([(item.future, error) for item in batch])
            return []
        except Exception as error:
            log.warning("a batch of %d posts was not committed (%s); one by one", len(batch), type(error).__name__)
            return [answer for item in batch if (answer := self._commit_alone(item)) is not None]
        _tell([(item.future, answer) for item, answer in zip(batch, accepted, strict=True)])
        return accepted

    def _commit_alone(self, item: Waiting) -> Accepted | None:
        """One bad post must not cost the others; and an authenticated post that trips us up pages its owner (H10)."""
        try:
            try:
                (answer,) = self._twice(item.catalogue, [item.post])
            except STORE_FAILURES:
                raise
            except Exception:
                (answer,) = self._twice(item.catalogue, [unusable(item.post, "It could not be recorded as alerts.")])
        except Exception as error:
            _tell([(item.future, error)])
            return None
        _tell([(item.future, answer)])
        return answer

    def _twice(self, catalogue: Catalogue, posts: Sequence[Post]) -> list[Accepted]:
        """Commit; once more where that failed, since a deadlock or a server that was restarted says nothing about the posts."""
        try:
            return self._once(catalogue, posts)
        except Exception as error:
            log.warning("%d posts were not committed (%s); once more", len(posts), type(error).__name__)
        return self._once(catalogue, posts)

    def _once(self, catalogue: Catalogue, posts: Sequence[Post]) -> list[Accepted]:
        with self._store.begin() as conn:
            return commit(conn, catalogue, posts)


Answer = tuple[Future[Accepted] | asyncio.Future[Accepted], Accepted | Exception]


def _tell(answers: Sequence[Answer]) -> None:
    """Give the answers to those who wait: in threads at once, on an event loop all of them in one go."""
    loops: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for future, answer in answers:
        if isinstance(future, Future):
            _settle([(future, answer)])
        else:
            loops.setdefault(future.get_loop(), []).append((future, answer))
    for loop, theirs in loops.items():
        with suppress(RuntimeError):  # it is closed: the server ends, and its senders know
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(answers: Sequence[Answer]) -> None:
    for future, answer in answers:
        if future.done():  # its sender went away
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
