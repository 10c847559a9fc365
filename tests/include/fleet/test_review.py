"""The audit review: a sample that nobody chooses, read and signed off by who answers for it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from include.contracts.errors import BadInput, Conflict, Denied
from include.fleet import review
from include.fleet.period import week as week_named
from include.store.database import Store
from include.store.ledger import Entry, append_many, entries
from tests.clock import Clock

Read = Callable[..., review.Sample]


@pytest.fixture
def past(store: Store, clock: Clock) -> str:
    """In the week before this one much happened, by many; the name of that week."""
    clock.move(7 * 86_400)
    with store.begin() as conn:
        append_many(conn, [Entry("maya", "record.opened", "a-record", payload={"service": "shop-orders"})])
        append_many(conn, [Entry(f"person{n}", "record.kept", "a-record", payload={"n": n}) for n in range(300)])
        named = review.last_week(conn)
    clock.move(14 * 86_400)
    with store.read() as conn:
        now_named = review.last_week(conn)
    assert named != now_named
    return now_named


@pytest.fixture
def read(store: Store, catalogue: Any) -> Read:
    def asked(week: str, as_: str = "ruth", known: Any = None) -> review.Sample:
        using = known or catalogue
        with store.read() as conn:
            return review.sample(conn, using, using.person(as_), week)

    return asked


def sign(store: Store, catalogue: Any, week: str, as_: str = "ruth", *, seed: str, found: str = "nothing") -> int:
    with store.begin() as conn:
        return review.sign_off(conn, catalogue, catalogue.person(as_), week, seed=seed, found=found)


@pytest.mark.both_databases
def test_a_sample_is_the_same_for_whoever_draws_it_and_is_signed_off_once(
    store: Store, catalogue: Any, past: str, read: Read
) -> None:
    first = read(past)
    assert first == read(past)
    assert len(first.numbers) == review.SIZE
    assert all(first.first <= seq <= first.last for seq in first.numbers)
    assert first.verifies
    seq = sign(store, catalogue, past, seed=first.seed, found="  Two entries too many.\n")
    with store.read() as conn:
        (entry,) = [entry for entry in entries(conn, kind=review.SIGNED)]
    assert (entry.seq, entry.actor, entry.subject) == (seq, "ruth", f"week:{past}")
    assert entry.payload is not None
    assert entry.payload["entries"] == list(first.numbers)
    assert entry.payload["found"] == "Two entries too many."
    with pytest.raises(Conflict, match="before"):
        sign(store, catalogue, past, seed=first.seed)
    assert [row.actor for row in read(past).signed] == ["ruth"]


def test_an_entry_more_in_the_week_makes_another_sample() -> None:
    seeds = {f"{n:064x}": review.drawn(f"{n:064x}", 1, 1_000) for n in range(50)}
    assert len({tuple(found) for found in seeds.values()}) == 50


def test_every_entry_is_as_likely_as_any_other() -> None:
    drawn = Counter(seq for n in range(2_000) for seq in review.drawn(f"{n:064x}", 101, 200))
    assert set(drawn) == set(range(101, 201))
    assert min(drawn.values()) > 380
    assert max(drawn.values()) < 630


@pytest.mark.parametrize("count", [0, 1, review.SIZE])
def test_of_few_entries_all_are_read(count: int) -> None:
    assert review.drawn("a", 10, 9 + count) == list(range(10, 10 + count))


@pytest.mark.parametrize("person", ["maya", "tomas", "jonas"])
def test_h13_who_is_not_of_the_audit_review_neither_reads_nor_signs(
    store: Store, catalogue: Any, past: str, read: Read, person: str
) -> None:
    with pytest.raises(Denied):
        read(past, person)
    with pytest.raises(Denied):
        sign(store, catalogue, past, person, seed=read(past).seed)


def with_review(catalogue: Any, **changes: Any) -> Any:
    rows = tuple(row.model_copy(update=changes) if row.kind.value == "audit_review" else row for row in catalogue.tables["raci"])
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "raci": rows})


def test_who_is_consulted_reads_and_does_not_sign(store: Store, catalogue: Any, past: str, read: Read) -> None:
    more = with_review(catalogue, consulted=("tomas",))
    seed = read(past, "tomas", more).seed
    with pytest.raises(Denied, match="responsible"):
        sign(store, more, past, "tomas", seed=seed)


def test_nobody_signs_off_nothing_but_their_own_acts(store: Store, catalogue: Any, clock: Clock, read: Read) -> None:
    clock.move(7 * 86_400)
    with store.begin() as conn:
        append_many(conn, [Entry("ruth", "record.opened", "mine", payload={"service": "shop-orders"})])
        append_many(conn, [Entry("ruth", "record.kept", "mine", payload={"n": n}) for n in range(200)])
    clock.move(14 * 86_400)
    with store.read() as conn:
        week = review.last_week(conn)
    seed = read(week).seed
    with pytest.raises(Denied, match="yourself"):
        sign(store, catalogue, week, seed=seed)
    both = with_review(catalogue, accountable="maya")
    assert sign(store, both, week, "maya", seed=seed)


def test_in_a_mixed_sample_ones_own_are_named(store: Store, catalogue: Any, clock: Clock, read: Read) -> None:
    clock.move(7 * 86_400)
    with store.begin() as conn:
        append_many(conn, [Entry("maya", "record.opened", "a-record", payload={"service": "shop-orders"})])
        append_many(conn, [Entry("ruth", "record.kept", "a-record", payload={})] * 5)
    clock.move(14 * 86_400)
    with store.read() as conn:
        week = review.last_week(conn)
    found = read(week)
    sign(store, catalogue, week, seed=found.seed)
    (signed,) = read(week).signed
    assert signed.payload is not None
    assert signed.payload["own"] == [entry.seq for entry in found.entries if entry.row[2] == "ruth"]
    assert len(signed.payload["own"]) == 5


def test_h12_an_entry_that_the_reviewer_may_not_read_is_a_number_and_no_more(
    store: Store, catalogue: Any, clock: Clock, read: Read
) -> None:
    clock.move(7 * 86_400)
    with store.begin() as conn:
        append_many(conn, [Entry("maya", "record.opened", "a-record", payload={"service": "shop-orders", "label": "security"})])
        append_many(conn, [Entry("maya", "record.opened", "open", payload={"service": "shop-orders"})])
    clock.move(14 * 86_400)
    with store.read() as conn:
        week = review.last_week(conn)
    found = read(week)
    assert len(found.unseen) == 1
    assert [entry.row[4] for entry in found.entries] == ["open"]
    assert "a-record" not in str(found.to_json())


def test_another_sample_than_the_one_read_is_not_signed_off(store: Store, catalogue: Any, past: str) -> None:
    with pytest.raises(Conflict, match="not the sample"):
        sign(store, catalogue, past, seed="0" * 64)


@pytest.mark.parametrize("text", ["", "   ", "\u202e", "a\u200bb", "x" * 4_001])
def test_words_that_cannot_be_kept_are_refused(store: Store, catalogue: Any, past: str, read: Read, text: str) -> None:
    with pytest.raises(BadInput):
        sign(store, catalogue, past, seed=read(past).seed, found=text)


@pytest.mark.parametrize(
    "week", ["", "2026", "2026-47", "2026-W54", "2026-W00", "0000-W01", "9999-W52", "2026-w47", "2026-W47 ", "W" * 9_000]
)
def test_what_is_no_week_or_not_over_is_refused(read: Read, week: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(week)
    assert refused.value.next_step


def test_a_week_without_an_entry_has_nothing_to_sign_off(store: Store, catalogue: Any, read: Read) -> None:
    found = read("2020-W01")
    assert found.numbers == ()
    with pytest.raises(Conflict):
        sign(store, catalogue, "2020-W01", seed=found.seed)


def test_a_week_begins_on_monday_and_ends_before_the_next() -> None:
    asked = week_named("2026-W47")
    assert (asked.begin, asked.end) == ("2026-11-16T00:00:00.000000Z", "2026-11-23T00:00:00.000000Z")
