from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.frames import ANSWER_BYTES, Answers, Request, Rubbish, framed, read_request, reason, request, verdict
from include.script_review.runner import Unit


def stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]


@given(st.dictionaries(st.text(), st.binary(), max_size=4), st.dictionaries(st.text(), st.integers() | st.text(), max_size=3))
def test_a_request_arrives_as_it_was(files: dict[str, bytes], options: dict[str, object]) -> None:
    sent = b"".join(request(7, 2.5, Unit(files, options)))
    reading = stream(sent * 2)
    assert read_request(reading) == read_request(reading) == Request(7, 2.5, files, options)
    assert read_request(reading) is None


def test_half_a_request_is_none() -> None:
    sent = b"".join(request(7, 2.5, Unit({"a": b"1234", "b": b"5"}, {})))
    assert [read_request(stream(sent[:length])) for length in range(len(sent))] == [None] * len(sent)


def test_the_bytes_of_a_file_are_sent_as_they_are() -> None:
    data = b"\x00" * 1_000
    assert any(part is data for part in request(0, 1, Unit({"a": data, "empty": b""})))


@pytest.mark.parametrize("step", [1, 3, 1_000])
def test_answers_may_come_in_any_pieces(step: int) -> None:
    sent, answers, found = framed(b'{"ready":true}') + framed(b'{"id":0,"result":null}'), Answers(), []
    for at in range(0, len(sent), step):
        found += answers.feed(sent[at : at + step])
    assert found == [({"ready": True}, 14), ({"id": 0, "result": None}, 22)]


@pytest.mark.parametrize(
    "data",
    [
        b"this is no answer",
        (ANSWER_BYTES + 1).to_bytes(4, "big"),
        framed(b""),
        framed(b"[1]"),
        framed(b'"text"'),
        framed(b'{"id":'),
        framed(b'{"id":0,"result":NaN}'),
        framed(b'{"id":0,"result":' + b"[" * 300_000 + b"]" * 300_000 + b"}"),
        framed(b'{"id":0,"result":' + b"9" * 10_000 + b"}"),
        framed(b'{"id":0,"result":"\xff"}'),
        framed(b"\x00\x00"),
    ],
)
def test_rubbish_is_refused(data: bytes) -> None:
    with pytest.raises(Rubbish):
        Answers().feed(data)


@given(st.binary())
def test_any_bytes_are_rubbish_or_objects(data: bytes) -> None:
    for payload in (data, framed(data)):
        try:
            found = Answers().feed(payload)
        except Rubbish:
            continue
        assert all(isinstance(answer, dict) for answer, _ in found)


def test_an_answer_has_a_result_or_a_reason() -> None:
    assert verdict({"id": 3, "result": None}, 3) == (None, None)
    assert verdict({"id": 3, "error": "no"}, 3) == (None, "no")


@pytest.mark.parametrize(
    "answer",
    [
        {"id": 2, "result": 1},
        {"id": 3},
        {"result": 1},
        {},
        {"id": 3, "result": 1, "error": "x"},
        {"id": 3, "error": None},
        {"id": 3, "error": ""},
        {"id": 3, "error": ["x"]},
        {"ready": True},
        {"id": 3, "result": 1, "more": 1},
    ],
)
def test_an_answer_to_something_else_is_rubbish(answer: dict[str, object]) -> None:
    with pytest.raises(Rubbish):
        verdict(json.loads(json.dumps(answer)), 3)


def test_a_reason_is_one_clean_line_of_bounded_length() -> None:
    assert reason("a\n b\u202ec\x00") == "a b\\u{202E}c\\u{0000}"
    assert len(reason("x" * 10_000)) == 300
    assert reason(" \n") == "no reason was given"
