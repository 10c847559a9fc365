"""The index of what payloads name: what is in it, that it costs entries without names nothing, that nothing rests on it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from include.store import refs
from include.store.canonical import canonical
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.ledger import Entry, append, append_many
from include.store.migrate import expected
from include.store.refs import BLOCK, DIGEST, ID, MAX_NAMED, find, named
from include.store.schema import ledger_ref
from include.store.verify import verify

HOLD, EVIDENCE = "hold_01jd3c4k7w8m9e2f5a6b7c8d9e", "ev_01jd3c4k7w8m9e2f5a6b7c8d9e"
SHA = hashlib.sha256(b"x").hexdigest()


def rows(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as conn:
        return [tuple(row) for row in conn.execute(select(ledger_ref).order_by(*ledger_ref.c))]


def found(store: Store, ref: refs.Ref, **bounds: Any) -> list[int]:
    with store.read() as conn:
        return find(conn, ref, **({"limit": 1_000} | bounds))


def filled(store: Store, count: int, ref: tuple[str, str] = ("hold", HOLD), every: int = 1) -> list[int]:
    """Append entries one by one, each `every`th of which names it; their numbers."""
    seqs = []
    for number in range(count):
        with store.begin() as conn:
            seq = append(conn, actor="ada", kind="k", subject="s", payload={ref[0]: ref[1]} if number % every == 0 else None)
        seqs += [seq] if number % every == 0 else []
    return seqs


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        ({"hold": HOLD}, {(ID, HOLD)}),
        ({"whatever_comes_later": HOLD}, {(ID, HOLD)}),
        ({"signed_with": "key_" + "0" * 40}, {(ID, "key_" + "0" * 40)}),
        ({"plan_digest": SHA, "content": [SHA]}, {(DIGEST, SHA)}),
        ({"retrieved": [EVIDENCE, "disk-full"], "used": [EVIDENCE]}, {(ID, EVIDENCE)}),
        ({"deep": {"deeper": [{"hold": HOLD}]}}, {(ID, HOLD)}),
        ({"tool": "query_logs"}, {("tool", "query_logs")}),
        ({"ticket": "DESK-1", "run": "manual__1"}, {("ticket", "DESK-1"), ("run", "manual__1")}),
        ({"recipient": "maya", "person": "ines"}, {("person", "maya"), ("person", "ines")}),
        ({"tool": "", "ticket": "a b", "run": 'q"x', "person": "\\"}, set()),
        ({"tool": None, "run": 5, "person": ["maya"]}, set()),
        ({"text": f"see {HOLD}", "sha": SHA[:-1], "upper": SHA.upper(), "id": "hold_1"}, set()),
        ({"subject": "inc_01jd3c4k7w8m9e2f5a6b7c8d9e"}, set()),  # the entry's own
    ],
)
def test_what_a_payload_names(payload: dict[str, Any], names: set[refs.Ref]) -> None:
    assert named(canonical(payload), "inc_01jd3c4k7w8m9e2f5a6b7c8d9e") == names


@given(st.text() | st.sampled_from([f'"{HOLD}"', '","tool":"x', '"tool":"x"', f'\\","{SHA}', '{"tool":"x"}\\', "\\", '"']))
def test_h11_no_text_can_pretend_to_be_a_key_or_an_id(text: str) -> None:
    assume(refs.form_of(text) is None)  # all of a text may be one: then that is what it says
    for payload in ({"line": text}, {"line": [text, text]}, {"line": json.dumps({"tool": text})}):
        try:
            body = canonical(payload)
        except ValueError:
            continue
        assert named(body) == set()


@pytest.mark.parametrize("body", [None, "text", 5, b"", b"{", b"\xff\xfe" * 50, b"null", b"[" * 100_000, b'"' * 1000])
def test_garbage_names_nothing(body: object) -> None:
    assert named(body) == set()


def test_one_entry_names_a_bounded_number_and_always_the_same() -> None:
    body = canonical({"ids": [new_id("ev") for _ in range(500)]})
    assert len(named(body)) == MAX_NAMED
    assert named(body) == {(ID, text) for text in json.loads(body)["ids"][:MAX_NAMED]}


@pytest.mark.both_databases
def test_an_entry_is_found_at_once_and_indexed_with_its_block(store: Store) -> None:
    seqs = []
    for number in range(2 * BLOCK + 5):
        seqs += filled(store, 1)
        if number % 7 == 0:
            assert found(store, (ID, HOLD)) == seqs, number
    assert found(store, (ID, HOLD)) == seqs
    assert [row[2] for row in rows(store)] == [seq for seq in seqs if seq <= seqs[-1] // BLOCK * BLOCK]
    assert rows(store)


@pytest.mark.both_databases
def test_many_at_once_are_indexed_across_blocks(store: Store) -> None:
    with store.begin() as conn:
        seqs = append_many(
            conn, [Entry("ada", "k", "s", payload={"tool": f"t{n % 3}", "sha": SHA}) for n in range(5 * BLOCK + 3)]
        )
    assert found(store, ("tool", "t1")) == seqs[1::3]
    assert found(store, (DIGEST, SHA)) == seqs
    assert found(store, ("tool", "t")) == found(store, (ID, "t1")) == []


@pytest.mark.both_databases
def test_bounds_and_both_directions(store: Store) -> None:
    seqs = filled(store, 150, every=3)
    assert found(store, (ID, HOLD), after=seqs[10], before=seqs[20]) == seqs[11:20]
    assert found(store, (ID, HOLD), after=seqs[10], limit=4) == seqs[11:15]
    assert found(store, (ID, HOLD), before=seqs[20], limit=4, newest=True) == seqs[19:15:-1]
    assert found(store, (ID, HOLD), limit=4, newest=True) == seqs[:-5:-1]
    with store.read() as conn:
        assert refs.among(conn, (ID, HOLD), range(1, seqs[-1] + 1)) == set(seqs)
        assert refs.among(conn, (ID, HOLD), [seqs[3] + 1, seqs[4]]) == {seqs[4]}
        assert refs.among(conn, (ID, HOLD), []) == set()


@pytest.mark.both_databases
def test_a_digest_is_found_in_every_segment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refs, "SEGMENT", 50)
    with store.begin() as conn:
        seqs = append_many(conn, [Entry("ada", "k", "s", payload={"sha": SHA if n % 9 == 0 else None}) for n in range(400)])[::9]
    assert found(store, (DIGEST, SHA)) == seqs
    assert found(store, (DIGEST, SHA), after=seqs[7], before=seqs[31]) == seqs[8:31]
    assert found(store, (DIGEST, SHA), newest=True, limit=3) == seqs[:-4:-1]
    assert len({row[1] for row in rows(store)}) > 5


def test_entries_that_name_nothing_leave_no_row(store: Store) -> None:
    filled(store, 3 * BLOCK, ("note", "nothing"))
    assert rows(store) == []


def test_what_is_rolled_back_is_not_indexed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.begin() as conn:
        assert append_many(conn, [Entry("ada", "k", "s", payload={"hold": HOLD})] * (2 * BLOCK))[0] / 0
    assert rows(store) == []
    assert found(store, (ID, HOLD)) == []


@pytest.mark.both_databases
def test_an_erased_payload_names_nothing_any_more(store: Store) -> None:
    seqs = filled(store, 2 * BLOCK)
    indexed, behind = seqs[3], seqs[-1]
    for seq in (indexed, behind):
        with store.begin() as conn:
            erase(conn, seq, "ada", "why")
    assert found(store, (ID, HOLD)) == [seq for seq in seqs if seq not in (indexed, behind)]
    assert indexed not in {row[2] for row in rows(store)}
    filled(store, BLOCK)
    assert behind not in {row[2] for row in rows(store)}


@pytest.mark.both_databases
def test_it_can_be_made_again_from_the_payloads_alone(store: Store) -> None:
    filled(store, 3 * BLOCK + 10, every=2)
    right = rows(store)
    with store.begin() as conn:
        conn.execute(delete(ledger_ref).where(ledger_ref.c.seq % 3 == 0))
        lies = [(ID, HOLD, 4), ("tool", "never_called", 5), (ID, HOLD, 9_999), (DIGEST, "000000.0", 70)]
        conn.execute(insert(ledger_ref), [dict(zip(("ref_kind", "ref", "seq"), lie, strict=True)) for lie in lies])
    lost = len(right) + len(lies) - len(rows(store))
    progress: list[int] = []
    assert refs.rebuild(store, progress.append) == (lost, len(lies))
    assert rows(store) == right
    assert progress[-1] == max(progress)
    assert refs.rebuild(store) == (0, 0)


def test_a_rebuild_goes_through_more_than_a_batch(store: Store) -> None:
    with store.begin() as conn:
        append_many(
            conn, [Entry("ada", "k", "s", payload={"ev": new_id("ev"), "tool": "t"}) for _ in range(refs.BATCH + 3 * BLOCK)]
        )
    right = rows(store)
    assert len(right) > 2 * refs.BATCH
    with store.begin() as conn:
        conn.execute(delete(ledger_ref))
    assert refs.rebuild(store) == (len(right), 0)
    assert rows(store) == right


def test_h09_the_ledger_verifies_whatever_the_index_says(store: Store) -> None:
    filled(store, 2 * BLOCK)
    with store.begin() as conn:
        conn.execute(delete(ledger_ref))
        conn.execute(insert(ledger_ref).values(ref_kind="tool", ref="lie", seq=1))
    assert verify(store).ok


_CHANGES = ("change_offer", "change_package", "change_assessment", "change_notes")
_SCRIPTS = (
    *("script_comment", "script_dismissal", "script_finding", "script_report", "script_unit", "script_batch"),
    *("script_review", "script_manifest"),
)
LATER = (*_SCRIPTS, "hand_mark", "tally_head", "tally", "standing_use", "template", *_CHANGES)
"""Tables of later migrations, which run again."""


@pytest.mark.both_databases
def test_the_migration_indexes_what_was_there(store: Store) -> None:
    filled(store, 3 * BLOCK, every=2)
    right = rows(store)
    with store.begin() as conn:
        for table in ("ledger_ref", *LATER):
            conn.exec_driver_sql(f"DROP TABLE {table}")
        conn.exec_driver_sql("ALTER TABLE delivery DROP COLUMN service")
        for column in ("subject", "run", "actor"):
            conn.exec_driver_sql(f"DROP INDEX ledger_{column}_seq")
            conn.exec_driver_sql(f"CREATE INDEX ledger_{column} ON ledger ({column})")
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    assert store.migrate() == expected()
    assert rows(store) == right
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(ledger_ref))
