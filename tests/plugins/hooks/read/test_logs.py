"""The file reading itself is tested in tests/include/evidence/sources/test_log_window.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.contracts.tools.query_logs import LogQuery
from include.evidence.build import MAX_TEXT
from plugins.hooks.read.registry import read_hook


@pytest.fixture
def root(tmp_path: Path, connect: Callable[..., None]) -> Path:
    connect("holdpoint_logs", extra={"path": str(tmp_path)})
    return tmp_path


def line(at: datetime, message: str, level: str = "error") -> str:
    return json.dumps({"at": at.isoformat(), "level": level, "message": message}) + "\n"


def read(catalogue: Any, window: dict[str, Any], **more: Any) -> Any:
    return read_hook("query_logs", catalogue=catalogue, principal="incident_triage@service").read(LogQuery(**window | more))


def test_lines_are_in_order_of_time(root: Path, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    (root / "payments.log").write_text("".join(line(now - timedelta(seconds=30 - n), f"m{n}") for n in range(5)))
    (root / "payments.log.1").write_text(line(now - timedelta(minutes=5), "older"))
    result = read(catalogue, window)
    assert [entry.message for entry in result.output.log_lines] == ["older", "m0", "m1", "m2", "m3", "m4"]
    assert result.output.log_lines[0].file == "payments.log.1"
    assert (result.output.scanned, result.output.matched, result.output.truncated) == (6, 6, False)
    assert result.place == "logs payments.log, payments.log.1"


def test_the_newest_of_several_files(root: Path, located: Callable[..., Any], window: dict[str, Any], now: datetime) -> None:
    for file, offset in (("a.log", 0), ("b.log", 1)):
        (root / file).write_text("".join(line(now - timedelta(seconds=40 - 2 * n - offset), f"{file}{n}") for n in range(10)))
    output = read(located(logs={"files": ["a.log", "b.log"]}), window, max_lines=4).output
    assert [entry.message for entry in output.log_lines] == ["a.log8", "b.log8", "a.log9", "b.log9"]
    assert (output.matched, output.truncated) == (20, True)


def test_lines_of_one_moment_keep_their_order(root: Path, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    (root / "payments.log").write_text("".join(line(now, f"m{n}") for n in range(50)))
    assert [entry.message for entry in read(catalogue, window).output.log_lines] == [f"m{n}" for n in range(50)]


def test_what_evidence_cannot_hold_is_left_out_at_the_old_end(
    root: Path, catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    (root / "payments.log").write_text(
        "".join(line(now - timedelta(seconds=500 - n / 10), f"m{n} " + "x" * 9_000) for n in range(4_000))
    )
    output = read(catalogue, window, max_lines=5_000).output
    assert len("\n".join(output.text_lines())) < MAX_TEXT
    assert output.log_lines[-1].message.startswith("m3999")
    assert (output.matched, output.truncated) == (4_000, True)


def test_the_zone_of_the_connection(
    tmp_path: Path, connect: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    connect("holdpoint_logs", extra={"path": str(tmp_path), "time_zone": "Asia/Kolkata"})
    local = (now + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%d %H:%M:%S")
    (tmp_path / "payments.log").write_text(f"{local},000 ERROR refused\n")
    assert read(catalogue, window).output.log_lines[0].at == now


@pytest.mark.parametrize("file", ["../outside.log", "/etc/hostname", "nested/../../outside.log"])
def test_h11_no_file_outside_the_connection_s_path(
    root: Path, located: Callable[..., Any], window: dict[str, Any], file: str
) -> None:
    with pytest.raises(ConfigError, match="is not below"):
        read(located(logs={"files": [file]}), window)


def test_a_missing_file_is_a_failed_read(root: Path, catalogue: Any, window: dict[str, Any]) -> None:
    with pytest.raises(ReadFailed, match="no such file"):
        read(catalogue, window)


def test_a_damaged_generation_is_in_the_place(root: Path, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    (root / "payments.log").write_text(line(now, "m"))
    (root / "payments.log.1.gz").write_bytes(b"x")
    result = read(catalogue, window)
    assert result.output.truncated
    assert "damaged: payments.log.1.gz" in result.place
