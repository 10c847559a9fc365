from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import HoldpointError
from include.store.chain import entry_hash
from include.store.checkpoint import Checkpoint
from include.store.database import Store
from include.store.erasure import erase
from include.store.ledger import append
from include.store.verify import verify
from tests.include.store.attacks import ATTACKS, ERASED, ERASURE, HEAD, Attack, Run, replace_entry, rewrite_chain


def file_of(store: Store) -> str:
    return str(store.engine.url.database)


def test_an_untouched_ledger_verifies(ledger_store: Store) -> None:
    report = verify(ledger_store)
    assert report.ok, report.problems
    assert (report.entries, report.head, report.erased, report.missing) == (HEAD, HEAD, 1, 0)
    assert (report.sealed_to, report.unsealed, report.unsealed_range) == (0, HEAD, (1, HEAD))


def test_what_came_after_the_checkpoint_is_unsealed(ledger_store: Store, sealed: Checkpoint) -> None:
    assert verify(ledger_store, checkpoints=[sealed]).unsealed_range is None
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="inc_3")
        append(conn, actor="ada", kind="test.kind", subject="inc_3")
    report = verify(ledger_store, checkpoints=[sealed])
    assert report.ok
    assert (report.sealed_to, report.unsealed, report.unsealed_range) == (HEAD, 2, (HEAD + 1, HEAD + 2))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_h09_every_attack_is_found_where_it_was_made(ledger_store: Store, attacker: Run, attack: Attack) -> None:
    for statement in attack.statements:
        attacker(statement)
    found = [(problem.seq, problem.problem) for problem in verify(ledger_store).problems]
    assert any(seq == attack.seq and attack.problem in problem for seq, problem in found), found


def test_h09_every_changed_byte_is_found(ledger_store: Store) -> None:
    """Each byte of each cell of both tables, one at a time; also into bytes that are no UTF-8."""
    assert verify(ledger_store).ok
    survived, tried = [], 0
    with closing(sqlite3.connect(file_of(ledger_store), isolation_level=None)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for table, column, seq, cell, text in list(cells(conn)):
            value = "CAST(? AS TEXT)" if text else "?"
            for index in range(len(cell)):
                changed = bytearray(cell)
                changed[index] ^= 0x80 if index % 4 == 3 else 1
                conn.execute(f"UPDATE {table} SET {column} = {value} WHERE seq = ?", (bytes(changed), seq))
                tried += 1
                if verify(ledger_store).ok:
                    survived.append((table, column, seq, index))
            conn.execute(f"UPDATE {table} SET {column} = {value} WHERE seq = ?", (cell, seq))
    assert tried > 800
    assert survived == []
    assert verify(ledger_store).ok


def cells(conn: sqlite3.Connection) -> Any:
    """Every cell of three entries with payloads, the erasure among them: table, column, seq, bytes, is it text?"""
    for table in ("ledger", "payload"):
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})") if row[1] not in ("seq", "erased")]
        for column in columns:
            query = f"SELECT seq, CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE seq IN (5, {ERASURE}, {HEAD})"
            for seq, cell, kind in conn.execute(query).fetchall():
                if cell:
                    yield table, column, seq, cell, kind == "text"


