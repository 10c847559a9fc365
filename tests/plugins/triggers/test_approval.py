"""The shared poll: one question for all who wait, whoever comes, goes, fails or waits twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from include.contracts.hold import HoldState
from include.store.database import Store
from plugins.triggers import approval
from plugins.triggers.approval import ApprovalTrigger, Poll
from tests.hold_rows import add_hold, put

QUICK_S = 0.01
CANARY = "canary-4711"


class Asked:
    """A store that counts its questions. `decided` is what it knows; `failing` is raised."""

    def __init__(self) -> None:
        self.questions: list[frozenset[str]] = []
        self.decided: dict[str, str] = {}
        self.failing: Exception | None = None

    def __call__(self, holds: Collection[str]) -> Mapping[str, str]:
        self.questions.append(frozenset(holds))
        if self.failing is not None:
            raise self.failing
        return {hold: found for hold, found in self.decided.items() if hold in holds}


@pytest.fixture
def asked() -> Asked:
    return Asked()


async def until(condition: Callable[[], Any]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(QUICK_S)
    pytest.fail("not in time")


def test_all_who_wait_share_one_question(asked: Asked) -> None:
    async def story() -> None:
        poll = Poll(asked, QUICK_S)
        names = [f"hold_{n}" for n in range(1_000)]
        waiting = [asyncio.ensure_future(poll.wait(name)) for name in names]
        await until(lambda: asked.questions and len(asked.questions[-1]) == 1_000)
        before = len(asked.questions)
        asked.decided = dict.fromkeys(names, "approved")
        assert await asyncio.gather(*waiting) == ["approved"] * 1_000
        assert len(asked.questions) <= before + 2

    asyncio.run(story())


def test_who_is_not_decided_waits_on_and_the_poll_ends_with_the_last(asked: Asked) -> None:
    async def story() -> None:
        poll = Poll(asked, QUICK_S)
        first, second = asyncio.ensure_future(poll.wait("a")), asyncio.ensure_future(poll.wait("b"))
        asked.decided = {"a": "rejected"}
        assert await first == "rejected"
        await until(lambda: asked.questions[-1] == {"b"})
        assert not second.done()
        asked.decided = {"b": "late"}
        assert await second == "late"
        await asyncio.sleep(5 * QUICK_S)
        count = len(asked.questions)
        await asyncio.sleep(10 * QUICK_S)
        assert len(asked.questions) == count, "nobody waits, and it asks on"
        asked.decided = {"c": "approved"}
        assert await poll.wait("c") == "approved", "it begins again for who comes later"

    asyncio.run(story())


def test_one_hold_may_be_waited_for_twice_and_one_of_them_may_be_killed(asked: Asked) -> None:
    async def story() -> None:
        poll = Poll(asked, QUICK_S)
        killed, kept = asyncio.ensure_future(poll.wait("a")), asyncio.ensure_future(poll.wait("a"))
        await until(lambda: asked.questions)
        killed.cancel()
        with suppress(asyncio.CancelledError):
            await killed
        asked.decided = {"a": "approved"}
        assert await kept == "approved"

    asyncio.run(story())


def test_a_store_that_is_away_for_a_while_is_asked_again_and_nothing_of_it_is_logged(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        poll = Poll(asked, QUICK_S)
        asked.failing = RuntimeError(CANARY)
        waiting = asyncio.ensure_future(poll.wait("a"))
        await until(lambda: len(asked.questions) > 3)
        assert not waiting.done()
        asked.failing, asked.decided = None, {"a": "approved"}
        assert await waiting == "approved"

    asyncio.run(story())
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_a_slow_store_does_not_stop_the_loop() -> None:
    import threading

    release, main = threading.Event(), threading.get_ident()

    def slow(holds: Collection[str]) -> Mapping[str, str]:
        waited = threading.get_ident() != main and release.wait(10)
        if not waited:
            return dict.fromkeys(holds, "it stood in the loop's way")
        return dict.fromkeys(holds, "approved")

    async def story() -> None:
        waiting = asyncio.ensure_future(Poll(slow, QUICK_S).wait("a"))
        for _ in range(20):
            await asyncio.sleep(QUICK_S)  # other triggers go on
        release.set()
        assert await waiting == "approved"

    asyncio.run(story())


# -- The trigger over a real store -------------------------------------------------------------------------------------


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """This process's store, as the triggerer finds it."""
    monkeypatch.setenv("HOLDPOINT_STORE", store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(approval, "POLL_S", QUICK_S)
    approval._forget()
    yield store
    if approval._store is not None:
        approval._store.dispose()
    approval._forget()


async def fired(hold: str) -> list[Any]:
    """Its events, from what Airflow keeps of it: class and kwargs."""
    _, kwargs = ApprovalTrigger(hold=hold).serialize()
    return [event.payload async for event in ApprovalTrigger(**kwargs).run()]


def test_what_airflow_keeps_of_it_is_an_id(here: Store) -> None:
    path, kwargs = ApprovalTrigger(hold="hold_x").serialize()
    assert path == f"{ApprovalTrigger.__module__}.{ApprovalTrigger.__qualname__}"
    assert kwargs == {"hold": "hold_x"}


@pytest.mark.both_databases
def test_it_fires_once_when_the_row_moved_and_twice_run_says_the_same(here: Store) -> None:
    hold_id = add_hold(here)

    async def story() -> None:
        both = asyncio.gather(fired(hold_id), fired(hold_id))
        await asyncio.sleep(5 * QUICK_S)
        assert not both.done()
        put(here, hold_id, state=HoldState.APPROVED.value)
        assert await both == [[{"hold": hold_id, "found": "approved"}]] * 2

    asyncio.run(story())


@pytest.mark.both_databases
def test_it_ends_at_the_stores_clock_and_for_a_hold_that_is_not_there(here: Store) -> None:
    hold_id = add_hold(here)
    put(here, hold_id, approve_by=-1)
    assert asyncio.run(fired(hold_id)) == [{"hold": hold_id, "found": "late"}]
    assert asyncio.run(fired("hold_" + "0" * 26))[0]["found"] == "missing"


def test_each_loop_has_a_poll_of_its_own_and_a_forked_child_begins_anew(here: Store) -> None:
    hold_id = add_hold(here, state=HoldState.APPROVED)

    async def poll_of_loop() -> Poll:
        assert approval.shared_poll() is approval.shared_poll()
        return approval.shared_poll()

    assert asyncio.run(poll_of_loop()) is not asyncio.run(poll_of_loop())
    asyncio.run(fired(hold_id))
    opened = approval._store
    assert opened is not None
    if (child := os.fork()) == 0:  # pragma: no cover - its coverage is its parent's
        os._exit(0 if approval._store is None and asyncio.run(fired(hold_id)) and approval._store is not opened else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert approval._store is opened


def test_it_has_nothing_to_kill() -> None:
    assert "on_kill" not in vars(ApprovalTrigger)
    assert "cleanup" not in vars(ApprovalTrigger)
