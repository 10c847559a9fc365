from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.evidence.sources import log_window, tail
from include.evidence.sources.limits import Deadline
from include.evidence.sources.log_window import LogScan, Wanted, Window, scan_log

NOW = datetime.now(UTC).replace(microsecond=0)


def line(seconds: float, level: str = "error", message: str = "refused") -> str:
    """A JSON line `seconds` before NOW."""
    at = (NOW - timedelta(seconds=seconds)).isoformat()
    return json.dumps({"at": at, "level": level, "message": message}) + "\n"


def scan(root: Path, name: str = "app.log", *, since: float = 600, until: float = -1, keep: int = 100, **more: object) -> LogScan:
    window = Window(NOW - timedelta(seconds=since), NOW - timedelta(seconds=until))
    wanted = Wanted(window, more.pop("min_level", "warning"), keep)  # type: ignore[arg-type]
    return scan_log(root, name, wanted, deadline=Deadline(20, "logs"), soft=Deadline(15, "logs"))


def messages(found: LogScan) -> list[str]:
    return [entry.message for entry in found.entries]


def test_counts_and_window(tmp_path: Path) -> None:
    rows = [line(700), line(600, message="first"), line(300, "info"), line(10, message="last"), line(0, message="now")]
    (tmp_path / "app.log").write_text("".join(rows))
    found = scan(tmp_path, until=0)
    assert messages(found) == ["last", "first"]
    assert (found.scanned, found.matched, found.partial) == (3, 2, False)


def test_the_newest_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("".join(line(500 - n, message=str(n)) for n in range(400)))
    found = scan(tmp_path, keep=3)
    assert messages(found) == ["399", "398", "397"]
    assert (found.scanned, found.matched) == (400, 400)


def test_lines_without_a_level_are_always_kept(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(f"{(NOW - timedelta(seconds=5)).isoformat()} just words\n" + line(4, "info"))
    assert messages(scan(tmp_path, min_level="error")) == ["just words"]


def test_a_stack_trace_stays_with_its_line(tmp_path: Path) -> None:
    stamp = (NOW - timedelta(seconds=5)).isoformat()
    (tmp_path / "app.log").write_text(
        f"{stamp} ERROR boom\nTraceback (most recent call last):\n  File x\nValueError: y\n{stamp} INFO ok\n"
    )
    found = scan(tmp_path)
    assert messages(found) == ["ERROR boom\nTraceback (most recent call last):\n  File x\nValueError: y"]
    assert found.scanned == 2


def test_text_between_json_lines_is_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(line(700) + "old\n" + line(9, "info") + "Killed\n" + line(8, "info"))
    found = scan(tmp_path)
    assert messages(found) == ["Killed"]
    assert found.entries[0].at is None


def test_rotated_generations_of_every_kind_are_read(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(line(10, message="live"))
    (tmp_path / "app.log.1").write_text(line(100, message="one"))
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(line(200, message="two").encode()))
    (tmp_path / "app.log.10.gz").write_bytes(gzip.compress(line(300, message="ten").encode()))
    (tmp_path / "app.log-20261121.gz").write_bytes(gzip.compress(line(400, message="dated").encode()))
    (tmp_path / "app.log.bak").write_text(line(5, message="no generation"))
    (tmp_path / "app.logger").write_text(line(5, message="another log"))
    assert messages(scan(tmp_path)) == ["live", "one", "two", "ten", "dated"]


def test_a_generation_being_compressed_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(line(10, message="live"))
    (tmp_path / "app.log.1").write_text(line(100, message="one"))
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(line(100, message="one").encode())[:20])
    found = scan(tmp_path)
    assert messages(found) == ["live", "one"]
    assert not found.partial


def test_a_generation_older_than_the_window_is_not_even_read(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(line(10))
    old = tmp_path / "app.log.1.gz"
    old.write_bytes(b"not gzip at all")
    os.utime(old, (NOW.timestamp() - 9_000, NOW.timestamp() - 9_000))
    found = scan(tmp_path)
    assert found.files == ["app.log"]
    assert not found.damaged


@pytest.mark.parametrize("content", [b"", b"<html>no gzip</html>", gzip.compress(b"x" * 5_000, mtime=0)[:-9]])
def test_a_damaged_generation_is_named_and_the_rest_is_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "app.log").write_text(line(10, message="live"))
    (tmp_path / "app.log.1.gz").write_bytes(content)
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(line(100, message="two").encode()))
    found = scan(tmp_path)
    assert messages(found)[0] == "live"
    assert messages(found)[-1] == "two"
    if content:
        assert found.damaged == ["app.log.1.gz"]
        assert found.partial


