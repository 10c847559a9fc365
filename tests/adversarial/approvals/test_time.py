"""Both clocks, windows and freezes; and a database whose clock was set back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.contracts.errors import Refused
from include.contracts.hold import Hold, HoldState
from include.contracts.plan import Window
from include.contracts.statement import Revoked
from include.holds.expire import due, expire
from tests.plans_kit import request
from tests.votes_kit import Ground

APPROVE_S, EXECUTE_S = 240 * 60, 60 * 60  # approvals.yaml, lab
pytestmark = pytest.mark.both_databases


def test_h03_after_approve_by_nobody_approves(ground: Ground, hold: Hold, clock: Any) -> None:
    clock.move(APPROVE_S + 2)
    ground.refused_vote("approve_by", ground.vote(hold, "tomas"))
    assert due(ground.store) == [hold.id]
    assert expire(ground.store, hold.id)
    assert not expire(ground.store, hold.id)
    ground.refused_vote("state", ground.vote(hold, "tomas"))


def test_h03_after_execute_by_nothing_is_released(ground: Ground, hold: Hold, clock: Any) -> None:
    ground.approve(hold, "tomas")
    clock.move(APPROVE_S + 60)  # after approve_by an approval stands
    assert ground.judge(hold).releasable
    assert not expire(ground.store, hold.id)
    clock.move(APPROVE_S + EXECUTE_S + 2)
    ground.refused_release("execute_by", hold)
    assert expire(ground.store, hold.id)
    assert ground.hold(hold).state is HoldState.EXPIRED
    ground.refused_release("state", hold)


def test_h03_an_expired_hold_is_not_brought_back(ground: Ground, hold: Hold, clock: Any) -> None:
    ground.approve(hold, "tomas")
    clock.move(APPROVE_S + EXECUTE_S + 2)
    expire(ground.store, hold.id)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_a_vote_entered_too_late_does_not_count_whatever_it_says_of_itself(ground: Ground, hold: Hold, clock: Any) -> None:
    signed = ground.vote(hold, "tomas", at=ground.now)
    clock.move(APPROVE_S + 2)
    ground.put_row(hold, signed, entered=True)
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("fresh", hold)
    late = ground.vote(hold, "priya")
    ground.put_row(hold, late, entered=True)
    assert {item.person: item.verdict.rule for item in ground.judge(hold).discounted} == {"tomas": "fresh", "priya": "approve_by"}


def test_h03_before_its_window_nothing_is_released(ground: Ground, clock: Any) -> None:
    start = ground.now + timedelta(hours=1)
    hold = ground.propose(request(window=Window(start=start, end=start + timedelta(hours=1))))
    ground.approve(hold, "tomas")
    ground.refused_release("window", hold)
    clock.move(3_600 + 60)
    ground.consume(hold)


def test_h03_after_its_window_nothing_is_released(ground: Ground, clock: Any) -> None:
    hold = ground.propose(request(window=Window(start=ground.now, end=ground.now + timedelta(hours=1))))
    ground.approve(hold, "tomas")
    clock.move(3_600 + 60)
    ground.refused_release("execute_by", hold)  # which ends with the window


def test_h03_in_a_freeze_nothing_is_released(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    now = ground.now
    fields = {
        "owner": "ruth",
        "services": ["shop-orders"],
        "environments": ["lab"],
        "start": (now - timedelta(minutes=1)).isoformat(),
        "end": (now + timedelta(minutes=30)).isoformat(),
        "allows": "none",
        "reason": "An audit",
    }
    ground.edit("freezes", an_audit=fields)
    error = ground.refused_release("freeze", hold)
    assert "an-audit" in str(error)
    ground.edit("freezes", an_audit={"allows": "medium"})
    ground.consume(hold)


def test_h03_a_clock_set_back_decides_nothing(ground: Ground, hold: Hold, clock: Any) -> None:
    other = ground.propose()
    ground.approve(other, "tomas")
    clock.move(-3_600)
    with pytest.raises(Refused) as refusal:
        ground.propose()
    assert refusal.value.rule == "clock"
    ground.refused_vote("clock", ground.vote(hold, "tomas"))
    ground.refused_vote("clock", ground.vote(hold, "tomas", decision="reject", reason="No.", callouts=()))
    ground.refused_release("clock", other)
    ground.refused_statement("clock", lambda: ground.take_back("maya", Revoked.HOLD, hold.id))


def test_h03_a_clock_set_back_after_the_end_does_not_bring_it_back(ground: Ground, hold: Hold, clock: Any) -> None:
    ground.approve(hold, "tomas")
    clock.move(APPROVE_S + EXECUTE_S + 2)
    ground.refused_release("execute_by", hold)  # the refusal's own entry is the ledger's newest now
    clock.move(0)
    ground.refused_release("clock", hold)


def test_h03_nor_after_any_other_entry_was_written_under_it(ground: Ground, hold: Hold, clock: Any) -> None:
    """The newest entry is then as early as the clock; what counts is the latest time that the ledger has seen."""
    ground.approve(hold, "tomas")
    clock.move(-3_600)
    for _ in range(3):
        ground.refused_vote("clock", ground.vote(hold, "priya"))
    ground.refused_release("clock", hold)


def test_h03_an_entry_that_was_dated_back_is_found(ground: Ground, hold: Hold, clock: Any) -> None:
    """Who may append can also date: a vote of after the end, entered as of before it."""
    late = ground.vote(hold, "tomas")
    ground.refused_vote("role", ground.vote(hold, "ines"))
    clock.move(-3_600)
    ground.put_row(hold, late.model_copy(), entered=True)
    ground.put_state(hold, "approved", entered=True)
    clock.move(0)
    ground.refused_release("complete_record", hold)
