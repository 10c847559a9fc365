"""Holds with the logins that a real installation gives: one votes, another consumes, a third writes down that time is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from include.contracts.errors import StoreError
from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Revoked
from include.holds.expire import expire
from include.store import ledger
from include.store.database import Store
from tests.clock import Clock, clock  # noqa: F401
from tests.holds_kit import make_kit
from tests.votes_kit import Ground

Login = Callable[[str], Store]
SILENT = ("holdpoint_intake", "holdpoint_propose", "holdpoint_execute", "holdpoint_verify")


@pytest.fixture
def owner(store: Store, tmp_path: Path) -> Ground:
    return Ground(store, make_kit(tmp_path / "a kit"))


@pytest.fixture
def hold(owner: Ground) -> Hold:
    return owner.propose()


def as_role(owner: Ground, login: Login, role: str) -> Ground:
    return Ground(login(role), owner.kit)


def test_h03_the_role_that_votes_casts_takes_back_and_rejects(owner: Ground, hold: Hold, login: Login) -> None:
    voter = as_role(owner, login, "holdpoint_vote")
    assert voter.approve(hold, "tomas").state is HoldState.APPROVED
    assert voter.judge(hold).releasable
    voter.take_back("tomas", Revoked.VOTE, voter.rows(hold)[-1].digest)
    voter.refused_vote("independence", voter.vote(hold, "maya"))
    assert voter.reject(hold, "priya").state is HoldState.REJECTED


def test_h03_the_role_that_votes_opens_no_attempt_and_rewrites_nothing(owner: Ground, hold: Hold, login: Login) -> None:
    voter = as_role(owner, login, "holdpoint_vote")
    voter.approve(hold, "tomas")
    with pytest.raises(ProgrammingError, match="permission denied"):
        voter.consume(hold)
    for statement in (
        "UPDATE statement SET person = 'priya'",
        "DELETE FROM statement",
        "UPDATE plan SET body = ''",
        "UPDATE hold SET plan_digest = ''",
        "UPDATE hold SET execute_by = ''",
        "DELETE FROM view",
        "DELETE FROM attempt",
        "UPDATE ledger SET actor = ''",
    ):
        refused(voter, statement)


def test_h03_the_role_that_executes_consumes_and_says_nothing_for_anybody(owner: Ground, hold: Hold, login: Login) -> None:
    owner.approve(hold, "tomas")
    writer = as_role(owner, login, "holdpoint_execute")
    vote = owner.vote(hold, "priya")
    with pytest.raises(ProgrammingError, match="permission denied"):
        writer.cast(vote)
    writer.consume(hold)
    writer.refused_release("single_use", hold)
    for statement in (
        "DELETE FROM attempt",
        "UPDATE attempt SET id = 'x'",
        "DELETE FROM statement",
        "UPDATE hold SET title = ''",
    ):
        refused(writer, statement)


def test_h03_the_role_of_tasks_expires_and_neither_votes_nor_consumes(
    owner: Ground,
    hold: Hold,
    login: Login,
) -> None:
    late, other = owner.propose(), owner.propose()
    owner.approve(other, "tomas")
    tasks = as_role(owner, login, "holdpoint_propose")
    assert tasks.judge(other).releasable
    vote = owner.vote(hold, "tomas")
    for work in (lambda: tasks.cast(vote), lambda: tasks.consume(other)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            work()
    with owner.store.begin() as conn:  # no clock is moved: PostgreSQL would take nothing in from the time to come
        conn.execute(text("UPDATE hold SET approve_by = :gone WHERE id = :id"), {"gone": "2026-01-01T00:00:00Z", "id": late.id})
    assert expire(tasks.store, late.id)
    assert owner.hold(late).state is HoldState.EXPIRED


def refused(ground: Ground, statement: str) -> None:
    with ground.store.begin() as conn, pytest.raises(ProgrammingError, match="permission denied"):
        conn.execute(text(statement))


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        *((role, kind) for role in SILENT for kind in ("key.revoked", "vote.cast", "hold.proposed")),
        *((role, kind) for role in SILENT if role != "holdpoint_execute" for kind in ("hold.rejected", "hold.executing")),
        *((role, "hold.expired") for role in ("holdpoint_intake", "holdpoint_verify")),
    ],
)
def test_h03_a_role_that_keeps_no_statement_enters_none(owner: Ground, hold: Hold, login: Login, role: str, kind: str) -> None:
    """An entry without its row stops every decision, of one hold or of all, and the ledger forgets nothing."""
    with pytest.raises(StoreError, match="row-level security"), login(role).begin() as conn:
        ledger.append(conn, actor="mallory", kind=kind, subject=hold.id, payload={"statement": "0" * 64})
    assert owner.approve(hold, "tomas").state is HoldState.APPROVED


@pytest.mark.parametrize("role", [*SILENT, "holdpoint_vote"])
def test_h03_nobody_enters_anything_of_a_time_to_come(
    owner: Ground,
    hold: Hold,
    login: Login,
    clock: Clock,  # noqa: F811
    role: str,
) -> None:
    """All that came after it would seem to have been said with the clock set back, and would be refused."""
    clock.move(3_600)
    with pytest.raises(StoreError, match="row-level security"), login(role).begin() as conn:
        ledger.append(conn, actor="mallory", kind="tool.called", subject="x", payload={})
    clock.move(0)
    assert owner.approve(hold, "tomas").state is HoldState.APPROVED
