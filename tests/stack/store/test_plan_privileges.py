"""A plan is proposed and edited by a login of the group `holdpoint_vote`, and by no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import ProgrammingError

from include.contracts.hold import HoldState, Observation
from include.holds.digest import body_of
from include.holds.propose import propose
from include.holds.view import current_view, keep_view
from include.store import holds, observations
from include.store.database import Store
from include.store.tables.hold import plan, view
from tests.holds_kit import Kit, kit, store_time  # noqa: F401
from tests.plans_kit import drafted, proposal, proposed

Login = Callable[[str], Store]


def test_a_voters_login_proposes_edits_and_shows(login: Login, kit: Kit) -> None:  # noqa: F811
    voter = login("holdpoint_vote")
    first, _ = proposed(voter, kit)
    second, _ = proposed(voter, kit, person="tomas", supersedes=first.id)
    with voter.begin() as conn:
        assert holds.get(conn, first.id).state is HoldState.SUPERSEDED
        page, digest = current_view(conn, kit.roots, second.id)
        assert keep_view(conn, page) == keep_view(conn, page) == digest
        observations.add(conn, second.id, Observation(step=1, observed_at=store_time(voter), observed_by="maya", fields={}))


@pytest.mark.parametrize(
    "group", ["holdpoint_intake", "holdpoint_propose", "holdpoint_execute", "holdpoint_verify", "holdpoint_read", ""]
)
def test_no_other_login_does(login: Login, kit: Kit, store: Store, group: str) -> None:  # noqa: F811
    wanted = drafted(store, kit)
    with pytest.raises(ProgrammingError, match="permission denied"):
        propose(login(group), kit.roots, body_of(wanted), proposal(kit, wanted, "maya", store_time(store)))


@pytest.mark.parametrize("group", ["holdpoint_vote", "holdpoint_intake", "holdpoint_propose", "holdpoint_execute"])
def test_h03_nobody_changes_a_plan_or_a_page(login: Login, kit: Kit, store: Store, group: str) -> None:  # noqa: F811
    proposed(store, kit)
    other = login(group)
    for change in (update(plan).values(body="{}"), delete(plan), update(view).values(body="{}"), delete(view)):
        with pytest.raises(ProgrammingError, match="permission denied"), other.begin() as conn:
            conn.execute(change)
