from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from include.doctor.finding import Finding, Level
from include.doctor.reviews import check_grants_end, check_reviews
from include.doctor.surroundings import Surroundings


def found(catalogue: Any, here: Surroundings) -> list[Finding]:
    findings = [*check_reviews(catalogue, here), *check_grants_end(catalogue, here)]
    assert all(finding.level is Level.WARNING for finding in findings)
    return findings


def on(here: Surroundings, day: str) -> Surroundings:
    return replace(here, at=datetime.fromisoformat(day).replace(tzinfo=UTC))


def test_what_was_reviewed_in_time_is_silent(catalogue: Any, here: Surroundings):
    assert found(catalogue, here) == []


@pytest.mark.parametrize(
    ("file", "old", "subject"),
    [
        ("services.yaml", 'reviewed: "2026-10-12"', "services.yaml (shop-payments)"),
        ("raci.yaml", 'reviewed: "2026-10-05"', "raci.yaml (workflow:incident_triage)"),
        ("grants.yaml", 'reviewed: "2026-10-05"', "grants.yaml (triage-reads)"),
    ],
)
def test_overdue(edited: Callable[..., Any], here: Surroundings, file: str, old: str, subject: str):
    (finding,) = found(edited((file, old, 'reviewed: "2026-01-02"')), here)
    assert finding.subject == subject
    assert "overdue" in finding.problem
    (finding,) = found(edited((file, old, 'reviewed: "2027-01-02"')), here)
    assert finding.subject == subject
    assert "future" in finding.problem


def test_the_last_day_of_the_interval_still_counts(catalogue: Any, here: Surroundings):
    # 180 days after 2026-10-05, and 90 days
    assert {f.subject.split()[0] for f in found(catalogue, on(here, "2027-01-03"))} == set()
    overdue = found(catalogue, on(here, "2027-01-04"))
    assert {finding.subject.split()[0] for finding in overdue} == {"raci.yaml"}
    assert "1 day overdue" in overdue[0].problem
    assert {f.subject.split()[0] for f in found(catalogue, on(here, "2027-04-04"))} == {
        "grants.yaml",
        "raci.yaml",
        "services.yaml",
    }


@pytest.mark.parametrize(
    ("expires", "words"),
    [
        ("2026-11-19", "it expired on"),
        ("2026-11-20", "it expires on"),
        ("2026-12-04", "it expires on"),
        ("2026-12-05", None),
    ],
)
def test_grants_that_end(edited: Callable[..., Any], here: Surroundings, expires: str, words: str | None):
    findings = found(edited(("grants.yaml", "  owner: jonas", f'  owner: jonas\n  expires: "{expires}"')), here)
    assert [finding.subject for finding in findings] == (["grants.yaml (desk-reads)"] if words else [])
    assert all(str(words) in finding.problem for finding in findings)
