from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest

from include.alerts.limits import load_json, load_payload
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.catalogue import Settings


def load(body: bytes, *, max_bytes: int = 1_000_000, max_depth: int = 32) -> Any:
    return load_json(body, max_bytes=max_bytes, max_depth=max_depth)


def reason(body: bytes, **bounds: int) -> Reason:
    with pytest.raises(Unreadable) as caught:
        load(body, **bounds)
    return caught.value.reason


def test_json_is_loaded() -> None:
    assert load('{"a": [1, -2.5, "ü", null, true, {"b": []}]}'.encode()) == {"a": [1, -2.5, "ü", None, True, {"b": []}]}


def test_a_byte_order_mark_is_ignored() -> None:
    assert load(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Reason.JSON),
        (b"  \n", Reason.JSON),
        (b"hello", Reason.JSON),
        (b"{} {}", Reason.JSON),
        (b"{'a': 1}", Reason.JSON),
        (b'{"a": 1,}', Reason.JSON),
        (b'{"a": "line\nbreak"}', Reason.JSON),
        (b'{"a": 01}', Reason.JSON),
        (b"<html></html>", Reason.JSON),
        (b'{"a": "\xff"}', Reason.ENCODING),
        ('{"a": 1}'.encode("utf-16"), Reason.ENCODING),
        (b'{"a": "\xed\xa0\x80"}', Reason.ENCODING),
        (b'{"a": "\xc0\xaf"}', Reason.ENCODING),
        (b'{"a": 1, "a": 2}', Reason.DUPLICATE_KEY),
        (b'{"x": [{"a": 1, "\\u0061": 1}]}', Reason.DUPLICATE_KEY),
        (b'{"a": NaN}', Reason.NUMBER),
        (b"[Infinity]", Reason.NUMBER),
        (b"[-Infinity]", Reason.NUMBER),
        (b"[1e999]", Reason.NUMBER),
        (b"[-1e999]", Reason.NUMBER),
        (b"[" + b"9" * 41 + b"]", Reason.NUMBER),
        (b"[" + b"9" * 5_000 + b"]", Reason.NUMBER),
        (b"[0." + b"1" * 500 + b"]", Reason.NUMBER),
    ],
)
def test_what_is_not_one_unambiguous_document_is_refused(body: bytes, expected: Reason) -> None:
    assert reason(body) is expected


def test_large_integers_stay_exact() -> None:
    assert load(b"[9007199254740993, 1420452193166002000]") == [9007199254740993, 1420452193166002000]


def test_a_lone_surrogate_is_kept_for_the_text_layer() -> None:
    assert load(b'["\\ud800"]') == ["\ud800"]


def test_the_size_is_bounded() -> None:
    assert load(b'"' + b"x" * 98 + b'"', max_bytes=100)
    assert reason(b'"' + b"x" * 99 + b'"', max_bytes=100) is Reason.SIZE


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_the_depth_is_bounded_at_the_limit(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    assert load(opening * 8 + b"1" + closing * 8, max_depth=8)
    assert reason(opening * 9 + b"1" + closing * 9, max_depth=8) is Reason.DEPTH


def test_brackets_within_strings_are_not_depth() -> None:
    assert load(json.dumps({"a": '[[[[{{{{\\"[[[['}).encode(), max_depth=2)
    assert load(b'["\\\\", "[[[["]', max_depth=2)
    assert reason(b'["\\\\", [["a"]]]', max_depth=2) is Reason.DEPTH


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 5_000_000,
        b'{"a":' * 800_000,
        b'"' + b'\\"' * 2_400_000,
        b'"' * 5_000_000,
        b'"' + b"\\" * 4_999_999,
        b"[" + b"[]," * 1_600_000 + b"[]]",
        b"[" + b"1" * 4_900_000 + b"]",
        b'{"a":"' + b"x" * 4_900_000,
        b" " * 4_900_000,
        b"[" + b"{}," * 1_600_000 + b"{}",
    ],
    ids=lambda body: repr(body[:6]),
)
def test_nothing_of_five_megabytes_takes_long_or_overflows_the_stack(body: bytes) -> None:
    began = time.perf_counter()
    with contextlib.suppress(Unreadable):
        load(body, max_bytes=5_000_000)
    assert time.perf_counter() - began < 8


def test_ten_megabytes_are_refused_before_they_are_read(settings: Settings) -> None:
    began = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        load_payload(b'{"title": "' + b"x" * 10_000_000 + b'"}', settings)
    assert caught.value.reason is Reason.SIZE
    assert str(settings.max_body_bytes) in caught.value.message
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain; charset=UTF-8",
        'application/json;charset="utf-8"',
        "",
        "application/vnd.x+json",
        "text/html",
    ],
)
def test_json_is_read_whatever_it_is_called(settings: Settings, content_type: str) -> None:
    assert load_payload(b"{}", settings, content_type) == {}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=iso-8859-1",
        "text/plain; charset=utf-16",
    ],
)
def test_forms_and_other_encodings_are_refused(settings: Settings, content_type: str) -> None:
    with pytest.raises(Unreadable) as caught:
        load_payload(b"{}", settings, content_type)
    assert caught.value.reason is Reason.CONTENT_TYPE


def test_errors_quote_no_content() -> None:
    for body in (b'{"hunter2": 1, "hunter2": 2}', b'{"a": hunter2}', b'{"a": "hunter2\xff"}'):
        with pytest.raises(Unreadable) as caught:
            load(body)
        assert "hunter2" not in str(caught.value)
