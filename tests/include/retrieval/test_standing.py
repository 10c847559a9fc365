from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from include.contracts.runbook import Approval, RunbookMeta
from include.retrieval.standing import in_use, stale_reason, standing

TODAY = date(2026, 11, 2)


def _meta(**fields: Any) -> RunbookMeta:
    base: dict[str, Any] = {
        "name": "a",
        "title": "A",
        "owner": "maya",
        "approved": Approval(by="tomas", on=date(2026, 1, 1)),
        "services": ("*",),
        "reviewed": date(2026, 10, 3),
        "review_interval_days": 30,
        "classification": "internal",
    }
    return RunbookMeta(**base | fields)


def test_a_review_is_overdue_from_the_day_after_it_was_due() -> None:
    assert stale_reason(_meta(), date(2026, 11, 1)) is None
    assert stale_reason(_meta(), date(2026, 11, 2)) is None  # reviewed + 30 days
    assert stale_reason(_meta(), date(2026, 11, 3)) == "its review was due on 2026-11-02"


def test_a_review_on_a_leap_day_and_at_the_end_of_time() -> None:
    leap = _meta(reviewed=date(2028, 2, 29), review_interval_days=365)
    assert stale_reason(leap, date(2029, 2, 28)) is None
    assert stale_reason(leap, date(2029, 3, 1))
    last = _meta(reviewed=date(9999, 12, 30))
    assert stale_reason(last, date(9999, 12, 31)) is None


def test_a_review_date_in_the_future_does_not_count_as_a_review() -> None:
    assert stale_reason(_meta(reviewed=date(2026, 11, 2)), TODAY) is None
    assert "lies in the future" in (stale_reason(_meta(reviewed=date(2026, 11, 3)), TODAY) or "")


def test_a_superseded_one_is_stale_and_its_successor_named_only_to_those_who_may_know() -> None:
    meta = _meta(superseded_by="b")
    assert stale_reason(meta, TODAY) == "superseded by another runbook"
    assert stale_reason(meta, TODAY, successor="b") == "superseded by b"
    assert stale_reason(_meta(superseded_by="b", review_interval_days=1), TODAY, successor="b") == (
        "superseded by b; its review was due on 2026-10-04"
    )


@pytest.mark.parametrize(
    ("approved", "used"),
    [(None, False), (date(2026, 11, 1), True), (TODAY, True), (date(2026, 11, 3), False)],
)
def test_only_approved_ones_are_used_and_from_that_day_on(approved: date | None, used: bool) -> None:
    meta = _meta(approved=Approval(by="tomas", on=approved) if approved else None)
    assert in_use(meta, TODAY) is used
    assert (standing(meta, TODAY) == "in use") is used


def test_standing_says_what_is_wrong() -> None:
    assert standing(_meta(approved=None), TODAY) == "not approved"
    assert standing(_meta(superseded_by="b"), TODAY) == "stale: superseded by b"
