from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from include.contracts.errors import ConfigError
from include.script_review.bounded import Bounded
from include.script_review.limits import Limits
from include.script_review.runner import Outcome, Unit
from include.script_review.walk import walk
from tests.include.script_review.victims import ORPHAN

ROOT = Path(__file__).parents[3]
VICTIMS = "tests.include.script_review.victims"
QUICK = Limits(seconds=1.5)


def bounded(**options: Any) -> Bounded:
    return Bounded(VICTIMS, "act", **{"limits": QUICK, "workers": 1, **options})


def doing(*acts: str | None) -> list[Unit]:
    return [Unit({f"{number}.ps1": b"x"}, {"do": act} if act else {}) for number, act in enumerate(acts)]


def only(act: str, **options: Any) -> Outcome:
    [one] = bounded(**options).run(doing(act))
    return one


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No process, no descriptor and no folder stays behind, whatever happened."""
    before, files = children(), len(os.listdir("/proc/self/fd"))
    yield
    assert children() <= before
    assert len(os.listdir("/proc/self/fd")) == files


def test_bytes_and_options_arrive_and_results_come_back_in_order() -> None:
    data = os.urandom(3_000_000)
    units = [Unit({"a": data, "b": b""}, {"x": {"y": "\ud800ü"}}), *(Unit({str(number): b"z" * number}) for number in range(50))]
    found = list(bounded(workers=2).run(units))
    assert [(one.index, one.paths, one.reason) for one in found] == [(n, tuple(unit.files), None) for n, unit in enumerate(units)]
    assert found[0].result == {"sizes": {"a": 3_000_000, "b": 0}, "options": {"x": {"y": "\ud800ü"}}}
    assert found[50].result["sizes"] == {"49": 49}


def test_no_units_start_no_worker() -> None:
    assert list(Bounded("no.such.module", "f").run([])) == []


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("hang", "it took too long: more than 1.5 s"),
        ("spin", "it took too long: more than 1.5 s"),
        ("hog", "it needs more memory than a worker has"),
        ("creep", "it needs more memory than a worker has"),
        ("segfault", "the worker crashed (SIGSEGV)"),
        ("babble", "the worker's answer could not be read"),
        ("babble_frames", "the worker's answer could not be read"),
        ("nest", "the worker's answer could not be read"),
        ("answer_for_another", "the worker's answer could not be read"),
        ("hang_up", "the worker crashed (SIGKILL)"),
        ("quit_hard", "the worker ended (status 5)"),
        ("exhaust", "its findings are more than 8388608 bytes"),
        ("fail", "the review failed: ValueError in tests.include.script_review.victims"),
        ("leave", "the review failed: SystemExit"),
        ("recurse", "the review failed: RecursionError"),
        ("strange", "the review failed: TypeError"),
    ],
)
def test_what_breaks_down_gets_its_reason_and_the_others_go_on(act: str, reason: str) -> None:
    limits = QUICK if act in ("hang", "spin") else Limits()
    before, broken, after = bounded(limits=limits).run(doing(None, act, None))
    assert broken.result is None
    assert str(broken.reason).startswith(reason)
    assert "hunter2" not in str(broken.reason)
    for one in (before, after):
        assert one.reason is None
        assert one.result["sizes"] == {one.paths[0]: 1}


def test_what_a_parser_prints_is_not_heard_and_it_has_nothing_to_read() -> None:
    one = only("talk")
    assert (one.result, one.reason) == ("", None)


def test_a_worker_stands_in_an_empty_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("json.py", "sitecustomize.py", "usercustomize.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    for name in ("PYTHONPATH", "PYTHONHOME_X", "PYTHONUSERBASE", "SECRET_TOKEN", "LD_PRELOAD_X"):
        monkeypatch.setenv(name, str(tmp_path))
    said = only("surroundings").result
    assert said["cwd"] == []
    assert said["path"][0] == str(ROOT)
    assert not any(path == "" or path.startswith(str(tmp_path)) for path in said["path"])
    assert said["environ"].keys() <= {"PATH", "LANG", "LC_CTYPE", "MALLOC_ARENA_MAX", "HOME", "TMPDIR"}
    assert said["limits"] == {"RLIMIT_AS": [512 * 1024 * 1024] * 2, "RLIMIT_NOFILE": [64, 64], "RLIMIT_CORE": [0, 0]}
    assert said["session"] is True
    assert said["fds"] == 4  # three that lead nowhere, one to us
    assert not any(name.partition(".")[0] in ("airflow", "pytest", "plugins") for name in said["modules"])
    assert not (tmp_path / "mark").exists()
    assert not Path(said["environ"]["HOME"]).exists()


def test_what_a_worker_started_ends_with_it() -> None:
    assert only("orphan").reason == "the worker crashed (SIGSEGV)"
    late = time.monotonic() + 5
    while (left := [one.pid for one in psutil.process_iter() if _command(one)[1:] == [ORPHAN]]) and time.monotonic() < late:
        time.sleep(0.02)
    assert left == []


def test_who_breaks_down_in_a_worn_worker_gets_a_fresh_one() -> None:
    assert [one.result for one in bounded().run(doing("served", "only_when_new", "served"))] == [1, "fresh", 2]


def test_a_worker_serves_many_and_workers_work_at_once() -> None:
    assert len({one.result for one in bounded().run(doing(*["pid"] * 20))}) == 1
    list_of_pids = {one.result for one in bounded(workers=2).run(doing("nap", *["pid"] * 20)) if one.result != "rested"}
    assert len(list_of_pids) == 1  # the other one rests meanwhile


def test_a_slow_one_holds_up_the_order_and_not_the_work() -> None:
    told: list[int] = []
    running = bounded(workers=2).run(doing("nap", *[None] * 20), progress=lambda done, total: told.append(done))
    assert next(running).index == 0
    assert len(told) == 21
    assert [one.index for one in running] == list(range(1, 21))


def test_no_more_is_begun_than_may_wait_for_its_turn() -> None:
    taken = 0

    def units() -> Iterator[Unit]:
        nonlocal taken
        for unit in doing("hang", *[None] * 300):
            taken += 1
            yield unit

    running = bounded(workers=2).run(units())
    assert str(next(running).reason).startswith("it took too long")
    assert 60 < taken <= 68
    assert sum(1 for _ in running) == 300


def test_large_units_wait_for_their_turn_in_smaller_number() -> None:
    taken = 0

    def units() -> Iterator[Unit]:
        nonlocal taken
        yield Unit({}, {"do": "nap"})
        for _ in range(30):
            taken += 1
            yield Unit({"a": bytes(8_000_000)})

    running = bounded(workers=2).run(units())
    next(running)
    assert 4 <= taken <= 6
    assert sum(1 for _ in running) == 30


def test_time_in_which_nobody_looks_is_not_the_files() -> None:
    running = bounded(workers=2).run(doing(None, "answer_at_length", "answer_at_length", None))
    next(running)
    time.sleep(2)
    assert [one.reason for one in running] == [None] * 3


def test_a_pause_does_not_lengthen_the_time_of_what_begins_after_it() -> None:
    running = bounded().run(doing(None, "hang"))
    next(running)
    time.sleep(3)
    began = time.monotonic()
    assert str(next(running).reason).startswith("it took too long")
    assert time.monotonic() - began < 3
    running.close()  # type: ignore[attr-defined]


def test_a_module_gets_the_time_of_its_files_up_to_a_bound() -> None:
    limits = Limits(seconds=0.05)
    [one] = bounded(limits=limits).run([Unit({str(number): b"" for number in range(500)}, {"do": "hang"})])
    assert one.reason == "it took too long: more than 0.5 s"


def test_leaving_early_ends_the_workers() -> None:
    before = children()
    running = bounded(workers=2).run(doing(None, "hang", "hang"))
    next(running)
    assert len(children() - before) >= 1
    running.close()  # type: ignore[attr-defined]
    assert children() == before


def test_an_error_of_who_takes_the_outcomes_ends_the_workers() -> None:
    before = children()

    def consume() -> None:
        for _ in bounded(workers=2).run(doing(None, "hang", "hang")):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        consume()
    assert children() == before


def test_an_error_of_who_gives_the_units_comes_through() -> None:
    def units() -> Iterator[Unit]:
        yield from doing("hang")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(bounded(workers=2).run(units()))


@pytest.mark.parametrize(("module", "name"), [("no.such.module", "f"), (VICTIMS, "nothing_of_that_name")])
def test_a_function_that_is_not_there_is_a_wrong_setting(module: str, name: str) -> None:
    with pytest.raises(ConfigError, match=r"ModuleNotFoundError|ImportError"):
        list(Bounded(module, name).run(doing(None)))


def test_a_module_that_crashes_on_import_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError, match="SIGSEGV"):
        list(Bounded("tests.include.script_review.unfit", "f", workers=1).run(doing(None)))


def test_too_little_memory_to_start_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError):
        list(bounded(limits=Limits(process_bytes=1_000_000)).run(doing(None)))


@pytest.mark.parametrize(
    ("module", "name"),
    [("os\nimport x", "f"), ("os", "f; import x"), ("", "f"), ("a..b", "f"), (".a", "f"), ("a.class", "f"), ("os", "path as x")],
)
def test_only_a_name_is_a_name(module: str, name: str) -> None:
    with pytest.raises(ValueError, match="named by"):
        Bounded(module, name)


def test_it_works_in_a_thread_and_in_a_daemonic_child_as_tasks_are_run() -> None:
    def reasons(_: int = 0) -> list[str | None]:
        return [one.reason for one in bounded().run(doing("pid", "segfault", "pid"))]

    expected = [None, "the worker crashed (SIGSEGV)", None]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(reasons, range(2))) == [expected] * 2
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=lambda: queue.put(reasons()), daemon=True)
    child.start()
    assert queue.get() == expected
    child.join()
    child.close()
    queue.close()


MASTER = f"""
from include.script_review.bounded import Bounded
from include.script_review.limits import Limits
from include.script_review.runner import Unit
units = [Unit({{"a": b""}}, {{"do": "pid"}}), Unit({{"a": b""}}, {{"do": "pid"}}), *[Unit({{"b": b""}}, {{"do": "hang"}})] * 2]
for one in Bounded({VICTIMS!r}, "act", limits=Limits(seconds=SECONDS), workers=2).run(units):
    print(one.result, flush=True)
