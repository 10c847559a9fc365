"""Two writers at once, made to meet where it hurts instead of hoping that they do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import Connection

from include.store.database import Store

PATIENCE_S = 0.3
"""How long one waits for the other. A right program makes them wait for each other's commit, so this much is lost each time."""


def another(store: Store) -> Store:
    """The same store as another process has it: connections of its own."""
    return Store.open(store.engine.url.render_as_string(hide_password=False))


@contextmanager
def servers(store: Store, count: int) -> Iterator[Sequence[Store]]:
    """The store as `count` processes have it."""
    opened = [another(store) for _ in range(count)]
    yield opened
    for one in opened:
        one.dispose()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same time, each in a thread of its own; the results in order. Raises what any of them raised."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(run, work) for work in works]]


def overlap(store: Store, first: Callable[[Connection], Any], second: Callable[[Connection], Any]) -> tuple[Any, Any]:
    """Two write transactions: the second begins when the first has done its work and has not committed yet."""
    done, over = threading.Event(), threading.Event()

    def lead() -> Any:
        with store.begin() as conn:
            result = first(conn)
            done.set()
            over.wait(PATIENCE_S)
        return result

    def follow() -> Any:
        done.wait(30)
        with servers(store, 1) as (other,), other.begin() as conn:
            result = second(conn)
            over.set()
        return result

    one, two = at_once(lead, follow)
    return one, two


def meet_after(patch: pytest.MonkeyPatch, module: Any, name: str, *, parties: int = 2) -> None:
    """Whoever has called `module.name` waits there for the others, once: all have looked before any of them goes on."""
    real, gate = getattr(module, name), threading.Barrier(parties)

    def met(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):  # the others are kept out: that is what a lock is for
            gate.wait(PATIENCE_S)
        return result

    patch.setattr(module, name, met)
