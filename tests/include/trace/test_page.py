"""Pages of a trace: what answers, in which order, what is hidden, and that a page costs the same however long the ledger is."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import delete, insert

from include.contracts.errors import BadInput
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.ledger import Entry, append, append_many
from include.store.schema import ledger_ref
from include.trace import lookup
from include.trace import page as module
from include.trace.audience import Audience
from include.trace.page import Wanted, page, pages
from include.trace.question import parse
from tests.briefing import RUN, open_incident
from tests.include.trace.conftest import Asked, Story, kinds, seqs
from tests.include.trace.test_audience import granted

BRIEFING = ["briefing.begun", "tool.called", "brief.drafted", "incident.escalated"]
HOLD = ["hold.proposed", "vote.cast", "hold.approved"]


def test_an_incidents_trace_is_all_that_happened_in_order_with_later_records(ask: Asked, story: Story) -> None:
    found = ask(story.incident, as_="ruth")
    assert kinds(found) == ["incident.opened", *BRIEFING, "delivery.sent", *HOLD]
    assert seqs(found) == sorted(seqs(found))
    assert (found.next, found.previous, found.looked_to, found.verifies) == (None, None, None, True)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("hold:{hold}", HOLD),
        ("{hold}", HOLD),
        ("digest:{plan_digest}", HOLD[:2]),
        ("{evidence}", ["tool.called", "brief.drafted"]),
        ("tool:get_service_status", ["tool.called", "brief.drafted"]),
        ("tool:query_logs", ["brief.drafted"]),  # it says that it lacks them
        ("{ticket}", ["incident.escalated"]),
        (f"run:{RUN}", BRIEFING),
        ("person:tomas", ["vote.cast", "hold.approved"]),
        ("person:maya", ["delivery.sent", "hold.proposed"]),
        ("source:generic", ["incident.opened"]),
        ("person:incident_triage@service", BRIEFING),
        ("person:nobody", []),
        ("tool:no_such_tool", []),
        ("inc_00000000000000000000000000", []),
    ],
)
@pytest.mark.both_databases
def test_each_kind_of_question_has_its_answers(ask: Asked, story: Story, what: str, expected: list[str]) -> None:
    asked = what.format(**dataclasses.asdict(story))
    found = ask(asked, as_="ruth")
    assert kinds(found) == expected


def test_an_entry_has_all_that_an_auditor_asks_for(ask: Asked, story: Story) -> None:
    called = next(entry for entry in ask(story.incident, as_="ruth").entries if entry.row[3] == "tool.called").to_json()
    assert called["payload"]["evidence"] == story.evidence
    assert (called["actor"], called["subject"], called["run"]) == ("incident_triage@service", story.incident, RUN)
    assert (called["payload_state"], called["verifies"], called["problems"]) == ("shown", True, [])
    assert len(called["hash"]) == 64
    assert "salt" not in called


# -- Permission --------------------------------------------------------------------------------------------------------


def test_h12_what_may_not_be_seen_is_neither_shown_nor_counted(ask: Asked, catalogue: Any, story: Story) -> None:
    other = granted(catalogue, ("jonas", ("shop-payments",), ("internal",)))
    asked = [story.incident, story.evidence, story.hold, story.ticket, f"run:{RUN}", "person:maya", "tool:get_service_status"]
    for what in (*asked, story.plan_digest, "source:generic", f"subject:{story.incident}"):
        found = ask(what, as_="jonas", known=other)
        nothing = ask("person:nobody", as_="jonas", known=other)
        assert found.to_json() | {"question": ""} == nothing.to_json() | {"question": ""}, what


def test_h12_between_what_may_be_seen_nothing_shows_that_there_was_more(
    store: Store, ask: Asked, catalogue: Any, story: Story
) -> None:
    orders = granted(catalogue, ("jonas", ("shop-orders",), ("internal",)))
    with store.begin() as conn:
        append_many(conn, [Entry("eve", "k", story.incident if n % 3 == 0 else f"secret_{n}") for n in range(60)])
    found = ask("person:eve", as_="jonas", known=orders, limit=5)
    assert {entry.row[4] for entry in found.entries} == {story.incident}
    every = [entry.seq for part in follow(store, orders, "jonas", "person:eve", limit=5) for entry in part.entries]
    assert len(every) == 20
    assert ask("person:eve", as_="jonas", known=orders, limit=20).next is None


def test_h12_a_payload_above_the_reader_is_withheld_and_finds_nothing(store: Store, ask: Asked, story: Story) -> None:
    secret = new_id("ev")
    with store.begin() as conn:
        payload = {"tool": "get_recent_failed_logons", "label": "security", "evidence": secret}
        append(conn, actor="incident_triage@service", kind="tool.called", subject=story.incident, payload=payload)
    for who, state in (("maya", "shown"), ("jonas", "withheld")):
        last = ask(story.incident, as_=who, kinds=["tool.called"]).entries[-1]
        assert (last.state, last.payload is None) == (state, state == "withheld")
        assert last.verifies
    for what in (secret, "tool:get_recent_failed_logons"):
        assert "tool.called" in kinds(ask(what, as_="maya"))
        assert "tool.called" not in kinds(ask(what, as_="jonas"))
    assert secret not in str(ask(story.incident, as_="jonas").to_json())


def test_h12_how_far_a_page_looks_does_not_depend_on_what_is_hidden(
    store: Store, ask: Asked, catalogue: Any, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 40)
    orders = granted(catalogue, ("jonas", ("shop-orders",), ("internal",)))
    with store.begin() as conn:
        busy = append_many(conn, [Entry("eve", "k", "secret_1")] * 100 + [Entry("eve", "k", story.incident)])
    for what in ("person:eve", "person:idle", "tool:no_such_tool"):
        first = ask(what, as_="jonas", known=orders)
        assert (first.entries, first.next, first.looked_to) == ((), 40, 40), what
        assert ask(what, as_="jonas", known=orders, after=40).looked_to == 80
        back = ask(what, as_="jonas", known=orders, before=busy[-1])
        assert (back.entries, back.previous, back.looked_to) == ((), busy[-1] - 40, busy[-1] - 40)
    shown = [entry.seq for part in follow(store, orders, "jonas", "person:eve") for entry in part.entries]
    assert shown == [busy[-1]]
    everything = granted(catalogue, ("ruth", ("*",), ("public", "internal", "security", "restricted")))
    assert seqs(ask("person:eve", as_="ruth", known=everything, limit=200)) == busy


def follow(store: Store, catalogue: Any, who: str, what: str, **wanted: Any) -> list[module.Page]:
    with store.read() as conn:
        return list(pages(conn, Audience(conn, catalogue, catalogue.person(who)), Wanted(parse(what), **wanted)))


# -- Pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_pages_follow_each_other_without_gap_or_repeat_in_both_directions(store: Store, ask: Asked, catalogue: Any) -> None:
    incident = open_incident(store, catalogue)
    with store.begin() as conn:
        for number in range(47):
            named = {"incident": incident} if number % 2 else {"note": number}
            append(conn, actor="eve", kind=f"k.{number % 3}", subject="later_x" if number % 2 else incident, payload=named)
    everything = seqs(ask(incident, limit=500))
    assert len(everything) == 48
    forward = follow(store, catalogue, "maya", incident, limit=7)
    assert [seq for part in forward for seq in seqs(part)] == everything
    assert [len(part.entries) for part in forward] == [7] * 6 + [6]
    back, at = [], forward[-1]
    while at.previous is not None:
        at = ask(incident, before=at.previous, limit=7)
        back.append(seqs(at))
        assert at.next == at.entries[-1].seq
    assert [seq for part in reversed(back) for seq in part] == everything[:-6]
    assert forward[0].previous is None


def test_a_page_after_the_last_entry_is_empty(ask: Asked, story: Story) -> None:
    for after in (10_000, 2**62):
        assert ask(story.incident, after=after).entries == ()
    assert ask(story.incident, before=0).entries == ()


@pytest.mark.parametrize("wanted", [{"limit": 0}, {"limit": 501}, {"after": -1}, {"before": -1}, {"after": 2**63}, {"limit": -5}])
def test_a_page_that_cannot_be_is_refused(ask: Asked, story: Story, wanted: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        ask(story.incident, **wanted)


@pytest.mark.both_databases
def test_kinds_are_chosen_rare_ones_and_common_ones(
    store: Store, ask: Asked, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("eve", "common" if n % 10 else "rare", story.incident) for n in range(300)])
    for limit in (lookup.RARE, 20):
        monkeypatch.setattr(lookup, "RARE", limit)
        assert len(ask("person:eve", as_="ruth", kinds=["rare"], limit=500).entries) == 30
        assert kinds(ask(story.incident, kinds=["rare", "brief.drafted"], limit=2)) == ["brief.drafted", "rare"]
        assert ask(story.incident, kinds=["no.such"]).entries == ()
        assert len(ask("tool:get_service_status", as_="ruth", kinds=["tool.called"]).entries) == 1
        back = ask("person:eve", as_="ruth", kinds=["rare"], before=10_000, limit=3)
        assert back.previous == back.entries[0].seq
        assert back.looked_to is None


def test_common_kinds_are_looked_for_a_while_and_then_said_so(
    store: Store, ask: Asked, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "RARE", 5)
    monkeypatch.setattr(module, "MAX_PASSED_OVER", 50)
    monkeypatch.setattr(module, "_CHUNK", 20)
    with store.begin() as conn:
        append_many(conn, [Entry("bob", "wanted", "s")] * 10 + [Entry("eve", "k", "s")] * 200)
        last = append(conn, actor="eve", kind="wanted", subject="s")
    first = ask("person:eve", as_="ruth", kinds=["wanted"], limit=10)
    assert first.entries == ()
    assert first.looked_to == first.next
    assert first.next is not None
    found, at = [], first
    while at.next is not None:
        at = ask("person:eve", as_="ruth", kinds=["wanted"], limit=10, after=at.next)
        found += seqs(at)
    assert found == [last]


# -- The index is a convenience ----------------------------------------------------------------------------------------


def test_what_the_index_claims_is_held_against_the_payload(store: Store, ask: Asked, story: Story) -> None:
    fill(store, 200)
    lies = [("tool", "query_logs", 2), ("id", story.hold, 3), ("ticket", story.ticket, 99_999)]
    with store.begin() as conn:
        conn.execute(insert(ledger_ref), [dict(zip(("ref_kind", "ref", "seq"), lie, strict=True)) for lie in lies])
    assert 2 not in seqs(ask("tool:query_logs", as_="ruth"))
    assert kinds(ask(story.hold, as_="ruth")) == HOLD
    assert kinds(ask(story.ticket, as_="ruth")) == ["incident.escalated"]


def test_without_the_index_an_incident_still_has_its_own_entries(store: Store, ask: Asked, story: Story) -> None:
    fill(store, 200)
    with store.begin() as conn:
        conn.execute(delete(ledger_ref))
    assert kinds(ask(story.incident)) == ["incident.opened", *BRIEFING, "delivery.sent"]


def test_erased_payloads_say_so_and_are_found_by_nothing_they_said(store: Store, ask: Asked, story: Story) -> None:
    seq = ask(story.ticket, as_="ruth").entries[0].seq
    with store.begin() as conn:
        by = erase(conn, seq, "ruth", "request 12")
    entry = next(entry for entry in ask(story.incident).entries if entry.seq == seq)
    assert (entry.state, entry.payload, entry.erased_by, entry.verifies) == ("erased", None, by, True)
    assert ask(story.ticket, as_="ruth").entries == ()


def fill(store: Store, count: int) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry("filler", "k", "s")] * count)


# -- Cost --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["{incident}", "person:eve", "tool:t", "{plan_digest}", "DESK-9", "person:nobody", "{hold}"])
@pytest.mark.parametrize("wanted", [{}, {"kinds": ["k"]}, {"kinds": ["no.such"]}, {"before": 120}])
def test_a_page_costs_the_database_the_same_however_long_the_ledger_is(
    store: Store, catalogue: Any, story: Story, asked: str, wanted: dict[str, Any]
) -> None:
    what = asked.format(**dataclasses.asdict(story))
    some = Entry("eve", "k", story.incident, payload={"tool": "t", "ticket": "DESK-9", "sha": story.plan_digest})
    with store.begin() as conn:
        append_many(conn, [some] * 130)
    short = steps(store, catalogue, what, **wanted)
    with store.begin() as conn:
        append_many(conn, [Entry("bob", "other", f"s{n}", payload={"tool": f"u{n}"}) for n in range(128 * 50)])
    assert steps(store, catalogue, what, **wanted) <= 1.5 * short + 500


def steps(store: Store, catalogue: Any, what: str, **wanted: Any) -> int:
    """How many instructions of SQLite's machine a page takes."""
    count = 0

    def more() -> None:
        nonlocal count
        count += 1

    with store.read() as conn:
        driver: Any = conn.connection.driver_connection
        driver.set_progress_handler(more, 1)
        page(conn, Audience(conn, catalogue, catalogue.person("ruth")), Wanted(parse(what), limit=20, **wanted))
        driver.set_progress_handler(None, 1)
    return count
