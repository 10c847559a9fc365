from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from include.doctor.finding import Finding
from include.doctor.people import check_accounts, check_on_call, check_shifts_end
from include.doctor.surroundings import Surroundings

ROTATION = 'rotation: [maya, tomas, priya]\n  rotation_start: "2026-01-05T09:00:00+01:00"\n  rotation_days: 7'
SHIFT = '{{person: tomas, start: "2026-11-{0}T00:00:00Z", end: "2026-11-{1}T00:00:00Z"}}'


def found(catalogue: Any, here: Surroundings) -> list[tuple[str, str]]:
    findings: list[Finding] = [f for check in (check_on_call, check_shifts_end, check_accounts) for f in check(catalogue, here)]
    assert all(finding.next_step for finding in findings)
    return [(finding.level.value, finding.subject) for finding in findings]


def with_shifts(edited: Callable[..., Any], *days: tuple[int, int]) -> Any:
    rows = ", ".join(SHIFT.format(*pair) for pair in days)
    return edited(("rotas.yaml", ROTATION, f"shifts: [{rows}]"))


def test_the_example_is_covered(edited: Any, here: Surroundings):
    assert found(edited(), here) == []


def test_before_the_rotation_starts_nobody_is_planned(edited: Any, here: Surroundings):
    catalogue = edited()
    early = replace(here, at=datetime(2026, 1, 5, 7, 59, tzinfo=UTC))
    assert found(catalogue, early) == [("warning", f"service shop-{name}") for name in ("frontend", "orders", "payments")]
    assert found(catalogue, replace(here, at=datetime(2026, 1, 5, 8, 0, tzinfo=UTC))) == []


def test_between_two_shifts_nobody_is_planned(edited: Callable[..., Any], here: Surroundings):
    catalogue = with_shifts(edited, (10, 20), (21, 30))
    assert len(found(catalogue, here)) == 3
    assert found(catalogue, replace(here, at=datetime(2026, 11, 21, tzinfo=UTC))) == []


def test_a_rota_that_only_has_a_fallback_is_a_remark(edited: Callable[..., Any], here: Surroundings):
    catalogue = edited(("services.yaml", "on_call: shop", "on_call: security"))
    assert found(catalogue, here) == [("info", "service shop-frontend")]


@pytest.mark.parametrize(
    ("days", "ends_soon"),
    [
        ([(10, 30)], False),  # ten days from the 20th
        ([(10, 27)], True),
        ([(10, 22), (22, 30)], False),  # one follows the other
        ([(22, 30), (10, 22)], False),
        ([(10, 22), (23, 30)], True),  # a gap
        ([(10, 30), (12, 21)], False),  # one within the other
    ],
)
def test_shifts_that_run_out(edited: Callable[..., Any], here: Surroundings, days: list[tuple[int, int]], ends_soon: bool):
    assert found(with_shifts(edited, *days), here) == ([("warning", "rota shop")] if ends_soon else [])


def test_a_rotation_never_runs_out(edited: Callable[..., Any], here: Surroundings):
    catalogue = edited(("rotas.yaml", ROTATION, f"{ROTATION}\n  shifts: [{SHIFT.format(19, 21)}]"))
    assert found(catalogue, here) == []


@pytest.mark.parametrize("accounts", ["[]", "[{system: github, id: jonas}]"])
def test_a_person_without_an_account(edited: Callable[..., Any], here: Surroundings, accounts: str):
    catalogue = edited(("people.yaml", "accounts:\n    - {system: airflow, id: jonas}", f"accounts: {accounts}"))
    assert found(catalogue, here) == [("warning", "people.yaml (jonas)")]
