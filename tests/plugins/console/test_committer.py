"""Group commit: every answer stands for something on disk, and one bad post costs nobody else anything."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from include.alerts import intake
from include.alerts.intake import Post, prepare
from include.contracts.errors import StoreError
from include.store import database, incidents, ledger
from include.store.database import Store
from include.store.tables.incident import dispatch, incident
from include.store.tables.intake import alert, message
from plugins.console import committer as module
from plugins.console.committer import Committer
from plugins.console.worker import log
from tests.overlap import at_once, meet_after, servers

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def committer(store: Store) -> Iterator[Committer]:
    worker = Committer(store, on_commit=lambda: None)
    worker.start()
    yield worker
    worker.stop()


def _generic(title: str) -> bytes:
    body = {
        "title": title,
        "service": "shop-orders",
        "environment": "lab",
        "severity": "warning",
        "status": "firing",
        "id": title,
    }
    return json.dumps(body | {"started_at": NOW.isoformat()}).encode()


def _post(catalogue: Any, body: bytes) -> Post:
    return prepare(body, catalogue.source("generic"), catalogue, received_at=NOW)


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_every_answered_post_is_in_the_store(committer: Committer, store: Store, catalogue: Any) -> None:
    futures = [committer.submit(catalogue, _post(catalogue, _generic(f"Alarm {'x' * (n % 7)}"))) for n in range(200)]
    done, late = wait(futures, timeout=30)
    assert not late
    assert {future.result().problem for future in done} == {None}
    assert (_count(store, message), _count(store, alert), _count(store, incident)) == (200, 200, 7)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'{"title": {"a": 1}}',
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b"[" * 10_000,
        b'{"title": "x", "severity": NaN}',
    ],
)
def test_h10_what_cannot_be_understood_is_kept_and_becomes_an_incident(
    committer: Committer, store: Store, catalogue: Any, body: bytes
) -> None:
    answer = committer.submit(catalogue, _post(catalogue, body)).result(30)
    assert answer.problem
    assert answer.outcomes[0].event == "incident.opened"
    with store.read() as conn:
        kept = conn.execute(select(message)).mappings().one()
    assert (kept["digest"], kept["length"]) == (hashlib.sha256(body).hexdigest(), len(body))


def test_a_post_that_trips_the_commit_pages_its_owner_and_spares_the_others(
    committer: Committer, store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.correlate

    def tripping(*args: Any) -> Any:
        if any(item.title == "poison" for item in args[4]):
            raise RuntimeError("tripped")
        return real(*args)

    monkeypatch.setattr(intake, "correlate", tripping)
    posts = [_post(catalogue, _generic(title)) for title in ("good", "poison", "fine")]
    good, poison, fine = [committer.submit(catalogue, post).result(30) for post in posts]
    assert (good.problem, fine.problem) == (None, None)
    assert poison.problem
    assert poison.outcomes[0].event == "incident.opened"


def test_a_store_that_is_gone_is_an_error_and_not_an_answer(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Committer(store, on_commit=lambda: None)

    def gone() -> Any:
        raise OSError("disk gone")

    monkeypatch.setattr(store, "begin", gone)
    worker.start()
    future = worker.submit(catalogue, _post(catalogue, _generic("x")))
    with pytest.raises(OSError, match="disk gone"):
        future.result(30)
    worker.stop()


def test_two_servers_that_get_one_new_alarm_at_once_open_one_incident(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_after(monkeypatch, incidents, "latest", parties=3)
    with servers(store, 3) as them:
        workers = [Committer(server, on_commit=lambda: None) for server in them]
        waiting = [worker.submit(catalogue, _post(catalogue, _generic("Alarm"))) for worker in workers]
        at_once(*(worker.step for worker in workers))
    answers = [future.result(0) for future in waiting]
    assert [answer.problem for answer in answers] == [None] * 3, "a race is no bad post"
    events = [outcome.event for answer in answers for outcome in answer.outcomes]
    assert sorted(events) == ["incident.attached", "incident.attached", "incident.opened"]
    assert (_count(store, incident), _count(store, alert), _count(store, dispatch)) == (1, 3, 1)
    with store.read() as conn:
        assert conn.scalar(select(incident.c.alert_count)) == 3


@contextmanager
def _locked(store: Store, until: threading.Event) -> Iterator[None]:
    """Another process that keeps the lock."""
    held = threading.Event()

    def hold() -> None:
        with servers(store, 1) as (other,), other.begin() as conn:
            ledger.lock(conn)
            held.set()
            until.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    try:
        yield
    finally:
        until.set()
        thread.join()


@pytest.fixture
def impatient(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store for a server that waits for a lock for 0.2 seconds only."""
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.2)
    with servers(store, 1) as (server,):
        yield server


