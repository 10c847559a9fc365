"""Commits posts before they are answered, several at once: whatever has arrived while the last commit flushed the disk.

Group commit keeps the promise (nothing is answered 202 that a crash could lose) at a storm's speed: eight clients share one
flush instead of queueing for eight.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from include.alerts.intake import Accepted, Post, commit, unusable
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import StoreError
from include.store.database import Store
from plugins.console.worker import Worker, log

BATCH = 64
STORE_FAILURES = (StoreError, OperationalError, InterfaceError, InternalError)
"""Locked, gone, full or read-only: not the post's fault. Its sender gets an error, keeps it, and sends it again."""


class Waiting(NamedTuple):
    """A post whose sender waits. One who went away gets no answer, but the post is committed all the same."""

    catalogue: Catalogue
    post: Post
    future: Future[Accepted]

    def reply(self, answer: Accepted) -> None:
        if not self.future.cancelled():
            self.future.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.future.cancelled():
            self.future.set_exception(error)


class Committer(Worker):
    """`submit` returns a future that is done once the post is on disk."""

    name = "committer"

    def __init__(self, store: Store, *, on_commit: Callable[[], None]) -> None:
        super().__init__()
        self._store = store
        self._on_commit = on_commit
        self._waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()

    def submit(self, catalogue: Catalogue, post: Post) -> Future[Accepted]:
        future: Future[Accepted] = Future()
        self._waiting.put(Waiting(catalogue, post, future))
        self.wake()
        return future

    def step(self) -> float:
        while batch := self._batch():
            self._commit(batch)
            self._on_commit()
        return 5.0

    def _batch(self) -> list[Waiting]:
        batch: list[Waiting] = []
        while len(batch) < BATCH:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
            batch[-1].future.set_running_or_notify_cancel()  # from here on nobody can cancel it
        return batch

    def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            answers = self._twice(batch[-1].catalogue, [item.post for item in batch])
        except STORE_FAILURES as error:
            log.warning("%d posts were not committed (%s); their senders are told", len(batch), type(error).__name__)
            for item in batch:
                item.fail(error)
        except Exception as error:
            log.warning("a batch of %d posts was not committed (%s); one by one", len(batch), type(error).__name__)
            for item in batch:
                self._commit_alone(item)
        else:
            for item, answer in zip(batch, answers, strict=True):
                item.reply(answer)

    def _commit_alone(self, item: Waiting) -> None:
        """One bad post must not cost the others; and an authenticated post that trips us up pages its owner (H10)."""
        try:
            try:
                (answer,) = self._twice(item.catalogue, [item.post])
            except STORE_FAILURES:
                raise
            except Exception:
                (answer,) = self._twice(item.catalogue, [unusable(item.post, "It could not be recorded as alerts.")])
        except Exception as error:
            item.fail(error)
        else:
            item.reply(answer)

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
