"""Nobody waits for a collector: dead, hanging, refusing, or simply far away."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.telemetry import export
from include.telemetry.spans import stage
from include.telemetry.stages import DRAFT
from tests.otlp import Collector, collecting, without_settings

REPOSITORY = Path(__file__).parents[3]
WORK = """
import time
from include.telemetry.spans import stage
from include.telemetry.stages import DRAFT
@stage(DRAFT)
def work(*, incident_id, briefing): return 42
work(incident_id="inc_1", briefing=1)
begun = time.monotonic()
for _ in range(COUNT): assert work(incident_id="inc_1", briefing=1) == 42
print(time.monotonic() - begun)
"""


@pytest.fixture
def hanging() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def run(url: str, count: int = 20) -> tuple[float, float]:
    """Seconds that the work took, and that the process took afterwards to end."""
    code = "import atexit, time\natexit.register(lambda: print(time.time(), flush=True))\n" + WORK.replace("COUNT", str(count))
    environ = without_settings() | {"HOLDPOINT_OTLP_ENDPOINT": url, "PYTHONPATH": str(REPOSITORY)}
    begun = "import time\n" + code + "print(time.time(), flush=True)\n"
    done = subprocess.run([sys.executable, "-c", begun], capture_output=True, text=True, env=environ, check=True, timeout=30)
    worked, over, ended = map(float, done.stdout.split())
    return worked, ended - over


def test_a_process_that_ends_at_once_has_sent_its_spans() -> None:
    with collecting() as collector:
        run(collector.url, 3)
        assert len(collector.spans()) == 4


def test_a_dead_collector_delays_nothing_and_fails_nothing() -> None:
    worked, leaving = run("http://127.0.0.1:9")
    assert worked < 1.0
    assert leaving < 3 * export.GRACE_S


def test_a_hanging_collector_delays_nothing_and_fails_nothing(hanging: str) -> None:
    worked, leaving = run(hanging)
    assert worked < 1.0
    assert leaving < 3 * export.GRACE_S


def test_a_name_that_does_not_resolve_delays_nothing() -> None:
    worked, leaving = run("http://collector.invalid:4318")
    assert worked < 1.0
    assert leaving < 3 * export.GRACE_S


@stage(DRAFT)
def work() -> int:
    return 42


def test_the_queue_is_bounded(hanging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_OTLP_ENDPOINT", hanging)
    assert sum(work() for _ in range(5 * export.QUEUE)) == 42 * 5 * export.QUEUE
    assert export._way is not None
    (processor,) = export._way.provider._active_span_processor._span_processors
    assert len(processor._batch_processor._queue) <= export.QUEUE  # type: ignore[attr-defined]


def test_one_that_has_failed_is_not_waited_for_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(Collector(status=400)) as refusing:
        monkeypatch.setenv("HOLDPOINT_OTLP_ENDPOINT", refusing.url)
        work()
        assert export._way is not None
        until = time.monotonic() + 5
        while not export._way.exporter.broken and time.monotonic() < until:
            time.sleep(0.02)
        assert export._way.exporter.broken
        refusing.slow_s = 5.0
        work()
        begun = time.monotonic()
        export._at_exit()
        assert time.monotonic() - begun < export.GRACE_S
    monkeypatch.setattr(export, "_way", None)


def test_a_forked_child_sends_what_is_its_own(collector: Collector) -> None:
    work()
    assert len(collector.wait(1)) == 1
    child = os.fork()
    if child == 0:
        try:
            work()
            export._at_exit()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert len(collector.wait(2)) == 2
    work()
    assert len(collector.wait(3)) == 3


def test_airflow_ends_a_tasks_process_after_what_it_has_to_say() -> None:
    """As Airflow's supervisor does: it forks, forgets what was registered before, runs what was registered since."""
    code = (
        "import atexit, os, include.telemetry.export\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    atexit._clear()\n"
        + "".join(f"    {line}\n" for line in WORK.replace("COUNT", "3").strip().splitlines())
        + "    atexit._run_exitfuncs()\n    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
    )
    with collecting() as collector:
        environ = without_settings() | {"HOLDPOINT_OTLP_ENDPOINT": collector.url, "PYTHONPATH": str(REPOSITORY)}
        subprocess.run([sys.executable, "-c", code], env=environ, check=True, timeout=30)
        assert len(collector.spans()) == 4
