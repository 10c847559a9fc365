"""Freezes and windows: half open, compared as instants, and no freeze is passed by what it does not expressly allow."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.contracts.catalogue import Freeze
from include.contracts.plan import Risk, Window
from include.policy.calendar import freeze_at, freezes_between, frozen_throughout, in_window

START, END = datetime(2026, 12, 18, 17, tzinfo=UTC), datetime(2027, 1, 4, 5, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")


def freeze(name: str = "f", **fields: Any) -> Freeze:
    usual: dict[str, Any] = {
        "name": name,
        "owner": "ruth",
        "services": ("*",),
        "environments": ("production",),
        "start": START,
        "end": END,
        "reason": "x",
    }
    return Freeze(**usual | fields)


def frozen(catalogue: Any, *freezes: Freeze) -> Any:
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "freezes": freezes})


def at(c: Any, when: datetime, services: Any = ("shop-orders",), environment: str = "production", risk: Risk = Risk.LOW) -> Any:
    found = freeze_at(c, services, environment, risk, when)
    return found and found.name


def test_the_example_freezes_the_end_of_the_year(catalogue: Any) -> None:
    assert at(catalogue, START) == at(catalogue, END - TICK) == "year-end"
    assert at(catalogue, START - TICK) is at(catalogue, END) is None
    assert at(catalogue, START, environment="lab") is None


@pytest.mark.parametrize(
    ("allows", "risk", "binds"),
    [
        ("none", Risk.LOW, True),
        ("low", Risk.LOW, False),
        ("low", Risk.MEDIUM, True),
        ("medium", Risk.MEDIUM, False),
        ("medium", Risk.HIGH, True),
    ],
)
def test_a_freeze_lets_through_what_it_names_and_below(catalogue: Any, allows: str, risk: Risk, binds: bool) -> None:
    assert (at(frozen(catalogue, freeze(allows=allows)), START, risk=risk) is not None) is binds


def test_a_freeze_binds_its_services_and_environments(catalogue: Any) -> None:
    c = frozen(catalogue, freeze(services=("shop-payments",), environments=("*",)))
    assert at(c, START, ("shop-orders",)) is None
    assert at(c, START, ("shop-orders", "shop-payments")) == "f"
    assert at(c, START, ("shop-payments",), "lab") == "f"


def test_of_several_the_one_that_ends_last_is_named(catalogue: Any) -> None:
    c = frozen(catalogue, freeze("short", end=START + timedelta(hours=1)), freeze("long"), freeze("none", allows="medium"))
    assert at(c, START) == "long"


def test_the_hour_that_exists_twice_is_two_hours(catalogue: Any) -> None:
    """Clocks in Berlin go back at 03:00 on 2026-10-25: 02:30 comes twice."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert first == second  # so Python compares them within one zone
    c = frozen(catalogue, freeze(start=first, end=second))
    assert at(c, first) == "f"
    assert at(c, first.astimezone(UTC) + timedelta(minutes=59)) == "f"
    assert at(c, second) is None


def test_the_hour_that_does_not_exist_is_none(catalogue: Any) -> None:
    """Clocks in Berlin go forward at 02:00 on 2026-03-29: 01:59:59 is followed by 03:00."""
    start = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    end = datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN)  # half an hour later
    c = frozen(catalogue, freeze(start=start, end=end))
    assert at(c, start.astimezone(UTC) + timedelta(minutes=29)) == "f"
    assert at(c, start.astimezone(UTC) + timedelta(minutes=30)) is None


def test_a_freeze_in_another_offset_is_the_same_freeze(catalogue: Any) -> None:
    c = frozen(catalogue, freeze(start=START.astimezone(BERLIN), end=END.astimezone(ZoneInfo("Asia/Kolkata"))))
    assert at(c, START) == "f"
    assert at(c, END) is None


@pytest.mark.parametrize(
    ("minutes", "whole"),
    [
        ([(0, 60)], True),
        ([(-5, 61)], True),
        ([(0, 30), (30, 60)], True),
        ([(0, 50), (10, 20), (40, 70)], True),
        ([(0, 30), (31, 60)], False),
        ([(1, 60)], False),
        ([(0, 59)], False),
        ([], False),
    ],
)
def test_together_they_may_leave_no_moment(catalogue: Any, minutes: Any, whole: bool) -> None:
    def hour(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    c = frozen(catalogue, *(freeze(f"f{i}", start=hour(a), end=hour(b)) for i, (a, b) in enumerate(minutes)))
    found = freezes_between(c, ("shop-orders",), "production", Risk.LOW, START, hour(60))
    assert len(found) == len(minutes)
    assert frozen_throughout(found, START, hour(60)) is whole


def test_a_freeze_that_only_touches_is_not_between(catalogue: Any) -> None:
    c = frozen(catalogue, freeze())
    assert freezes_between(c, ("a",), "production", Risk.LOW, START - timedelta(hours=1), START) == ()
    assert freezes_between(c, ("a",), "production", Risk.LOW, END, END + timedelta(hours=1)) == ()


def test_a_window_is_half_open_and_none_is_no_bound() -> None:
    window = Window(start=START.astimezone(BERLIN), end=END)
    assert in_window(window, START)
    assert in_window(window, END - TICK)
    assert not in_window(window, START - TICK)
    assert not in_window(window, END)
    assert in_window(None, START)