def test_a_bomb_of_gzip_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "UNPACKED", 1 << 20)
    (tmp_path / "app.log").write_text(line(10))
    with gzip.open(tmp_path / "app.log.1.gz", "wb") as packed:
        for _ in range(40):
            packed.write(b"\0" * (1 << 20))
    found = scan(tmp_path)
    assert found.damaged == ["app.log.1.gz"]


def test_garbage_in_lines(tmp_path: Path) -> None:
    stamp = (NOW - timedelta(seconds=5)).isoformat().encode()
    rows = [
        stamp + b" ERROR \xff\xfe broken \xc3",
        stamp + b" ERROR nul\0nul",
        stamp + b" ERROR " + b"x" * 3_000_000,
        line(4).encode().strip(),
    ]
    (tmp_path / "app.log").write_bytes(b"\n".join(rows) + b"\n")
    texts = messages(scan(tmp_path))
    assert texts[0] == "refused"
    assert texts[1].endswith("… [cut: the line has 3000032 bytes]")
    assert len(texts[1]) < 8_000
    assert texts[2] == "ERROR nul\\u{0000}nul"
    assert texts[3] == "ERROR \\xff\\xfe broken \\xc3"


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ('{"at": "2026-11-22T09:15', ["whole"]),  # half a JSON line: it will be there next time
        (line(3, message="no newline yet").strip(), ["no newline yet", "whole"]),
        (f"{NOW.isoformat()} ERROR half a sen", ["ERROR half a sen [unfinished line]", "whole"]),
    ],
    ids=["half", "whole", "no form"],  # of their own: a time in a test's name is another one in each process
)
def test_a_last_line_that_is_still_being_written(tmp_path: Path, last: str, expected: list[str]) -> None:
    (tmp_path / "app.log").write_text(line(5, message="whole") + last)
    assert messages(scan(tmp_path)) == expected


def test_an_empty_log_is_an_answer_and_a_missing_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("")
    assert scan(tmp_path).scanned == 0
    with pytest.raises(ReadFailed, match="no such file"):
        scan(tmp_path, "other.log")


def test_a_line_with_a_wrong_clock_does_not_end_the_reading(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(line(100, message="a") + line(90_000_000, message="1990s") + line(50, message="b"))
    assert messages(scan(tmp_path)) == ["b", "a"]


def test_lines_slightly_out_of_order_are_all_found(tmp_path: Path) -> None:
    seconds = [500 - n / 10 for n in range(4_000)]
    rng = random.Random(7)
    shuffled = sorted(seconds, key=lambda s: s + rng.uniform(-3, 3), reverse=True)
    (tmp_path / "app.log").write_text("".join(line(s) for s in shuffled))
    assert scan(tmp_path, since=400, until=200).scanned == len([s for s in seconds if 200 < s <= 400])


def test_a_file_without_any_time_is_not_read_to_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_window, "_UNDATED_IN_A_ROW", 100)
    (tmp_path / "app.log").write_text("some words\n" * 10_000)
    found = scan(tmp_path)
    assert found.partial
    assert found.scanned == 100


def test_a_window_of_a_huge_file_costs_the_window(tmp_path: Path) -> None:
    """A sparse 5 GB file: only its end, and for an older window the bisection's blocks, may be touched."""
    path = tmp_path / "app.log"
    tail_rows = "".join(line(600 - n / 20, message=f"n{n}") for n in range(12_000)).encode()
    head_rows = "".join(line(90_000 - n / 20) for n in range(12_000)).encode()
    with path.open("wb") as stream:
        stream.write(head_rows)
        stream.seek(5_000_000_000)
        stream.write(b"\n" + tail_rows)
    began = time.monotonic()
    found = scan(tmp_path, since=10, until=0)
    assert found.scanned == 200
    assert time.monotonic() - began < 3


def test_a_window_in_the_middle_is_found_by_bisection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "BLOCK", 4_096)
    monkeypatch.setattr(tail, "_BISECT_STOP", 16_384)
    (tmp_path / "app.log").write_text("".join(line(100_000 - n, message=f"n{n}") for n in range(100_000)))
    read: list[int] = []
    original = os.pread

    def counted(handle: int, size: int, offset: int) -> bytes:
        read.append(size)
        return original(handle, size, offset)

    monkeypatch.setattr(os, "pread", counted)
    found = scan(tmp_path, since=50_000, until=49_000, keep=5_000)
    assert found.scanned == 1_000
    assert sum(read) < 700_000  # of 8 MB


