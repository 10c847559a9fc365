"""Commits posts before they are answered, several at once: whatever has arrived while the last commit flushed the disk.

Group commit keeps the promise (nothing is answered 202 that a crash could lose) at a storm's speed: eight clients share one
flush instead of queueing for eight.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future

from include.alerts.intake import Accepted, Post, commit, unusable
from include.catalogue.catalogue import Catalogue
from include.store.database import Store
from plugins.console.worker import Worker, log

BATCH = 64


class Committer(Worker):
    """`submit` returns a future that is done once the post is on disk."""

    name = "committer"

    def __init__(self, store: Store, *, on_commit: Callable[[], None]) -> None:
        super().__init__()
        self._store = store
        self._on_commit = on_commit
        self._waiting: queue.SimpleQueue[tuple[Catalogue, Post, Future[Accepted]]] = queue.SimpleQueue()

    def submit(self, catalogue: Catalogue, post: Post) -> Future[Accepted]:
        future: Future[Accepted] = Future()
        self._waiting.put((catalogue, post, future))
        self.wake()
        return future

    def step(self) -> float:
        while batch := self._batch():
            self._commit(batch)
            self._on_commit()
        return 5.0

    def _batch(self) -> list[tuple[Catalogue, Post, Future[Accepted]]]:
        batch: list[tuple[Catalogue, Post, Future[Accepted]]] = []
        while len(batch) < BATCH:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _commit(self, batch: list[tuple[Catalogue, Post, Future[Accepted]]]) -> None:
        catalogue = batch[-1][0]
        try:
            with self._store.begin() as conn:
                answers = commit(conn, catalogue, [post for _, post, _ in batch])
        except Exception as error:
            log.warning("a batch of %d posts was not committed (%s); one by one", len(batch), type(error).__name__)
            for item in batch:
                self._commit_alone(*item)
            return
        for (_, _, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)

    def _commit_alone(self, catalogue: Catalogue, post: Post, future: Future[Accepted]) -> None:
        """One bad post must not cost the others; and an authenticated post that trips us up pages its owner (H10)."""
        for attempt in (post, unusable(post, "It could not be recorded as alerts.")):
            try:
                with self._store.begin() as conn:
                    (answer,) = commit(conn, catalogue, [attempt])
            except Exception as error:
                failure = error
                continue
            future.set_result(answer)
            return
        future.set_exception(failure)
