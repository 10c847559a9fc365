"""Whoever can write the database: rows put in, taken out, rewritten; states moved; the ledger's own entries taken out."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from include.contracts.hold import Hold, HoldState
from include.contracts.statement import Revoked
from include.holds import consume as consuming
from include.store.chain import entry_hash
from include.store.sealing import seal
from include.store.verify import verify
from tests.votes_kit import Ground, unguarded

pytestmark = pytest.mark.both_databases


def vote_digest(ground: Ground, hold: Hold, person: str) -> str:
    return next(row.digest for row in ground.rows(hold) if row.person == person and row.type == "holdpoint.vote.v1")


def seal_now(ground: Ground) -> None:
    seal(ground.store, ground.kit.checkpoint_signer, ground.kit.folder / "trust" / "checkpoints")
    ground.kit.reload()


def test_h03_a_row_without_an_entry_is_refused(ground: Ground, hold: Hold) -> None:
    """Even one whose signature is good: who put it in went past everything that is asked of a vote."""
    ground.put_row(hold, ground.vote(hold, "tomas"), entered=False)
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("complete_record", hold)
    ground.refused_vote("complete_record", ground.vote(hold, "priya"))


def test_h03_an_entry_without_a_row_is_refused(ground: Ground, hold: Hold) -> None:
    ground.edit("approvals", lab={"approvals": 1})
    ground.approve(hold, "tomas")
    ground.drop(vote_digest(ground, hold, "tomas"), entry=False)
    ground.refused_release("complete_record", hold)


def test_h03_a_deny_taken_out_of_the_store_is_missed(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.reject(hold, "priya")
    ground.drop(vote_digest(ground, hold, "priya"), entry=False)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_a_deny_rewritten_into_an_approval_is_found(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.reject(hold, "priya")
    ground.sql("UPDATE statement SET body = replace(body, '\"reject\"', '\"approve\"')")
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_a_deny_outlives_its_state(ground: Ground, hold: Hold) -> None:
    """The row was moved back, with an entry: the vote itself is what denies."""
    ground.approve(hold, "tomas")
    ground.reject(hold, "priya")
    ground.put_state(hold, "approved")
    refusal = ground.judge(hold).refusal
    assert refusal is not None
    assert refusal.rule == "complete_record"
    assert ground.judge(hold).denies == ("priya",)
    assert [verdict.ok for verdict in ground.judge(hold).verdicts if verdict.rule == "deny"] == [False]
    ground.refused_release("complete_record", hold)


def test_h03_the_whole_table_of_votes_rewritten_is_found(ground: Ground, hold: Hold) -> None:
    """Every vote of another hold, with real signatures, copied over those of this one."""
    other = ground.propose()
    ground.approve(other, "tomas")
    ground.reject(hold, "priya")
    good = next(row for row in ground.rows(other) if row.person == "tomas")
    ground.sql(
        "UPDATE statement SET body = :b, signature = :s, person = 'tomas', key = :k WHERE digest = :d",
        b=good.body,
        s=good.signature,
        k=good.key,
        d=vote_digest(ground, hold, "priya"),
    )
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_the_table_emptied_is_found(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.sql("DELETE FROM statement")
    ground.refused_release("complete_record", hold)
    ground.refused_vote("complete_record", ground.vote(hold, "priya"))


@pytest.mark.parametrize("state", ["proposed", "rejected", "revoked", "expired", "superseded"])
def test_h03_a_row_s_state_is_no_approval(ground: Ground, hold: Hold, state: str) -> None:
    if state != "proposed":
        ground.put_state(hold, state, entered=True)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)
    assert ground.judge(hold).approvals == ()


def test_h03_nor_with_an_entry_that_says_so(ground: Ground, hold: Hold) -> None:
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("quorum", hold)


def test_h03_a_move_that_no_table_has_is_found(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.put_state(hold, "superseded", entered=True)
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("complete_record", hold)


def test_h03_a_superseded_hold_is_not_brought_back(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.propose(person="priya", supersedes=hold.id)
    ground.refused_release("state", hold)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def test_h03_a_revocation_taken_out_is_missed(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    ground.take_back("tomas", Revoked.VOTE, vote_digest(ground, hold, "tomas"))
    ground.sql("DELETE FROM statement WHERE type = 'holdpoint.revocation.v1'")
    ground.put_state(hold, "approved", entered=True)
    ground.refused_release("complete_record", hold)


# -- The ledger too ----------------------------------------------------------------------------------------------------


def test_h03_a_deny_and_its_entry_taken_out_leave_a_hole(ground: Ground, hold: Hold) -> None:
    ground.edit("approvals", lab={"approvals": 1})
    ground.approve(hold, "tomas")
    ground.reject(hold, "priya")
    ground.propose()  # the ledger went on
    ground.drop(vote_digest(ground, hold, "priya"), entry=True)
    ground.put_state(hold, "approved")
    ground.refused_release("complete_record", hold)


def cut_back(ground: Ground, hold: Hold, to: int) -> None:
    """Everything after entry `to` was never written: rows, entries, payloads; the hold's row as it was then."""
    with ground.store.begin() as conn:
        unguarded(conn)
        conn.execute(text("DELETE FROM statement WHERE seq > :to"), {"to": to})
        conn.execute(text("DELETE FROM payload WHERE seq > :to"), {"to": to})
        conn.execute(text("DELETE FROM ledger WHERE seq > :to"), {"to": to})
        conn.execute(text("UPDATE hold SET state = 'approved', revision = 1 WHERE id = :id"), {"id": hold.id})