def test_a_log_that_is_rotated_all_the_time_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """Real rotations, by rename as logrotate does, while it is read."""
    for number in range(1, 5):
        (tmp_path / f"app.log.{number}").write_text(
            "".join(line(number * 50 + n / 10, message=f"g{number}.{n}") for n in range(20))
        )
    (tmp_path / "app.log").write_text("".join(line(n / 10, message=f"g0.{n}") for n in range(20)))
    everything = {f"g{g}.{n}" for g in range(5) for n in range(20)}
    stop = threading.Event()

    def rotate() -> None:
        depth = 4
        while not stop.is_set() and depth < 40:
            for number in range(depth, 0, -1):
                (tmp_path / f"app.log.{number}").rename(tmp_path / f"app.log.{number + 1}")
            (tmp_path / "app.log").rename(tmp_path / "app.log.1")
            (tmp_path / "app.log").write_text("")
            depth += 1
            time.sleep(0.01)

    rotating = threading.Thread(target=rotate)
    rotating.start()
    try:
        for _ in range(60):
            found = messages(scan(tmp_path, keep=1_000))
            assert len(found) == len(set(found))
            assert set(found) == everything
    finally:
        stop.set()
        rotating.join()


def test_a_log_cut_short_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """logrotate's copytruncate: the copy has the lines that are gone from the live file."""
    path = tmp_path / "app.log"
    path.write_text("".join(line(300 - n / 10, message=f"n{n}") for n in range(3_000)))
    original, cut = os.pread, []

    def cutting(handle: int, size: int, offset: int) -> bytes:
        if not cut:
            cut.append(True)
            shutil.copy(path, tmp_path / "app.log.1")
            os.truncate(path, 0)
        return original(handle, size, offset)

    monkeypatch.setattr(os, "pread", cutting)
    assert scan(tmp_path, keep=5_000).scanned == 3_000


@pytest.mark.parametrize(
    "name", ["../secret.log", "/etc/passwd", "sub/../../secret.log", "link.log", "dirlink/secret.log", ".", "", "a\0b"]
)
def test_h11_nothing_outside_the_root_is_read(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "secret.log").write_text(line(5))
    (root / "link.log").symlink_to(tmp_path / "secret.log")
    (root / "dirlink").symlink_to(tmp_path)
    with pytest.raises(ConfigError):
        scan(root, name)


def test_h11_a_generation_that_is_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.log").write_text(line(5))
    (root / "app.log").write_text(line(5))
    (root / "app.log.1").symlink_to(tmp_path / "secret.log")
    with pytest.raises(ConfigError):
        scan(root)


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "app-2026.log").write_text(line(5, message="linked"))
    (tmp_path / "app.log").symlink_to("real/app-2026.log")
    assert messages(scan(tmp_path)) == ["linked"]


def test_a_folder_exchanged_for_a_link_meanwhile_gains_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "sub", outside):
        folder.mkdir(parents=True)
        (folder / "app.log").write_text(line(5, message=folder.name))
    original = os.open

    def exchanging(path: str, flags: int, *args: int, **kwargs: int) -> int:
        if path == "sub":
            (root / "sub").rename(root / "old")
            (root / "sub").symlink_to(outside)
        return original(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", exchanging)
    with pytest.raises((ReadFailed, ConfigError)):
        scan(root, "sub/app.log")


def test_a_pipe_and_a_device_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "app.log")
    with pytest.raises(ReadFailed, match="not readable"):
        scan(tmp_path)


def test_the_soft_limit_returns_what_there_is_and_the_hard_one_fails(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("".join(line(500 - n / 100) for n in range(30_000)))
    wanted = Wanted(Window(NOW - timedelta(seconds=600), NOW), "warning", 10)
    found = scan_log(tmp_path, "app.log", wanted, deadline=Deadline(20, "logs"), soft=Deadline(0, "logs"))
    assert found.partial
    assert found.entries
    with pytest.raises(ReadFailed, match="timeout"):
        scan_log(tmp_path, "app.log", wanted, deadline=Deadline(0, "logs"), soft=Deadline(0, "logs"))
