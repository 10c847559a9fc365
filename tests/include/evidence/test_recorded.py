"""Recordings: strict to read, looked up as a live call would be, and what fits badly is a gap or an error that says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.errors import BadInput, ReadFailed
from include.contracts.evidence import ReadRequest
from include.evidence.recorded import RecordedReads

SINCE, UNTIL = "2026-11-20T09:05:00Z", "2026-11-20T10:20:00Z"
ABOUT = {"service": "shop-orders", "environment": "production"}
FULL = {**ABOUT, "since": SINCE, "until": UNTIL, "min_level": "warning", "max_lines": 2000}
EMPTY = {"log_lines": [], "scanned": 0, "matched": 0, "truncated": False}


def out(scanned: int) -> dict[str, Any]:
    return {**EMPTY, "scanned": scanned}


def row(params: dict[str, Any], scanned: int = 0, **more: Any) -> dict[str, Any]:
    return {"tool": "query_logs", "params": params, "output": out(scanned)} | more


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def write(*lines: Any) -> RecordedReads:
        path = tmp_path / "a recording.jsonl"
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        path.write_text(text, encoding="utf-8")
        return RecordedReads.from_jsonl(path)

    return write


def ask(recorded: RecordedReads, **changes: Any) -> Any:
    return recorded.lookup(ReadRequest(tool="query_logs", params={**FULL, **changes}))


def test_exact_parameters_win_over_all_else(load: Any) -> None:
    recorded = load(row(ABOUT, 1), row(FULL, 2), row({"service": "shop-orders"}, 3))
    assert ask(recorded).scanned == 2


def test_defaults_are_filled_in_before_parameters_are_compared(load: Any) -> None:
    recorded = load(row({**ABOUT, "since": SINCE, "until": UNTIL}, 1), row(ABOUT, 2))
    assert ask(recorded, max_lines=500).scanned == 1


def test_the_recording_that_says_most_wins(load: Any) -> None:
    recorded = load(row({}, 1), row({"service": "shop-orders"}, 2), row({**ABOUT, "since": SINCE}, 3), row(ABOUT, 4))
    assert ask(recorded).scanned == 3
    assert ask(recorded, since="2026-11-20T03:05:00Z", until=SINCE).scanned == 4
    assert ask(recorded, service="shop-payments").scanned == 1


def test_a_recording_of_another_service_or_time_does_not_answer(load: Any) -> None:
    recorded = load(row({"service": "shop-payments"}), row({**ABOUT, "since": "2026-11-20T09:05:01Z"}))
    with pytest.raises(ReadFailed, match="not in the recording"):
        ask(recorded)
    assert [item.line for item in recorded.unasked()] == [1, 2]


def test_a_tie_is_a_gap_and_not_a_guess(load: Any) -> None:
    recorded = load(row({"service": "shop-orders"}), row({"environment": "production"}))
    with pytest.raises(ReadFailed, match="more than once"):
        ask(recorded)


def test_equal_times_are_equal_in_any_spelling(load: Any) -> None:
    recorded = load(row({**ABOUT, "since": "2026-11-20T10:05:00+01:00", "until": "2026-11-20T10:20:00.000Z"}, 7))
    assert ask(recorded).scanned == 7
    assert ask(recorded, since="2026-11-20T14:35:00+05:30").scanned == 7


def test_a_recorded_error_is_a_failed_read(load: Any) -> None:
    recorded = load({"tool": "query_logs", "params": ABOUT, "error": "timed\nout"})
    with pytest.raises(ReadFailed, match="timed out"):
        ask(recorded)
    assert recorded.unasked() == ()


@pytest.mark.parametrize(
    "output",
    [
        {},
        {**EMPTY, "scanned": "4"},
        {**EMPTY, "surplus": 1},
        {**EMPTY, "log_lines": [{"at": "yesterday", "level": "error", "message": "m", "file": "f"}]},
        {**EMPTY, "log_lines": [{"at": None, "level": "loud", "message": "m", "file": "f"}]},
        {**EMPTY, "scanned": -1},
        {**EMPTY, "scanned": 1.5},
    ],
)
def test_an_answer_that_does_not_fit_is_a_gap(load: Any, output: dict[str, Any]) -> None:
    recorded = load({"tool": "query_logs", "params": ABOUT, "output": output})
    with pytest.raises(ReadFailed, match="does not fit") as caught:
        ask(recorded)
    assert "line 1" in caught.value.next_step


def test_blank_lines_are_skipped_and_an_empty_file_is_no_recording(load: Any) -> None:
    recorded = load("", row(ABOUT, 5), "   ", "")
    assert ask(recorded).scanned == 5
    with pytest.raises(ReadFailed):
        ask(load(""))


def test_what_was_not_asked_for_is_reported(load: Any) -> None:
    recorded = load(row(ABOUT), {"tool": "search_tickets", "params": {}, "output": {"tickets": [], "queue": "q"}})
    ask(recorded)
    assert [(item.line, item.tool) for item in recorded.unasked()] == [(2, "search_tickets")]
    assert recorded.records("search_tickets")
    assert not recorded.records("get_metrics")


GARBAGE = [
    "not json",
    "[]",
    "3",
    "null",
    '"text"',
    "{}",
    '{"tool": "query_logs"}',
    '{"tool": "query_logs", "params": {}}',
    '{"tool": "query_logs", "params": [], "output": {}}',
    '{"tool": "query_logs", "params": null, "output": {}}',
    '{"tool": "query_logs", "params": {}, "output": []}',
    '{"tool": "query_logs", "params": {}, "output": null}',
    '{"tool": "query_logs", "params": {}, "output": "x"}',
    '{"tool": "query_logs", "params": {}, "error": null}',
    '{"tool": "query_logs", "params": {}, "error": ""}',
    '{"tool": "query_logs", "params": {}, "error": {"a": 1}}',
    '{"tool": "query_logs", "params": {}, "output": {}, "error": "x"}',
    '{"tool": "query_logs", "params": {}, "output": {}, "extra": 1}',
    '{"tool": "query_logs", "tool": "query_logs", "params": {}, "output": {}}',
    '{"tool": "query_logs", "params": {"service": "a", "service": "b"}, "output": {}}',
    '{"tool": "query_logs", "params": {}, "output": {"a": 1, "a": 2}}',
    '{"tool": "nothing", "params": {}, "output": {}}',
    '{"tool": "open_ticket", "params": {}, "output": {}}',
    '{"tool": 3, "params": {}, "output": {}}',
    '{"tool": "query_logs", "params": {"nonsense": 1}, "output": {}}',
    '{"tool": "query_logs", "params": {"service": 3}, "output": {}}',
    '{"tool": "query_logs", "params": {"service": "Shop Orders"}, "output": {}}',
    '{"tool": "query_logs", "params": {"since": "yesterday"}, "output": {}}',
    '{"tool": "query_logs", "params": {"since": "2026-11-20T09:05:00"}, "output": {}}',
    '{"tool": "query_logs", "params": {"max_lines": 0}, "output": {}}',
    '{"tool": "query_logs", "params": {"max_lines": "5"}, "output": {}}',
    '{"tool": "query_logs", "params": {"min_level": "loud"}, "output": {}}',
    '{"tool": "query_logs", "params": {}, "output": {"a": NaN}}',
    '{"tool": "query_logs", "params": {}, "output": {"a": Infinity}}',
    "[" * 100_000,
    '{"tool": "query_logs", "params": {}, "output": {}} trailing',
]


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused_and_its_line_is_named(load: Any, line: str) -> None:
    with pytest.raises(BadInput, match="line 3") as caught:
        load(row(ABOUT), "", line)
    assert caught.value.next_step
    assert len(caught.value.message) < 800


def test_the_same_parameters_twice_are_refused(load: Any) -> None:
    with pytest.raises(BadInput, match="line 2: records the same tool and parameters as line 1"):
        load(row(FULL), row(FULL))


def test_files_that_are_no_recording_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        RecordedReads.from_jsonl(tmp_path / "nowhere.jsonl")
    with pytest.raises(BadInput, match="cannot be read"):
        RecordedReads.from_jsonl(tmp_path)
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadInput, match="not UTF-8"):
        RecordedReads.from_jsonl(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.jsonl"
    path.write_bytes(data)
    try:
        recorded = RecordedReads.from_jsonl(path)
    except BadInput:
        return
    assert recorded.recordings == [] or data.strip()
