"""A window is read or said to be uncertain; it is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.changes.places import lay_out
from include.changes.read import read_notes
from include.changes.window import Window, find_window


def window(text: str) -> Window:
    found = find_window(lay_out(read_notes(text)))
    assert found is not None
    return found


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


CERTAIN = [
    ("Window: 2026-12-03 22:00–23:30 CET", "2026-12-03 21:00", "2026-12-03 22:30"),
    ("Window: 2026-12-03 22:00 - 04:00 UTC", "2026-12-03 22:00", "2026-12-04 04:00"),
    ("Start: 2026-12-02 06:30 UTC\nEnd: 2026-12-02 07:15 UTC", "2026-12-02 06:30", "2026-12-02 07:15"),
    ("Window: 2026-12-03 22:00-23:30 Europe/Berlin", "2026-12-03 21:00", "2026-12-03 22:30"),
    ("Window: 15/12/2026 22:00 - 16/12/2026 01:00 UTC+1", "2026-12-15 21:00", "2026-12-16 00:00"),
    ("Window: Monday 7 December 2026, 05:00-08:00 Z", "2026-12-07 05:00", "2026-12-07 08:00"),
    ("Wartungsfenster: 08.12.2026, 19:00–20:00 Uhr MEZ", "2026-12-08 18:00", "2026-12-08 19:00"),
    ("Window: December 9, 2026 6am-7am PST", "2026-12-09 14:00", "2026-12-09 15:00"),
    ("Window: 2026-12-03T22:00+01:00 to 2026-12-03T23:00+01:00", "2026-12-03 21:00", "2026-12-03 22:00"),
    ("Date prévue : 8 décembre 2026, 12 h 30 – 13 h 30 CET", "2026-12-08 11:30", "2026-12-08 12:30"),
    ("Window: Saturday 2026-12-05 22:00 CET, 90 minutes", "2026-12-05 21:00", "2026-12-05 22:30"),
    ("Window: 2026-12-05 22:00 UTC for 2 hours", "2026-12-05 22:00", "2026-12-06 00:00"),
    ("Start: 2026-12-05 22:00 UTC\nDuration: 1.5 h", "2026-12-05 22:00", "2026-12-05 23:30"),
    ("Fenêtre : 5 décembre 2026 à 22 h UTC, durée 2 heures", "2026-12-05 22:00", "2026-12-06 00:00"),
    ("Window: 2026-12-05 22:00 to 23:30 UTC, 20 minutes", "2026-12-05 22:00", "2026-12-05 23:30"),
    ("Window: 2026-10-25 01:30 Europe/Berlin, 2 hours", "2026-10-24 23:30", "2026-10-25 01:30"),
    ("Window: 2026-07-03 22:00-23:00 CEST", "2026-07-03 20:00", "2026-07-03 21:00"),
]


@pytest.mark.parametrize(("text", "start", "end"), CERTAIN)
def test_certain(text: str, start: str, end: str) -> None:
    found = window(text + "\n")
    assert (found.start, found.end, found.doubts) == (at(start), at(end), ())


DOUBTFUL = [
    ("Window: 2026-12-03 22:00-23:00", "window-no-zone"),
    ("Window: 2026-12-03 22:00-23:00 local time", "window-local-time"),
    ("Window: 2026-12-03 22:00-23:00 CST", "window-ambiguous-zone"),
    ("Window: 2026-12-03 22:00-23:00 PST/CET", "window-ambiguous-zone"),
    ("Window: 06/12/2026 20:00-22:00 UTC", "window-ambiguous-date"),
    ("Window: 3 December 20:00-22:00 UTC", "window-no-year"),
    ("Window: Tue 01.12. 10:00-16:00 CET", "window-no-year"),
    ("Window: 2026-02-30 20:00-22:00 UTC", "window-no-such-date"),
    ("Window: next week", "window-no-date"),
    ("Window: 2026-12-03", "window-no-time"),
    ("Window: 2026-12-03 20:00 UTC", "window-no-end"),
    ("Window: 2026-12-03 20:00 UTC, reboot takes 5 minutes", "window-no-end"),
    ("Start: 2026-12-03 20:00 UTC\nDuration: 2 hours per host", "window-no-end"),
    ("Start: 2026-12-03 20:00 UTC\nDuration: 2 h\nDuration: 3 h", "window-no-end"),
    ("Window: every night 1 to 4 December 2026, 01:00-05:00 UTC", "window-several"),
    ("Window: 2026-12-05, 2026-12-06 and 2026-12-07 22:00-23:00 UTC", "window-several"),
    ("Window: 2026-03-29 02:30-05:00 Europe/Berlin", "window-gap"),
    ("Window: 2026-10-25 02:30-05:00 Europe/Berlin", "window-overlap"),
    ("Window: 2026-07-03 22:00-23:00 CET", "window-summer-time"),
    ("Start: 2026-12-03 22:00 UTC\nEnd: 2026-12-02 22:00 UTC", "window-reversed"),
]


@pytest.mark.parametrize(("text", "rule"), DOUBTFUL)
def test_doubtful(text: str, rule: str) -> None:
    found = window(text + "\n")
    assert rule in [doubt.rule for doubt in found.doubts]
    assert found.start is None or found.end is None


def test_no_window_at_all() -> None:
    assert find_window(lay_out(read_notes("Just text.\n"))) is None


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789-/.:TZ hUCEGMPam+Decémbr,;\n", min_size=1, max_size=80))
def test_no_text_crashes_it(text: str) -> None:
    found = find_window(lay_out(read_notes(f"Window: {text}\n")))
    if found and found.start and found.end:
        assert found.start < found.end
