"""Spans of time: what is certain, and what is only about right."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from include.changes.duration import behind_a_time, whole, without_durations
from include.changes.fold import fold


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90 minutes", 90),
        ("1.5 h", 90),
        ("1,5 Stunden", 90),
        ("2 h 30 min", 150),
        ("2h30", 150),
        ("1 hour and 30 minutes", 90),
        ("PT2H30M", 150),
        ("P1DT2H", 1_560),
        ("max. 45 Minuten", 45),
        ("2 heures", 120),
        ("1 ora", 60),
        ("about two hours", None),
        ("2 hours per host", None),
        ("2 to 3 hours", None),
        ("0 min", None),
        ("9999 days", None),
        ("22:00", None),
        ("", None),
    ],
)
def test_a_field(text: str, minutes: int | None) -> None:
    assert whole(fold(text)) == (timedelta(minutes=minutes) if minutes is not None else None)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2026-12-05 22:00 CET, 90 minutes", 90),
        ("22:00 UTC for 2 hours", 120),
        ("22:00 (2h)", 120),
        ("22:00 MEZ, Dauer 90 Minuten", 90),
        ("22:00 UTC+1, 90 min", 90),
        ("22:00 Europe/Berlin, 90 min.", 90),
        ("22h30 CET + 90 min", 90),
        ("22:00 UTC, reboot takes 5 minutes", None),
        ("22:00 UTC, 90 minutes to 2 hours", None),
        ("22:00 UTC, 20 minutes before the batch", None),
        ("at least 90 minutes", None),
    ],
)
def test_behind_a_time(text: str, minutes: int | None) -> None:
    assert behind_a_time(fold(text)) == (timedelta(minutes=minutes) if minutes is not None else None)


@pytest.mark.parametrize("text", ["a 22 heures", "de 20 h a 23 h", "22h30", "alle 22 ore"])
def test_times_of_day_are_no_spans(text: str) -> None:
    assert without_durations(text) == text


@pytest.mark.parametrize("unit", ["1h", "1 ", "pt1h", "22:00, ", "1 min", "p"])
def test_garbage_takes_no_longer_than_text(unit: str) -> None:
    began = time.process_time()
    behind_a_time(unit * 20_000)
    whole(unit * 20_000)
    assert time.process_time() - began < 2
