"""The table of transitions: complete, and what it lacks is refused."""

from __future__ import annotations

import pytest

from include.contracts.errors import Conflict
from include.contracts.hold import HoldState
from include.holds.states import TRANSITIONS, WAITING, require_legal


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(HoldState)


@pytest.mark.parametrize("before", HoldState)
@pytest.mark.parametrize("after", HoldState)
def test_h02_what_the_table_lacks_is_refused(before: HoldState, after: HoldState) -> None:
    if after in TRANSITIONS[before]:
        require_legal("hold_x", before, after)
        return
    with pytest.raises(Conflict, match=f"{before.value} and cannot become {after.value}"):
        require_legal("hold_x", before, after)


def test_h03_executing_is_reached_from_approved_alone_and_never_again() -> None:
    into = {before for before, after in TRANSITIONS.items() if HoldState.EXECUTING in after}
    assert into == {HoldState.APPROVED, HoldState.FROZEN, HoldState.IN_DOUBT}
    seen, front = set(), {HoldState.EXECUTING}
    while front:
        seen |= front
        front = {after for before in front for after in TRANSITIONS[before]} - seen
    assert seen.isdisjoint(WAITING), "what was consumed could be approved again"


def test_what_somebody_refused_or_ended_stays_so() -> None:
    for end in (HoldState.REJECTED, HoldState.REVOKED, HoldState.EXPIRED, HoldState.SUPERSEDED, HoldState.CLOSED):
        assert TRANSITIONS[end] == frozenset()