"""


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 60), (signal.SIGKILL, 0.4)])
def test_no_worker_outlives_its_master(number: int, seconds: float, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MASTER.replace("SECONDS", str(seconds))]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as master:
        assert master.stdout is not None
        master.stdout.readline()
        workers = psutil.Process(master.pid).children()
        os.kill(master.pid, number)
    assert workers
    assert psutil.wait_procs(workers, timeout=10)[1] == []


def test_twenty_thousand_small_files_in_bounded_memory() -> None:
    units = (Unit({f"{number}.ps1": b"x" * 1_000}) for number in range(20_000))
    tracemalloc.start()
    count = sum(one.reason is None for one in Bounded(VICTIMS, "measure", workers=2).run(units))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 3_000_000


def test_a_tree_is_walked_and_reviewed(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.ps1").write_bytes(b"\xff\xfe" + "größe".encode("utf-16-le"))
    (tmp_path / "ten-megabytes.sh").write_bytes(b"x" * 10_000_000)
    (tmp_path / "one-line.sh").write_bytes(b"x" * 5_000_000)
    units = (Unit({entry.path: entry.data}) for entry in walk([tmp_path]) if entry.data is not None)
    found = {one.paths[0]: one.result["sizes"] for one in Bounded(VICTIMS, "measure").run(units)}
    assert found == {"one-line.sh": {"one-line.sh": 5_000_000}, "two\\u{000A}lines.ps1": {"two\\u{000A}lines.ps1": 12}}
