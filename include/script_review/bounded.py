"""Units through worker processes, each bounded in time and memory. What one file does to its worker harms no other file.

A worker that is over its time or memory, crashes or talks rubbish is killed, its unit gets the reason, and another worker takes
its place. A worker that breaks down after it has served others may have been worn out by those, so its unit gets a second,
fresh one. Nothing outlives `run`, whether it ends, is left early or is interrupted; where we ourselves are killed, workers end
when their socket closes or their own clock runs out.

Safe beside threads and inside a task of Airflow: workers are started anew, not forked, and share nothing with us but one socket.
"""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from keyword import iskeyword

from include.contracts.errors import ConfigError
from include.script_review.frames import Rubbish, reason, request, verdict
from include.script_review.limits import Limits
from include.script_review.runner import InOrder, Outcome, Runner, Unit
from include.script_review.worker_process import TOO_LONG, WorkerProcess

_START_SECONDS = 60.0
_STARTS = 3  # in a row that come to nothing
_MOST_TIMES = 10  # a module of many files gets at most this many files' time
_RUBBISH = "the worker's answer could not be read"


class Bounded(Runner):
    """The function by name: `Bounded("include.script_review.review", "review_unit")`.

    :param module: dotted path of the module that holds the function, imported in the workers alone
    :param workers: how many processes; as many as processors, at most 4, if nothing is said
    :raises ValueError: this is no name
    """

    def __init__(self, module: str, name: str, *, limits: Limits | None = None, workers: int | None = None) -> None:
        if any(not part.isidentifier() or iskeyword(part) for part in (name, *module.split("."))):
            raise ValueError("a function is named by a module's dotted path and its own name")
        self._module, self._name, self._limits = module, name, limits or Limits()
        self._workers = max(1, workers if workers is not None else min(4, os.cpu_count() or 1))

    def _outcomes(self, units: Iterator[Unit], count: Callable[[], None]) -> Iterator[Outcome]:
        pool = _Pool(lambda: WorkerProcess(self._module, self._name, self._limits.process_bytes), self._limits, count)
        try:
            yield from pool.outcomes(enumerate(units), self._workers)
        finally:
            pool.end()


@dataclass(slots=True)
class _Job:
    """A unit at work. `again`: this is its second worker."""

    index: int
    unit: Unit
    began: float
    again: bool = False