def test_a_lock_that_passes_costs_no_post(store: Store, impatient: Store, catalogue: Any) -> None:
    over = threading.Event()

    class Ends(logging.Handler):
        """Ends the lock when the committer reports its first failure."""

        def emit(self, record: logging.LogRecord) -> None:
            over.set()
            thread_has_ended.wait(5)

    thread_has_ended = threading.Event()
    worker, handler = Committer(impatient, on_commit=lambda: None), Ends()
    future = worker.submit(catalogue, _post(catalogue, _generic("Alarm")))
    log.addHandler(handler)
    try:
        with _locked(store, over):
            stepping = threading.Thread(target=worker.step)
            stepping.start()
            assert over.wait(30)
        thread_has_ended.set()
        stepping.join()
    finally:
        log.removeHandler(handler)
    assert future.result(0).problem is None
    assert future.result(0).outcomes[0].event == "incident.opened"


TRIPPED, AWAY = RuntimeError("tripped"), StoreError("away", next_step="wait")
DUPLICATE = IntegrityError("INSERT", {}, Exception("duplicate key"))


@pytest.mark.parametrize(
    ("failures", "outcome"),
    [
        ([AWAY], "incident.opened"),
        ([DUPLICATE], "incident.opened"),
        ([DUPLICATE] * 3, "incident.opened"),  # twice with the others, once alone
        ([TRIPPED] * 3, "incident.opened"),
        ([TRIPPED] * 4, "unreadable"),
        ([TRIPPED] * 4 + [AWAY], "unreadable"),
        ([AWAY] * 2, "error"),
        ([OperationalError("INSERT", {}, Exception("deadlock detected"))] * 2, "error"),
        ([TRIPPED] * 2 + [AWAY] * 2, "error"),  # the store went away while they were tried one by one
        ([TRIPPED] * 4 + [AWAY] * 2, "error"),
    ],
)
def test_h10_what_becomes_of_a_post_whose_commits_fail(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch, failures: list[Exception], outcome: str
) -> None:
    """Each failure is one commit's; what comes after the last of them succeeds."""
    left, real = list(failures), module.commit

    def commit(*args: Any) -> Any:
        answers = real(*args)  # what it wrote is rolled back
        if left:
            raise left.pop(0)
        return answers

    monkeypatch.setattr(module, "commit", commit)
    worker = Committer(store, on_commit=lambda: None)
    future = worker.submit(catalogue, _post(catalogue, _generic("Alarm")))
    worker.step()
    if outcome == "error":
        assert future.exception(0) is failures[-1]
    else:
        assert (future.result(0).problem is not None) == (outcome == "unreadable")
    assert (left, _count(store, message)) == ([], 0 if outcome == "error" else 1)


def test_a_lock_that_stays_is_an_error_for_the_sender_and_no_unreadable_post(
    store: Store, impatient: Store, catalogue: Any
) -> None:
    worker = Committer(impatient, on_commit=lambda: None)
    waiting = [worker.submit(catalogue, _post(catalogue, _generic(f"Alarm {'x' * n}"))) for n in range(5)]
    started = time.monotonic()
    with _locked(store, threading.Event()):
        worker.step()
    assert time.monotonic() - started < 5, "each post waits its turn for a lock that all of them wait for"
    assert all(isinstance(future.exception(0), StoreError) for future in waiting)
    assert _count(store, message) == 0
    again = worker.submit(catalogue, _post(catalogue, _generic("Alarm")))
    worker.step()
    assert again.result(0).problem is None


