"""Claims that are computed again: what is written is what is read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.claims import COUNT_CLAIM, ISO_TIME, SPAN_CLAIM, count_claim, count_lines, parse_time, spell

TEXT = "2026-11-20T10:00:00Z ERROR a b\n2026-11-20T09:00:00.250Z ERROR a c\n- ERROR a\nother"


def test_lines_are_counted_with_their_earliest_and_latest_time() -> None:
    found = count_lines(TEXT, "ERROR a")
    assert found.count == 3
    assert found.first == datetime(2026, 11, 20, 9, 0, 0, 250_000, tzinfo=UTC)
    assert found.last == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert count_lines(TEXT, "nowhere").count == 0
    assert count_lines(TEXT, "other").first is None


def test_a_claim_is_read_back_as_it_was_written() -> None:
    claim = count_claim("e-1.x", "ERROR a", count_lines(TEXT, "ERROR a"))
    match = COUNT_CLAIM.fullmatch(claim)
    assert match is not None
    assert (match["count"], match["evidence"], match["literal"]) == ("3", "e-1.x", "ERROR a")
    assert (match["first"], match["last"]) == ("2026-11-20T09:00:00.250Z", "2026-11-20T10:00:00Z")
    assert COUNT_CLAIM.fullmatch(count_claim("e", "b", count_lines(TEXT, "b")))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (240, "4 minutes"),
        (5_400, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_length_of_time_is_spelled_in_one_unit(seconds: int, words: str) -> None:
    assert spell(timedelta(seconds=seconds)) == words
    assert spell(-timedelta(seconds=seconds)) == words


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)))
def test_every_length_is_recognised_again(span: timedelta) -> None:
    assert SPAN_CLAIM.fullmatch(spell(span))


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T10:00:00Z", "2026-11-20 11:00:00+01:00", "2026-11-20T11:00:00,000+0100", "2026-11-20T10:00:00.0000000Z"],
)
def test_equal_instants_are_equal(text: str) -> None:
    assert ISO_TIME.fullmatch(text)
    assert parse_time(text) == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13-45T99:99:99Z", "2026-02-30T10:00:00Z"])
def test_a_time_that_does_not_exist_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)
