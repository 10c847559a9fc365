"""One draft, whatever happens on the way; and nothing of people's is written over. Each test runs against both systems."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.errors import ConfigError, DeliveryFailed, Denied, HoldpointError, NotFound
from include.delivery.change_drafts.base import Probe
from include.delivery.change_drafts.filing import desk_for, file_draft, require_no_power
from include.store import ledger
from tests.change_systems import LOGIN_PAGE, MARK, PASSWORD, Jira, ServiceNow, System, as_json, make_desk, make_draft

Filing = Callable[..., Any]


@pytest.fixture
def with_desks() -> Callable[..., Any]:
    """The example catalogue with other change desks."""
    from dataclasses import replace

    catalogue = load_catalogue(EXAMPLE, "")
    return lambda *desks: replace(catalogue, tables={**catalogue.tables, "change_desks": desks})


@pytest.fixture
def filing(store: Any, vendor: System, with_desks: Any, connect: Any) -> Filing:
    """`filing(draft)`: file it at the vendor as the workflow would, with no pauses between looks."""
    kind = "servicenow" if isinstance(vendor, ServiceNow) else "jira"

    def run(draft: Any, *, settle_s: float = 900.0, label: str = "internal", looks_s: Any = (0.0, 0.0), **desk: Any) -> Any:
        def systems(row: Any) -> Any:
            system = connect(vendor, **desk)
            system.settle_s = settle_s
            return system

        catalogue = with_desks(make_desk(kind, **desk))
        return file_draft(store, catalogue, draft, label=label, run="run-1", systems=systems, looks_s=looks_s)

    return run


def drafts(vendor: System) -> list[Any]:
    return vendor.records if isinstance(vendor, ServiceNow) else vendor.issues


def said(vendor: System) -> int:
    return len(vendor.notes) if isinstance(vendor, ServiceNow) else sum(map(len, vendor.comments.values()))


def title(vendor: System) -> str:
    (one,) = drafts(vendor)
    return one["short_description"] if isinstance(vendor, ServiceNow) else one["fields"]["summary"]


def edit(vendor: System) -> None:
    """A person corrects the plan."""
    (one,) = drafts(vendor)
    if isinstance(vendor, ServiceNow):
        one["backout_plan"] = "No: restore from the snapshot."
    else:
        one["fields"]["description"]["content"][0]["content"][0]["text"] = "No: restore from the snapshot."


def move_on(vendor: System) -> None:
    """A person takes it to the next state."""
    (one,) = drafts(vendor)
    if isinstance(vendor, ServiceNow):
        one["state"] = "-4"
    else:
        one["fields"]["status"] = {"name": "In review", "statusCategory": {"key": "indeterminate"}}


CREATE = r"/table/change_request$|/api/3/issue$"
CHANGE = r"/table/change_request/|/api/3/issue/\d+"


def kinds(store: Any) -> list[str]:
    with store.read() as conn:
        return [row.kind for row in ledger.entries(conn, subject=MARK)]


def test_a_draft_is_created_once(filing: Filing, vendor: System, store: Any) -> None:
    first, second = filing(make_draft()), filing(make_draft())
    assert (first.outcome, second.outcome) == ("created", "unchanged")
    assert (first.id, first.number, first.url) == (second.id, second.number, second.url)
    assert first.url.startswith(vendor.url)
    assert first.probed == "clear"
    assert len(drafts(vendor)) == 1
    assert kinds(store) == ["draft.sending", "draft.sent"]
    assert vendor.forbidden == []
    assert all(asked.headers["user-agent"].startswith("holdpoint/") for asked in vendor.asked)


def test_a_newer_version_takes_the_place_of_an_untouched_one_and_never_the_other_way(filing: Filing, vendor: System) -> None:
    filing(make_draft(1))
    assert filing(make_draft(2)).outcome == "updated"
    assert title(vendor).endswith("version 2")
    assert filing(make_draft(1)).outcome == "unchanged"
    assert title(vendor).endswith("version 2")
    assert said(vendor) == 0


@pytest.mark.parametrize("people", [edit, move_on])
def test_h10_what_people_edited_or_moved_on_is_not_written_over(filing: Filing, vendor: System, people: Any) -> None:
    filing(make_draft(1))
    people(vendor)
    before = repr([{k: v for k, v in each.items() if k != "correlation_display"} for each in drafts(vendor)])
    assert filing(make_draft(2)).outcome == "newer_noted"
    assert filing(make_draft(2)).outcome == "newer_noted"
    assert repr([{k: v for k, v in each.items() if k != "correlation_display"} for each in drafts(vendor)]) == before
    assert said(vendor) == 1  # once for each version
    assert filing(make_draft(3)).outcome == "newer_noted"
    assert said(vendor) == 2


def test_h06_an_answer_lost_after_the_create_makes_no_second_draft(filing: Filing, vendor: System, store: Any) -> None:
    vendor.misbehave("POST", CREATE, "lost")
    assert filing(make_draft()).outcome == "created"
    assert filing(make_draft()).outcome == "unchanged"
    assert len(drafts(vendor)) == 1
    assert kinds(store) == ["draft.sending", "draft.sent"]


@pytest.mark.parametrize(
    "answer",
    [as_json(500, {"error": "x"}), as_json(502, {}), LOGIN_PAGE, as_json(201, {}), as_json(201, {"result": {}}), (201, {}, b"")],
    ids=["500", "502", "a page to sign in", "no id", "no result", "nothing"],
)
def test_h06_an_answer_that_says_nothing_is_waited_for_and_not_sent_again(filing: Filing, vendor: System, answer: Any) -> None:
    vendor.misbehave("POST", CREATE, answer)
    for _ in range(2):
        with pytest.raises(DeliveryFailed, match="not sent again"):
            filing(make_draft())
    assert len([each for each in vendor.writes() if each.method == "POST"]) == 1
    # After the time that the system needs, "not found" means "not there".
    assert filing(make_draft(), settle_s=0.0).outcome == "created"
    assert len(drafts(vendor)) == 1


def test_h06_a_draft_that_search_does_not_see_yet_is_not_made_twice(filing: Filing, vendor: System) -> None:
    if isinstance(vendor, ServiceNow):
        pytest.skip("the Table API reads what was written")
    vendor.indexed = False
    vendor.misbehave("POST", CREATE, "lost")
    for _ in range(3):
        with pytest.raises(DeliveryFailed):
            filing(make_draft())
    vendor.indexed = True
    assert filing(make_draft()).outcome == "unchanged"
    assert len(drafts(vendor)) == 1


def test_what_was_filed_is_read_by_its_id_and_needs_no_index(filing: Filing, vendor: System) -> None:
    filing(make_draft(1))
    if isinstance(vendor, Jira):
        vendor.indexed = False
    assert filing(make_draft(2)).outcome == "updated"


def test_what_was_not_taken_may_be_sent_at_once(filing: Filing, vendor: System, store: Any) -> None:
    vendor.misbehave("POST", CREATE, as_json(400, {"errorMessages": [], "errors": {"summary": "secret words"}}))
    with pytest.raises(ConfigError) as refused:
        filing(make_draft())
    assert "secret words" not in str(refused.value)
    assert filing(make_draft()).outcome == "created"
    assert kinds(store) == ["draft.sending", "draft.not_sent", "draft.sending", "draft.sent"]


def test_a_busy_system_is_asked_again_when_it_says(filing: Filing, vendor: System) -> None:
    vendor.misbehave("POST", CREATE, as_json(429, {}, **{"Retry-After": "0"}), times=2)
    assert filing(make_draft()).outcome == "created"
    assert len(drafts(vendor)) == 1


def test_a_system_that_wants_too_long_a_pause_is_left_for_later(filing: Filing, vendor: System) -> None:
    vendor.misbehave("POST", CREATE, as_json(429, {}, **{"Retry-After": "3600"}))
    with pytest.raises(DeliveryFailed, match="429"):
        filing(make_draft())
    assert filing(make_draft()).outcome == "created"


@pytest.mark.parametrize("lost", ["lost", as_json(503, {})], ids=["cut", "503"])
def test_h06_a_lost_answer_to_an_update_is_looked_up(filing: Filing, vendor: System, lost: Any) -> None:
    filing(make_draft(1))
    method = "PATCH" if isinstance(vendor, ServiceNow) else "PUT"
    vendor.misbehave(method, CHANGE, lost)
    if lost == "lost":
        assert filing(make_draft(2)).outcome == "updated"
    else:
        with pytest.raises(DeliveryFailed):
            filing(make_draft(2))
    assert filing(make_draft(2)).outcome == ("unchanged" if lost == "lost" else "updated")
    assert title(vendor).endswith("version 2")


def test_h06_a_lost_answer_to_a_note_makes_no_second_note(filing: Filing, vendor: System) -> None:
    filing(make_draft(1))
    edit(vendor)
    vendor.misbehave("PATCH" if isinstance(vendor, ServiceNow) else "POST", CHANGE, "lost")
    assert filing(make_draft(2)).outcome == "newer_noted"
    assert filing(make_draft(2)).outcome == "newer_noted"
    assert said(vendor) == 1


def test_a_draft_that_people_deleted_is_not_filed_again(filing: Filing, vendor: System) -> None:
    filing(make_draft(1))
    drafts(vendor).clear()
    with pytest.raises(NotFound):
        filing(make_draft(2))
    assert drafts(vendor) == []


def test_h05_two_tasks_at_once_make_one_draft(filing: Filing, vendor: System) -> None:
    results: list[Any] = []

    def one() -> None:
        try:
            results.append(filing(make_draft()).outcome)
        except HoldpointError as error:
            results.append(error.code)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drafts(vendor)) == 1
    assert results.count("created") == 1
    assert set(results) <= {"created", "unchanged", "delivery_failed"}


def test_a_redirect_is_not_followed_and_takes_no_credential_along(filing: Filing, vendor: System) -> None:
    other = ServiceNow()
    from tests.change_systems import serving

    with serving(other):
        for path in (".*",):
            vendor.misbehave("GET", path, (302, {"Location": f"{other.url}/api/now/table/x"}, b""))
        with pytest.raises((ConfigError, Denied)):
            filing(make_draft())
        vendor.wrong.clear()
        vendor.misbehave("POST", CREATE, (307, {"Location": f"{other.url}/api/now/table/change_request"}, b""))
        with pytest.raises(ConfigError, match="redirects"):
            filing(make_draft())
        assert other.asked == []
    assert drafts(vendor) == []


def test_a_wrong_credential_says_nothing_of_itself(filing: Filing, vendor: System) -> None:
    vendor.authorization = "Basic b3RoZXI6b3RoZXI="
    with pytest.raises((ConfigError, Denied)) as refused:
        filing(make_draft())
    assert PASSWORD not in repr(refused.value)
    assert vendor.writes() == []


def test_a_page_to_sign_in_is_no_answer(filing: Filing, vendor: System) -> None:
    vendor.misbehave("GET", ".*", LOGIN_PAGE)
    with pytest.raises(HoldpointError):
        filing(make_draft())
    assert vendor.writes() == []


# -- Powers ------------------------------------------------------------------------------------------------------------


def grant(vendor: System, power: str) -> None:
    if isinstance(vendor, ServiceNow):
        vendor.roles.append(power)
    else:
        vendor.permissions.add(power)


def hide(vendor: System) -> None:
    if isinstance(vendor, ServiceNow):
        vendor.hides_roles = True
    else:
        vendor.misbehave("GET", "mypermissions", as_json(403, {}), times=9)


ACCEPTED = {"accepted_by": "tomas", "reason": "our site hides it", "reviewed": "2026-11-02", "review_interval_days": 700}


@pytest.mark.parametrize("number", range(12))
def test_h01_an_account_that_could_approve_is_refused_before_anything_is_sent(
    filing: Filing, vendor: System, number: int
) -> None:
    refused = sorted(make_desk("servicenow" if isinstance(vendor, ServiceNow) else "jira").refused)
    if number >= len(refused):
        pytest.skip("fewer of them")
    grant(vendor, refused[number])
    with pytest.raises(Denied, match=refused[number]):
        filing(make_draft(), accept_unprobed=ACCEPTED)
    assert vendor.writes() == []


def test_h02_powers_that_are_not_shown_refuse_until_somebody_accepts_that(filing: Filing, vendor: System) -> None:
    hide(vendor)
    with pytest.raises(Denied, match="not probed"):
        filing(make_draft())
    with pytest.raises(Denied, match="not probed"):  # an acceptance that nobody has reviewed in time
        filing(make_draft(), accept_unprobed={**ACCEPTED, "reviewed": "2020-01-01"})
    assert vendor.writes() == []
    assert filing(make_draft(), accept_unprobed=ACCEPTED).probed == "not_probed"


def test_an_acceptance_ends_with_its_review() -> None:
    desk = make_desk("jira", accept_unprobed={**ACCEPTED, "review_interval_days": 10})
    probe = Probe("not_probed", "http 403")
    assert require_no_power(desk, probe, date(2026, 11, 12)) is probe
    with pytest.raises(Denied):
        require_no_power(desk, probe, date(2026, 11, 13))


def test_a_desk_may_refuse_more_and_tolerate_some(filing: Filing, vendor: System) -> None:
    more, less = ("u_change_drafter", "itil") if isinstance(vendor, ServiceNow) else ("BROWSE_PROJECTS", "TRANSITION_ISSUES")
    with pytest.raises(Denied, match="ours alone"):
        filing(make_draft(), refuses={more: "ours alone"})
    grant(vendor, less)
    assert filing(make_draft(), tolerates={less: "no smaller role exists here"}).outcome == "created"


# -- Where it goes -----------------------------------------------------------------------------------------------------


def test_h02_no_grant_no_desk_and_no_clearance_refuse(store: Any, with_desks: Any) -> None:
    def file(catalogue: Any, draft: Any, label: str = "internal") -> Any:
        return file_draft(store, catalogue, draft, label=label, run="r", systems=lambda desk: pytest.fail("no system is asked"))

    with pytest.raises(Denied, match="No change desk"):
        file(with_desks(make_desk("embedded", environments=["lab"])), make_draft())
    with pytest.raises(Denied, match="not cleared"):
        file(with_desks(make_desk("embedded", clears=["public"])), make_draft())
    with pytest.raises(Denied, match="no grant"):
        file(with_desks(make_desk("embedded", clears=["internal", "restricted"])), make_draft(), label="restricted")


def test_the_first_desk_that_covers_all_takes_it(with_desks: Any) -> None:
    one = make_desk("jira", name="one", services=["shop-orders"])
    rest = make_desk("embedded", name="rest")
    catalogue = with_desks(one, rest)
    assert desk_for(catalogue, make_draft(services=["shop-orders"])).name == "one"
    assert desk_for(catalogue, make_draft(services=["shop-orders", "shop-payments"])).name == "rest"
    assert desk_for(catalogue, make_draft(services=[])).name == "rest"


def test_a_change_keeps_its_desk_whatever_its_next_version_touches(store: Any, with_desks: Any) -> None:
    one = make_desk("embedded", name="one", services=["shop-payments"], queue="one")
    rest = make_desk("embedded", name="rest")

    def file(draft: Any, *desks: Any) -> Any:
        return file_draft(store, with_desks(*desks), draft, label="internal", run="r", systems=pytest.fail)

    assert file(make_draft(1), one, rest).desk == "one"
    assert file(make_draft(2, services=["shop-payments", "shop-orders"]), one, rest).desk == "one"
    assert file(make_draft(3), rest).desk == "rest"  # that desk is there no more


@pytest.mark.both_databases
def test_the_embedded_desk_needs_no_vendor(store: Any, with_desks: Any) -> None:
    from sqlalchemy import select

    from include.store.tables.desk import comment, ticket

    def file(draft: Any) -> Any:
        return file_draft(store, with_desks(make_desk("embedded")), draft, label="internal", run="r", systems=pytest.fail)

    outcomes = [file(make_draft(version)).outcome for version in (1, 1, 3, 2)]
    assert outcomes == ["created", "unchanged", "updated", "unchanged"]
    with store.begin() as conn:
        (row,) = conn.execute(select(ticket)).mappings().all()
        assert (row["queue"], row["assignee"], row["service"]) == ("changes", "tomas", "shop-payments")
        assert row["title"].startswith("[DRAFT] ")
        values = {"ticket": row["number"], "mark": "people:1", "label": "internal", "at": row["opened_at"], "author": "maya"}
        conn.execute(comment.insert().values(**values, body="I have changed the plan."))
    assert file(make_draft(4)).outcome == "newer_noted"
    with store.read() as conn:
        bodies = list(conn.scalars(select(comment.c.body).order_by(comment.c.id)))
    assert len(bodies) == 4
    assert "Backout plan\nSet it to 40 again." in bodies[0]
    assert "Test plan\n(the notes do not say)" in bodies[0]
    assert bodies[3].startswith("Holdpoint (a machine): there is a newer package, version 4")
