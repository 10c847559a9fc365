"""Standard and emergency changes with the logins of a real installation: who says it, who sends the page, who consumes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from include.contracts.errors import StoreError
from include.contracts.hold import HoldState
from include.store import ledger
from include.store.database import Store
from tests.holds_kit import make_kit
from tests.standing_kit import Standing
from tests.votes_kit import Ground

Login = Callable[[str], Store]


@pytest.fixture
def owner(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standing:
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    kit = make_kit(tmp_path / "a kit")
    kit.edit_people(lambda people: people["ines"]["roles"].append("auditor"))
    ground = Ground(store, kit)
    ground.edit("approvals", lab={"approvals": 2})
    return Standing(ground)


def as_role(owner: Standing, login: Login, role: str) -> Standing:
    return Standing(Ground(login(role), owner.ground.kit))


def test_h03_each_login_does_its_part_of_an_emergency_and_a_standard_change(owner: Standing, login: Login) -> None:
    people, tasks, writer = (as_role(owner, login, f"holdpoint_{name}") for name in ("vote", "propose", "execute"))
    standard = people.claim(people.filed())
    assert people.ground.hold(standard).state is HoldState.APPROVED
    writer.ground.consume(standard)
    urgent, incident = people.ground.propose(), owner.incident()
    pages = people.declare(urgent, "priya", incident, sent=False)
    people.ground.approve(urgent, "tomas")
    writer.ground.refused_release("paged", urgent)
    tasks.send(pages)
    assert tasks.ground.judge(urgent).releasable
    writer.ground.consume(urgent)
    people.review(urgent)
    with owner.ground.store.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM ticket")).scalar_one() == 1


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("vote", "delivery.sent"),
        ("execute", "delivery.sent"),
        ("vote", "emergency.used"),
        ("propose", "template.used"),
        ("propose", "template.filed"),
        ("execute", "template.filed"),
        ("propose", "emergency.reviewed"),
        ("execute", "emergency.declared"),
        ("propose", "template.signed"),
        ("intake", "template.revoked"),
    ],
)
def test_h03_a_login_enters_nothing_of_what_is_another_s(owner: Standing, login: Login, role: str, kind: str) -> None:
    with pytest.raises(StoreError, match="row-level security"), login(f"holdpoint_{role}").begin() as conn:
        ledger.append(conn, actor="mallory", kind=kind, subject="x", payload={"a": 1})


def test_h03_who_executes_files_no_template_and_declares_nothing(owner: Standing, login: Login) -> None:
    writer = as_role(owner, login, "holdpoint_execute")
    template, hold, incident = owner.draft(), owner.ground.propose(), owner.incident()
    for work in (lambda: writer.sign(template, "tomas"), lambda: writer.declare(hold, "priya", incident)):
        with pytest.raises((ProgrammingError, StoreError), match=r"permission denied|row-level security"):
            work()