def test_a_sender_that_goes_away_takes_no_answer_from_the_others(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, real = Committer(store, on_commit=lambda: None), module.commit
    gone, going, stays = (worker.submit(catalogue, _post(catalogue, _generic(title))) for title in ("one", "two", "three"))

    def commit(*args: Any) -> Any:
        assert not going.cancel(), "too late: it is being committed"
        return real(*args)

    monkeypatch.setattr(module, "commit", commit)
    assert gone.cancel()
    worker.step()
    assert (going.result(0).problem, stays.result(0).problem) == (None, None)
    assert _count(store, alert) == 3, "what was sent is kept"


def test_posts_that_come_together_are_committed_together(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight clients, each waiting for its answer before it sends again, share transactions after their first one."""
    sizes: list[int] = []
    real = module.commit
    monkeypatch.setattr(module, "commit", lambda conn, known, posts: sizes.append(len(posts)) or real(conn, known, posts))
    monkeypatch.setattr(module, "GATHER_S", 5.0)  # so that the test does not depend on the machine
    worker = Committer(store, on_commit=lambda: None)
    post = _post(catalogue, _generic("Alarm"))
    first = [worker.submit(catalogue, post) for _ in range(8)]
    worker.start()

    def client(waiting: Any) -> None:
        for _ in range(5):
            waiting.result(30)
            waiting = worker.submit(catalogue, post)
        waiting.result(30)

    threads = [threading.Thread(target=client, args=(waiting,)) for waiting in first]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.stop()
    assert (sizes[0], sum(sizes)) == (8, 48)
    assert len(sizes) <= 24, f"half of those who were there are waited for: {sizes}"


def test_a_post_that_comes_alone_waits_for_nobody(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHER_S", 30.0)
    worker = Committer(store, on_commit=lambda: None)
    worker.start()
    for _ in range(3):
        assert worker.submit(catalogue, _post(catalogue, _generic("Alarm"))).result(10).problem is None
        time.sleep(0.05)
    worker.stop()


def test_those_who_stay_away_are_not_waited_for_long(store: Store, catalogue: Any) -> None:
    worker = Committer(store, on_commit=lambda: None)
    many = [worker.submit(catalogue, _post(catalogue, _generic("Alarm"))) for _ in range(20)]
    worker.start()
    wait(many, timeout=30)
    time.sleep(0.2)
    started = time.monotonic()
    assert worker.submit(catalogue, _post(catalogue, _generic("Alarm"))).result(10).problem is None
    assert time.monotonic() - started < 3
    worker.stop()


def test_no_post_is_overlooked_however_they_come(committer: Committer, store: Store, catalogue: Any) -> None:
    """A wake-up that got lost would cost five seconds."""
    post = _post(catalogue, _generic("Alarm"))

    def client(number: int) -> float:
        longest = 0.0
        for turn in range(40):
            time.sleep((number * 7 + turn * 3) % 11 / 1_000)
            started = time.monotonic()
            committer.submit(catalogue, post).result(30)
            longest = max(longest, time.monotonic() - started)
        return longest

    assert max(at_once(*(partial(client, number) for number in range(6)))) < 3
    assert _count(store, message) == 240


def test_a_post_that_comes_while_many_are_expected_and_none_is_there_is_seen(
    store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds that it alone is not worth waking up for, just before that changes."""
    worker = Committer(store, on_commit=lambda: None)
    post = _post(catalogue, _generic("Alarm"))
    many, late = [worker.submit(catalogue, post) for _ in range(3)], []
    real = worker._batch

    def batch() -> Any:
        found = real()
        if not found and not late:
            late.append(worker.submit(catalogue, post))
        return found

    monkeypatch.setattr(worker, "_batch", batch)
    worker.step()
    assert all(future.done() for future in [*many, *late])


def test_a_worker_is_ended_while_it_commits(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, real = Committer(store, on_commit=lambda: None), module.commit
    ending = threading.Thread(target=worker.stop)

    def commit(*args: Any) -> Any:
        ending.start()
        worker._end.wait(30)
        time.sleep(0.05)  # the wake of `stop` is there now, and the step goes on to wait for more posts
        return real(*args)

    monkeypatch.setattr(module, "commit", commit)
    waiting = [worker.submit(catalogue, _post(catalogue, _generic("Alarm"))) for _ in range(3)]
    started = time.monotonic()
    worker.start()
    wait(waiting, timeout=30)
    ending.join(30)
    assert time.monotonic() - started < 3


def test_only_what_asks_for_a_briefing_wakes_the_dispatcher(store: Store, catalogue: Any) -> None:
    woken: list[int] = []
    worker = Committer(store, on_commit=lambda: woken.append(1))
    for body, expected in ((_generic("Alarm"), 1), (_generic("Alarm"), 1), (b"{", 2), (b"{", 2), (_generic("Other"), 3)):
        worker.submit(catalogue, _post(catalogue, body))
        worker.step()
        assert len(woken) == expected
    worst = json.loads(_generic("Alarm")) | {"severity": "critical"}
    worker.submit(catalogue, _post(catalogue, json.dumps(worst).encode()))
    worker.step()
    assert len(woken) == 4


def test_answers_for_coroutines(store: Store, catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come on their own loop, together; who has gone takes nothing from the others, and an error is theirs alone."""
    worker = Committer(store, on_commit=lambda: None)
    post = _post(catalogue, _generic("Alarm"))

    async def run() -> None:
        gone, *stay = [asyncio.create_task(worker.accept(catalogue, post)) for _ in range(4)]
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.to_thread(worker.step)
        assert {answer.problem for answer in await asyncio.gather(*stay)} == {None}
        assert gone.cancelled()
        monkeypatch.setattr(store, "begin", _away)
        lost = asyncio.create_task(worker.accept(catalogue, post))
        await asyncio.sleep(0)
        await asyncio.to_thread(worker.step)
        with pytest.raises(StoreError):
            await lost

    asyncio.run(run())
    monkeypatch.undo()
    assert _count(store, message) == 4, "what was sent is kept"


def _away() -> Any:
    raise AWAY


def test_a_loop_that_has_ended_takes_nothing_from_the_others(store: Store, catalogue: Any) -> None:
    worker = Committer(store, on_commit=lambda: None)
    post = _post(catalogue, _generic("Alarm"))

    async def leave() -> None:
        task = asyncio.create_task(worker.accept(catalogue, post))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    stays = worker.submit(catalogue, post)
    worker.step()
    assert stays.result(0).problem is None
    assert _count(store, message) == 2
