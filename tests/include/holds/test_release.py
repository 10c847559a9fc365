"""A judgement says everything at once: every rule, who counts, who does not and why."""

from __future__ import annotations

import pytest

from include.contracts.errors import NotFound
from include.contracts.hold import Hold
from include.contracts.statement import Revoked
from include.holds.record import Depth
from include.holds.release import judge
from include.store.database import Store
from tests.holds_kit import Kit
from tests.votes_kit import Ground

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ground(store: Store, kit: Kit) -> Ground:
    return Ground(store, kit)


@pytest.fixture
def hold(ground: Ground) -> Hold:
    return ground.propose()


@pytest.mark.parametrize("depth", Depth)
def test_an_approved_hold_is_releasable_by_every_rule(ground: Ground, hold: Hold, depth: Depth) -> None:
    ground.approve(hold, "tomas")
    found = ground.judge(hold, depth=depth)
    assert (found.releasable, found.refusal, found.approvals, found.denies) == (True, None, ("tomas",), ())
    assert [verdict.rule for verdict in found.verdicts][-3:] == ["independence", "quorum", "callouts"]
    assert {verdict.reason for verdict in found.verdicts} == {"satisfied"}


def test_to_judge_writes_nothing(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    before = len(ground.entries())
    ground.judge(hold)
    assert len(ground.entries()) == before


def test_a_hold_that_waits_is_not_releasable_by_its_state(ground: Ground, hold: Hold) -> None:
    found = ground.judge(hold)
    assert not found.releasable
    assert found.refusal is not None
    assert found.refusal.rule == "state"
    assert {verdict.rule for verdict in found.verdicts if not verdict.ok} == {"state", "quorum", "callouts"}


def test_what_was_taken_back_is_named_and_does_not_count(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    vote = ground.rows(hold)[-1].digest
    ground.take_back("tomas", Revoked.VOTE, vote)
    found = ground.judge(hold)
    assert (found.approvals, found.discounted, found.revoked) == ((), (), frozenset({vote}))


def test_what_does_not_count_refuses_only_where_it_is_missed(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.approve(hold, "priya")
    ground.kit.edit_people(lambda rows: rows["tomas"]["roles"].remove("shop-owner"))
    found = ground.judge(hold)
    assert found.releasable
    assert [(item.person, item.verdict.rule) for item in found.discounted] == [("tomas", "role")]
    ground.kit.edit_people(lambda rows: rows["priya"]["roles"].remove("shop-owner"))
    found = ground.judge(hold)
    assert [verdict.rule for verdict in found.verdicts if not verdict.ok] == ["role", "role", "quorum", "callouts"]


def test_what_is_not_there_is_not_judged(ground: Ground) -> None:
    with ground.store.read() as conn, pytest.raises(NotFound):
        judge(conn, ground.kit.roots, "hold_" + "0" * 26)