@pytest.mark.parametrize(
    "value", ["x'6164'", "5", "1.5", "NULL", "'two' || char(10) || 'lines'", "'nul' || char(0)", "zeroblob(99)"]
)
@pytest.mark.parametrize(
    ("table", "column"),
    [("ledger", name) for name in ("at", "actor", "run", "payload_digest", "prev_hash", "hash")]
    + [("payload", name) for name in ("salt", "body", "erased")],
)
def test_a_cell_of_another_type_is_found_not_tripped_over(
    ledger_store: Store, attacker: Run, table: str, column: str, value: str
) -> None:
    attacker("PRAGMA writable_schema = ON")
    attacker("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
    with closing(sqlite3.connect(file_of(ledger_store), isolation_level=None)) as again:
        again.execute(f"UPDATE {table} SET {column} = {value} WHERE seq = 5")
    report = verify(ledger_store)
    unchanged = column == "erased" and value == "NULL"
    assert report.ok == unchanged
    assert unchanged or report.problems[0].seq == 5


def test_h09_a_replaced_entry_with_its_own_right_hash_breaks_the_link(ledger_store: Store, attacker: Run) -> None:
    replace_entry(attacker, 5)
    problems = verify(ledger_store).problems
    assert [problem.seq for problem in problems] == [6]
    assert "does not follow" in problems[0].problem


def test_h09_a_gap_is_found_though_the_chain_was_closed_over_it(ledger_store: Store, attacker: Run) -> None:
    attacker("DELETE FROM payload WHERE seq = 5")
    attacker("DELETE FROM ledger WHERE seq = 5")
    rewrite_chain(attacker, seq=4)
    assert [problem.problem for problem in verify(ledger_store).problems] == ["Entries 5 to 5 are missing."]


def test_an_entry_that_is_no_text_does_not_hide_the_next(ledger_store: Store, attacker: Run) -> None:
    attacker("UPDATE ledger SET actor = CAST(x'61ff62' AS TEXT) WHERE seq = 5")
    attacker("UPDATE ledger SET actor = 'mallory' WHERE seq = 8")
    assert [problem.seq for problem in verify(ledger_store).problems] == [5, 8]


def test_text_stored_as_bytes_is_another_cell(ledger_store: Store, attacker: Run) -> None:
    attacker("UPDATE ledger SET actor = CAST(actor AS BLOB) WHERE seq = 5")
    assert not verify(ledger_store).ok


def test_h09_a_rewritten_chain_contradicts_the_checkpoint(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    rewrite_chain(attacker)
    assert verify(ledger_store).ok  # without a checkpoint from elsewhere nobody can tell; this is why there are checkpoints
    report = verify(ledger_store, checkpoints=[sealed])
    assert [problem.seq for problem in report.problems] == [HEAD]
    assert "the chain was rewritten" in report.problems[0].problem
    assert report.sealed_to == 0


def test_an_older_checkpoint_still_vouches_for_what_it_sealed(ledger_store: Store, signer: Any, attacker: Run, seal: Any) -> None:
    first = seal(ledger_store, signer)
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="inc_3", payload={})
    second = seal(ledger_store, signer)
    rewrite_chain(attacker, seq=HEAD + 1)
    report = verify(ledger_store, checkpoints=[first, second])
    assert [problem.seq for problem in report.problems] == [HEAD + 1]
    assert report.sealed_to == HEAD


def test_h09_a_deleted_tail_is_found_back_to_the_checkpoint(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    attacker(f"DELETE FROM payload WHERE seq >= {HEAD}")
    attacker(f"DELETE FROM ledger WHERE seq >= {HEAD}")
    assert verify(ledger_store).ok
    report = verify(ledger_store, checkpoints=[sealed])
    assert [problem.seq for problem in report.problems] == [HEAD]
    assert "tail was deleted, or an older backup was restored" in report.problems[0].problem


def test_an_older_backup_is_told_from_the_store(ledger_store: Store, tmp_path: Path, signer: Any, seal: Any) -> None:
    ledger_store.scrub()
    shutil.copy(file_of(ledger_store), tmp_path / "backup.db")
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="inc_3")
    checkpoint = seal(ledger_store, signer)
    ledger_store.dispose()
    shutil.copy(tmp_path / "backup.db", file_of(ledger_store))
    report = verify(ledger_store, checkpoints=[checkpoint])
    assert not report.ok
    assert "an older backup was restored" in report.problems[0].problem


def test_a_sealed_entry_cut_out_with_the_gap_left_is_both(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="inc_3")
    attacker(f"DELETE FROM payload WHERE seq = {HEAD}")
    attacker(f"DELETE FROM ledger WHERE seq = {HEAD}")
    found = " ".join(problem.problem for problem in verify(ledger_store, checkpoints=[sealed]).problems)
    assert f"Entries {HEAD} to {HEAD} are missing" in found
    assert "it is missing" in found


def test_a_checkpoint_of_another_store_is_none_of_ours(ledger_store: Store, tmp_path: Path, signer: Any, seal: Any) -> None:
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    other.migrate()
    report = verify(ledger_store, checkpoints=[seal(other, signer)])
    assert "of another store" in report.problems[0].problem
    assert report.sealed_to == 0


def test_a_wrong_count_of_erasures_is_found(ledger_store: Store, sealed: Checkpoint) -> None:
    lying = sealed.model_copy(update={"erased": sealed.erased + 1})
    assert "erasures when this was sealed" in verify(ledger_store, checkpoints=[lying]).problems[0].problem


def test_a_clock_that_went_back_is_a_note(ledger_store: Store, attacker: Run) -> None:
    ((at, prev),) = attacker(f"SELECT at, hash FROM ledger WHERE seq = {HEAD}")
    earlier = "2001" + at[4:]
    fields = (HEAD + 1, earlier, "ada", "test.kind", "inc_3", "", "", prev)
    values = ", ".join(repr(value) for value in (*fields, entry_hash(*fields)))
    attacker(f"INSERT INTO ledger VALUES ({values})")
    report = verify(ledger_store)
    assert report.ok
    assert [note.seq for note in report.notes] == [HEAD + 1]


def test_from_a_checkpoint_on_only_the_rest_is_read(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    with ledger_store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="inc_3", payload={"a": 1})
        erase(conn, 5, "ada", "asked for")
    report = verify(ledger_store, start=sealed)
    assert (report.ok, report.entries, report.sealed_to, report.erasures) == (True, 3, HEAD, sealed.erased + 1)
    attacker("UPDATE ledger SET actor = 'mallory' WHERE seq = 4")
    assert verify(ledger_store, start=sealed).ok
    attacker(f"UPDATE ledger SET actor = 'mallory' WHERE seq = {HEAD + 1}")
    assert [problem.seq for problem in verify(ledger_store, start=sealed).problems] == [HEAD + 1]


def test_from_a_checkpoint_that_sealed_an_erasure(ledger_store: Store, signer: Any, seal: Any) -> None:
    with ledger_store.begin() as conn:
        erase(conn, 5, "ada", "asked for")
    sealed = seal(ledger_store, signer)
    assert sealed.erased == 2
    report = verify(ledger_store, checkpoints=[sealed], start=sealed)
    assert (report.ok, report.erasures) == (True, 2)


def test_from_a_checkpoint_that_was_rewritten(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    rewrite_chain(attacker)
    assert "the chain was rewritten" in verify(ledger_store, start=sealed).problems[0].problem


def test_from_a_checkpoint_beyond_the_end(ledger_store: Store, sealed: Checkpoint, attacker: Run) -> None:
    attacker("DELETE FROM payload WHERE seq > 8")
    attacker("DELETE FROM ledger WHERE seq > 8")
    assert not verify(ledger_store, start=sealed).ok


def test_a_ruined_ledger_makes_a_short_report(ledger_store: Store, attacker: Run) -> None:
    with ledger_store.begin() as conn:
        for _ in range(300):
            append(conn, actor="ada", kind="test.kind", subject="inc_3")
    attacker("UPDATE ledger SET actor = 'mallory'")
    report = verify(ledger_store)
    assert report.problem_count > 300
    assert len(report.problems) == 100


def test_an_erased_payload_verifies_and_reads_as_erased(ledger_store: Store) -> None:
    from include.store.ledger import entries

    with ledger_store.read() as conn:
        row = next(entries(conn, after=ERASED - 1))
    assert (row.payload, row.erased) == (None, ERASURE)
    assert verify(ledger_store).ok


def test_a_flipped_byte_in_the_file_is_found_or_changes_nothing(ledger_store: Store, tmp_path: Path) -> None:
    """Raw access to the database's file: whatever a flip does to pages, nothing that differs may verify."""
    ledger_store.scrub()
    ledger_store.dispose()
    original = Path(file_of(ledger_store)).read_bytes()
    truth = content(original, tmp_path)
    source = random.Random(7)
    survived, differed = [], 0
    for position in source.sample(range(len(original)), 2000):
        flipped = bytearray(original)
        flipped[position] ^= 1 << source.randrange(8)
        same = content(bytes(flipped), tmp_path) == truth
        differed += not same
        if not same and verifies(bytes(flipped), tmp_path):
            survived.append(position)
    assert survived == []
    assert differed > 10


def content(raw: bytes, folder: Path) -> Any:
    path = folder / "content.db"
    path.write_bytes(raw)
    try:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as conn:
            conn.text_factory = bytes
            return [conn.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall() for table in ("ledger", "payload")]
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the driver cannot decode a message that quotes a broken schema
        return repr(error)


def verifies(raw: bytes, folder: Path) -> bool:
    for suffix in ("", "-wal", "-shm"):
        (folder / f"flipped.db{suffix}").unlink(missing_ok=True)
    (folder / "flipped.db").write_bytes(raw)
    store = Store.open(f"sqlite:///{folder / 'flipped.db'}")
    try:
        return verify(store).ok
    except HoldpointError:
        return False
    finally:
        store.dispose()
