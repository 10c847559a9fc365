"""An approval of another system comes in: fetched, judged, kept, entered; and what is not one is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.contracts.errors import BadInput, ReadFailed, Refused
from include.contracts.hold import Hold, HoldState
from include.holds.outside.enter import enter
from include.store import outside_records
from include.store.database import Store
from tests.clock import Clock, clock  # noqa: F401
from tests.holds_kit import Kit, make_kit
from tests.votes_kit import Ground, an_outside_record

pytestmark = pytest.mark.both_databases
BY = "gated_change@service"
RECORD = "5" * 32


class Source:
    """Answers with what it is given, or raises it."""

    name = "servicenow"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def fetch(self, record: str) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def kit(tmp_path: Any) -> Kit:
    return make_kit(tmp_path / "a kit")


@pytest.fixture
def ground(store: Store, kit: Kit) -> Ground:
    """Two must approve, one of them perhaps in ServiceNow, where everybody has an account."""
    found = Ground(store, kit)
    accounts = {
        name: {"accounts": [{"system": "servicenow", "id": f"sys-{name}"}]} for name in ("maya", "tomas", "priya", "ines")
    }
    found.edit("people", **accounts)
    found.edit("approvals", lab={"approvals": 2, "outside_sources": ["servicenow"]})
    return found


@pytest.fixture
def hold(ground: Ground) -> Hold:
    return ground.propose()


def come_in(ground: Ground, hold: Hold, answer: Any, record: str = RECORD) -> Hold:
    return enter(ground.store, ground.kit.roots, hold.id, Source(answer), record, by=BY)


def test_an_approval_is_kept_entered_and_counted(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    record = an_outside_record(hold, "sys-priya", ground.now)
    assert come_in(ground, hold, record).state is HoldState.APPROVED
    with ground.store.read() as conn:
        assert outside_records.of_hold(conn, hold.id) == [record]
    (entry,) = ground.entries(kind="outside.entered")
    assert (entry.actor, entry.subject) == (BY, hold.id)
    assert (entry.payload or {})["person"] == "priya"
    assert ground.judge(hold).approvals == ("priya", "tomas")


def test_a_rejection_there_rejects(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    assert come_in(ground, hold, an_outside_record(hold, "sys-priya", ground.now, decision="reject")).state is HoldState.REJECTED
    assert ground.judge(hold).denies == ("priya",)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("outside", {"plan_digest": "0" * 64}),
        ("outside", {"decided_at": timedelta(hours=-1)}),  # before the plan was proposed
        ("outside", {"decided_at": timedelta(minutes=1)}),  # in a time to come
        ("person", {"account": "sys-nobody"}),
        ("person", {"account": "SYS-priya"}),
        ("role", {"account": "sys-ines"}),
        ("independence", {"account": "sys-maya"}),
        ("role", {"account": "sys-ines", "decision": "reject"}),
        ("person", {"account": "sys-nobody", "decision": "reject"}),
    ],
)
def test_h03_what_is_no_approval_of_this_plan_by_one_who_may_is_refused(
    ground: Ground, hold: Hold, rule: str, fields: dict[str, Any]
) -> None:
    shift = fields.get("decided_at")
    said = {**fields, **({"decided_at": ground.now + shift} if shift is not None else {})}
    record = an_outside_record(hold, said.pop("account", "sys-priya"), ground.now, **said)
    ground.refused_statement(rule, lambda: come_in(ground, hold, record))
    with ground.store.read() as conn:
        assert outside_records.of_hold(conn, hold.id) == []


def test_h03_the_answer_is_of_the_record_that_was_asked_for(ground: Ground, hold: Hold) -> None:
    for fields in ({"record": "6" * 32}, {"source": "another"}):
        answer = an_outside_record(hold, "sys-priya", ground.now, **fields)
        ground.refused_statement("outside", lambda answer=answer: come_in(ground, hold, answer))


def test_h03_a_source_that_no_rule_names_stands_for_nobody(ground: Ground) -> None:
    ground.edit("approvals", lab={"outside_sources": []})
    hold = ground.propose()
    record = an_outside_record(hold, "sys-priya", ground.now)
    ground.refused_statement("outside", lambda: come_in(ground, hold, record))


def test_h03_an_approval_grows_old(ground: Ground, hold: Hold, clock: Clock) -> None:  # noqa: F811
    ground.edit("approval_sources", servicenow={"max_age_minutes": 1})
    ground.approve(hold, "tomas")
    record = an_outside_record(hold, "sys-priya", ground.now)
    come_in(ground, hold, record)
    assert ground.judge(hold).releasable
    clock.move(90)
    assert [item.verdict.rule for item in ground.judge(hold).discounted] == ["outside"]
    ground.refused_release("outside", hold, {"servicenow": Source(record)})


@pytest.mark.parametrize(
    "problem",
    [
        Refused("nobody has decided", next_step="wait", rule="outside"),
        BadInput("no id", next_step="x"),
        ReadFailed("away", next_step="x"),
    ],
)
def test_what_the_source_raises_changes_nothing(ground: Ground, hold: Hold, problem: Exception) -> None:
    with pytest.raises(type(problem)):
        come_in(ground, hold, problem)
    assert ground.hold(hold).state is HoldState.PROPOSED
    assert len(ground.entries(kind="statement.refused")) == (1 if isinstance(problem, Refused) else 0)