class _Pool:
    """The workers of one run. Times are monotonic."""

    def __init__(self, start: Callable[[], WorkerProcess], limits: Limits, count: Callable[[], None]) -> None:
        self._start, self._limits, self._count = start, limits, count
        self._selector = selectors.DefaultSelector()
        self._idle: list[WorkerProcess] = []
        self._jobs: dict[WorkerProcess, _Job] = {}
        self._deadlines: dict[WorkerProcess, float] = {}
        self._order = InOrder()
        self._failed_starts = 0
        self._looked = time.monotonic()

    def outcomes(self, units: Iterator[tuple[int, Unit]], workers: int) -> Iterator[Outcome]:
        """As `Runner.run`."""
        more = True
        while more or self._jobs:
            while more and len(self._jobs) < workers and self._order.room:
                taken = next(units, None)
                if taken is None:
                    more = False
                else:
                    self._give(_Job(*taken, time.monotonic()), fresh=False)
            if self._jobs:
                self._wait()
            yield from self._order.ready()

    def end(self) -> None:
        """End every worker."""
        for worker in (*self._jobs, *self._idle):
            worker.end()
        self._jobs.clear()
        self._idle.clear()
        self._selector.close()

    def _give(self, job: _Job, *, fresh: bool) -> None:
        self._excuse()
        if self._idle and not fresh:
            worker = self._idle.pop()
        else:
            worker = self._start()
            self._selector.register(worker.socket, selectors.EVENT_READ, worker)
        self._jobs[worker] = job
        self._deadlines[worker] = time.monotonic() + (self._seconds(job) if worker.ready else _START_SECONDS)
        self._watch(worker, worker.send(request(job.index, self._seconds(job), job.unit)))

    def _seconds(self, job: _Job) -> float:
        return self._limits.seconds * min(max(len(job.unit.files), 1), _MOST_TIMES)

    def _watch(self, worker: WorkerProcess, unsent: bool) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0)
        if self._selector.get_key(worker.socket).events != events:
            self._selector.modify(worker.socket, events, worker)

    def _wait(self) -> None:
        """Until a worker says something or the first one is over its time."""
        self._excuse()
        until = min(self._deadlines.values())
        for key, events in self._selector.select(max(0.0, until - time.monotonic())):
            if events & selectors.EVENT_WRITE:
                self._watch(key.data, key.data.flush())
            if events & selectors.EVENT_READ:
                self._hear(key.data)
        self._looked = time.monotonic()
        for worker in [one for one, deadline in self._deadlines.items() if deadline < self._looked]:
            self._late(worker)

    def _excuse(self) -> None:
        """Time in which we did not look, since who takes the outcomes was busy, is not the workers'."""
        away = time.monotonic() - self._looked
        for worker in self._deadlines:
            self._deadlines[worker] += away
        self._looked += away

    def _hear(self, worker: WorkerProcess) -> None:
        try:
            for said, size in worker.receive():
                if worker.ready:
                    self._take(worker, said, size)
                else:
                    self._greet(worker, said)
        except Rubbish:
            self._drop(worker, _RUBBISH)
        except EOFError:
            self._drop(worker, None)

    def _greet(self, worker: WorkerProcess, said: dict[str, object]) -> None:
        if set(said) == {"unfit"}:
            raise _unfit(reason(said["unfit"]))
        if said != {"ready": True}:
            raise Rubbish
        worker.ready, self._failed_starts = True, 0
        self._deadlines[worker] = time.monotonic() + self._seconds(self._jobs[worker])

    def _take(self, worker: WorkerProcess, said: dict[str, object], size: int) -> None:
        """The answer to what the worker was asked."""
        if worker not in self._jobs:
            raise Rubbish
        result, why = verdict(said, self._jobs[worker].index)
        job = self._jobs.pop(worker)
        del self._deadlines[worker]
        worker.served += 1
        self._idle.append(worker)
        self._finish(job, result, why, size)

    def _drop(self, worker: WorkerProcess, why: str | None) -> None:
        """The worker broke down: start its unit again where it may not be at fault."""
        job, ended = self._lose(worker)
        if job is None:
            return
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise _unfit(ended)
            self._give(job, fresh=True)
        elif worker.served and not job.again and ended != TOO_LONG:
            job.again = True
            self._give(job, fresh=True)
        else:
            self._finish(job, None, why or ended)

    def _late(self, worker: WorkerProcess) -> None:
        if not worker.ready:
            self._drop(worker, None)
            return
        job, _ = self._lose(worker)
        if job is not None:
            self._finish(job, None, f"{TOO_LONG}: more than {self._seconds(job):g} s")

    def _lose(self, worker: WorkerProcess) -> tuple[_Job | None, str]:
        """End a worker; its unit, and how it ended."""
        self._selector.unregister(worker.socket)
        self._deadlines.pop(worker, None)
        if worker in self._idle:
            self._idle.remove(worker)
        ended = worker.end()  # before its unit is let go: what interrupts us here still finds it among the jobs
        return self._jobs.pop(worker, None), ended

    def _finish(self, job: _Job, result: object, why: str | None, size: int = 0) -> None:
        held = size + sum(map(len, job.unit.files.values()))
        self._order.add(Outcome(job.index, tuple(job.unit.files), result, why, time.monotonic() - job.began), held)
        self._count()


def _unfit(why: str) -> ConfigError:
    return ConfigError(
        f"The workers that review scripts do not start: {why}.",
        next_step="install what requirements.txt names into this Python, and see that a process may have 512 MB",
    )