def test_h03_a_deny_taken_out_after_a_checkpoint_is_found(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    approved = ground.entries()[-1].seq
    ground.reject(hold, "priya")
    seal_now(ground)
    cut_back(ground, hold, approved)
    assert verify(ground.store).ok, "the chain itself is whole: only what was kept elsewhere knows better"
    ground.refused_release("complete_record", hold)


def test_h03_also_where_the_ledger_has_gone_on_since(ground: Ground, hold: Hold) -> None:
    ground.approve(hold, "tomas")
    approved = ground.entries()[-1].seq
    ground.reject(hold, "priya")
    seal_now(ground)
    cut_back(ground, hold, approved)
    for _ in range(4):
        ground.propose()
    assert verify(ground.store).ok
    ground.refused_release("complete_record", hold)


def test_h03_a_deny_cut_off_between_the_two_looks_is_found(ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole ledger is verified before the lock, so as not to keep others waiting; somebody is quick."""
    ground.approve(hold, "tomas")
    approved = ground.entries()[-1].seq
    ground.reject(hold, "priya")
    seal_now(ground)
    real = consuming.verify_sealed

    def quick(*args: Any) -> Any:
        found = real(*args)
        cut_back(ground, hold, approved)
        return found

    monkeypatch.setattr(consuming, "verify_sealed", quick)
    ground.refused_release("complete_record", hold)


def test_h03_an_entry_about_keys_changed_between_the_two_looks_is_found(
    ground: Ground, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands before the hold's own part of the chain, which is all that is verified under the lock."""
    ground.revoke_key("ines")
    hold = ground.propose()
    ground.approve(hold, "tomas")
    seal_now(ground)
    real = consuming.verify_sealed

    def quick(*args: Any) -> Any:
        found = real(*args)
        with ground.store.begin() as conn:
            unguarded(conn)
            conn.execute(text("UPDATE ledger SET run = 'x' WHERE kind = 'key.revoked'"))
        return found

    assert ground.judge(hold).releasable
    monkeypatch.setattr(consuming, "verify_sealed", quick)
    ground.refused_release("complete_record", hold)


def test_h03_without_a_checkpoint_nobody_could_tell(ground: Ground, hold: Hold) -> None:
    """What we claim is what we can enforce: detectable back to the newest checkpoint kept elsewhere, and no further."""
    ground.approve(hold, "tomas")
    approved = ground.entries()[-1].seq
    seal_now(ground)
    ground.reject(hold, "priya")
    cut_back(ground, hold, approved)
    assert ground.judge(hold).releasable


def test_h03_a_ledger_rewritten_as_a_whole_is_found_by_its_checkpoint(ground: Ground, hold: Hold) -> None:
    ground.reject(hold, "priya")
    seal_now(ground)
    with ground.store.begin() as conn:
        unguarded(conn)
        conn.execute(text("UPDATE ledger SET actor = 'tomas' WHERE kind = 'vote.cast'"))
        rehash(conn)
    assert verify(ground.store).ok
    refusal = next(verdict for verdict in ground.judge(hold).verdicts if verdict.rule == "complete_record")
    assert not refusal.ok


def rehash(conn: Any) -> None:
    """The chain anew over the columns as they are: whoever owns the database can."""
    prev = None
    for row in conn.execute(text("SELECT * FROM ledger ORDER BY seq")).all():
        seq, at, actor, kind, subject, run, digest, was, _ = row
        prev = was if prev is None else prev
        made = entry_hash(seq, at, actor, kind, subject, run, digest, prev)
        conn.execute(text("UPDATE ledger SET prev_hash = :p, hash = :h WHERE seq = :s"), {"p": prev, "h": made, "s": seq})
        prev = made


def test_h03_an_entry_whose_words_were_erased_releases_nothing(ground: Ground, hold: Hold) -> None:
    from include.store.erasure import erase

    ground.approve(hold, "tomas")
    entry = ground.entries(kind="vote.cast")[-1]
    with ground.store.begin() as conn:
        erase(conn, entry.seq, "ruth", "a request")
    ground.refused_release("complete_record", hold)


@pytest.mark.parametrize(
    "ruin",
    [
        "UPDATE statement SET body = '{'",
        "UPDATE statement SET method = 'airflow'",
        "UPDATE statement SET received_at = '', signature = ''",
        "UPDATE plan SET body = '[]'",
        "UPDATE plan SET body = ''",
        "UPDATE hold SET revision = 7",
        "UPDATE hold SET supersedes = id",
    ],
)
def test_h10_ruined_rows_release_nothing_and_raise_nothing_else(ground: Ground, hold: Hold, ruin: str) -> None:
    ground.approve(hold, "tomas")
    ground.sql(ruin)
    refusal = ground.judge(hold).refusal
    assert refusal is not None
    ground.refused_release(refusal.rule, hold)
    assert ground.hold(hold).state is HoldState.APPROVED


# -- What cannot be read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vote.cast", "test.kind"])
def test_h10_an_entry_of_no_time_refuses_and_does_not_break(ground: Ground, hold: Hold, kind: str) -> None:
    """Who may append can write any text into it; `zzz` is later than every time."""
    ground.approve(hold, "tomas")
    entry_at(ground, "zzz", kind, hold.id)
    ground.refused_release("clock", hold)


@pytest.mark.parametrize("body", ["[1]", "7", "{", "[" * 5_000])
def test_h10_an_entry_about_keys_that_says_nothing_refuses_and_does_not_break(ground: Ground, hold: Hold, body: str) -> None:
    ground.approve(hold, "tomas")
    ground.revoke_key("ines")
    with ground.store.begin() as conn:
        unguarded(conn)
        seq = conn.execute(text("SELECT max(seq) FROM ledger WHERE kind = 'key.revoked'")).scalar_one()
        conn.execute(text("UPDATE payload SET body = :body WHERE seq = :seq"), {"body": body.encode(), "seq": seq})
    ground.refused_release("complete_record", hold)


def entry_at(ground: Ground, at: str, kind: str, subject: str) -> None:
    """An entry that fits the chain, dated by whoever appends it."""
    last = ground.entries()[-1]
    said = (last.seq + 1, at, "somebody", kind, subject, "", "", last.hash)
    with ground.store.begin() as conn:
        names = ("seq", "at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash")
        row = dict(zip(names, (*said, entry_hash(*said)), strict=True))
        conn.execute(text(f"INSERT INTO ledger ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"), row)
