from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.sources.log_lines import LineFormat, parse_line, shown

AT = datetime(2026, 3, 1, 9, 15, 2, tzinfo=UTC)
FORM = LineFormat(UTC, datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("record", "level", "message"),
    [
        ({"at": "2026-03-01T09:15:02Z", "level": "error", "message": "refused"}, "error", "refused"),
        ({"time": "2026-03-01T09:15:02Z", "lvl": "WARN", "msg": "slow"}, "warning", "slow"),
        ({"ts": 1772356502, "severity": "CRITICAL", "msg": "down"}, "critical", "down"),
        ({"@timestamp": "2026-03-01T09:15:02Z", "log.level": "info", "message": "ok"}, "info", "ok"),
        ({"@timestamp": "2026-03-01T09:15:02Z", "log": {"level": "error"}, "message": "x"}, "error", 'x log={"level":"error"}'),
        ({"timestamp": "2026-03-01T09:15:02Z", "levelname": "DEBUG", "event": "tick"}, "debug", "tick"),
        ({"time": 1772356502000, "level": 50, "msg": "pino"}, "error", "pino"),
        ({"Time": "2026-03-01T09:15:02Z", "Level": "Fatal", "Message": "case"}, "critical", "case"),
        ({"__REALTIME_TIMESTAMP": "1772356502000000", "PRIORITY": "3", "MESSAGE": "unit failed"}, "error", "unit failed"),
        ({"log": "from docker\n", "stream": "stderr", "time": "2026-03-01T09:15:02Z"}, "unknown", "from docker stream=stderr"),
        (
            {"at": "2026-03-01T09:15:02Z", "level": "error", "message": "m", "code": 502, "x": None, "y": ""},
            "error",
            "m code=502",
        ),
        ({"at": "2026-03-01T09:15:02Z", "level": {"odd": 1}, "message": "m"}, "unknown", 'm level={"odd":1}'),
        ({"at": "2026-03-01T09:15:02Z", "level": True, "message": "m"}, "unknown", "m"),
    ],
)
def test_json_of_the_common_loggers(record: dict[str, object], level: str, message: str) -> None:
    line = parse_line(json.dumps(record).encode(), FORM)
    assert (line.at, line.level, line.message) == (AT, level, message)


@pytest.mark.parametrize(
    ("text", "level", "message"),
    [
        ("2026-03-01T09:15:02Z ERROR refused", "error", "ERROR refused"),
        ("2026-03-01 09:15:02,000 WARNI not a level", "unknown", "WARNI not a level"),
        ("[2026-03-01T09:15:02+00:00] app.WARNING: slow", "unknown", "app.WARNING: slow"),
        ("2026-03-01 09:15:02 [warn] slow", "warning", "[warn] slow"),
        ("2026/03/01 09:15:02 [error] 12#12: *1 upstream", "error", "[error] 12#12: *1 upstream"),
        ("Mar  1 09:15:02 web1 app[12]: ERROR: refused", "error", "web1 app[12]: ERROR: refused"),
        ("<11>Mar  1 09:15:02 web1 app: refused", "error", "web1 app: refused"),
        ("<34>1 2026-03-01T09:15:02Z web1 app - - - refused", "critical", "web1 app - - - refused"),
        ("E0301 09:15:02.000000       1 server.go:12] refused", "error", "1 server.go:12] refused"),
        ("time=2026-03-01T09:15:02Z level=error msg=refused", "error", "time=2026-03-01T09:15:02Z level=error msg=refused"),
        ('time="2026-03-01T09:15:02Z" level="warn"', "warning", 'time="2026-03-01T09:15:02Z" level="warn"'),
        ('127.0.0.1 - - [01/Mar/2026:09:15:02 +0000] "GET / HTTP/1.1" 502 1', "unknown", None),
    ],
)
def test_plain_text(text: str, level: str, message: str | None) -> None:
    line = parse_line(text.encode(), FORM)
    assert (line.at, line.level, line.message) == (AT, level, text if message is None else message)


def test_a_word_in_the_message_of_a_line_far_behind_is_no_level() -> None:
    assert parse_line(b"2026-03-01T09:15:02Z " + b"x" * 300 + b" ERROR ", FORM).level == "unknown"


@pytest.mark.parametrize(
    "raw", [b'{"at": "2026-03-01T09', b"{" * 5000, b"[" * 90_000, b'{"n": ' + b"9" * 5000 + b"}", b"\x00\xff\xfe"]
)
def test_garbage_is_plain_text_and_nothing_of_it_is_lost(raw: bytes) -> None:
    line = parse_line(raw, FORM)
    assert line.at is None
    assert line.plain
    assert len(line.message) >= len(raw)


@given(st.binary(max_size=400))
def test_any_bytes_parse_to_text_that_a_contract_takes(raw: bytes) -> None:
    text = shown(parse_line(raw, FORM).message, len(raw))
    assert not any(ord(char) < 32 and char not in "\n\t" for char in text)


def test_a_cut_is_visible_and_says_how_long_the_line_was() -> None:
    assert shown("x" * 9_000, 9_000).endswith("… [cut: the line has 9000 bytes]")
