"""Ways to tamper with a ledger, for SQLite and PostgreSQL alike: what an attacker does who owns the database.

`build` writes entries 1 to 12 (2 and 3 of the migrations) and erases one payload; the attacks below know their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from include.store.chain import GENESIS, entry_hash
from include.store.database import Store
from include.store.erasure import erase
from include.store.ledger import append

FIRST = 4  # what stands before it, the migrations wrote
WITHOUT_PAYLOAD, ERASED, ERASURE, HEAD = 6, 7, 10, 12

Run = Callable[[str], Any]
"""Runs one statement as the attacker, triggers off, and returns the rows of a query."""


class Attack(NamedTuple):
    name: str
    statements: tuple[str, ...]
    problem: str  # what the report must say
    seq: int | None = None  # where it must say so


def build(store: Store) -> None:
    """The ledger that the attacks know: entries up to HEAD."""
    with store.begin() as conn:
        while append(conn, actor="filler@service", kind="test.filled", subject="none") < FIRST - 1:
            pass
        for number in range(FIRST, ERASURE):
            payload = None if number == WITHOUT_PAYLOAD else {"text": f"entry {number}", "number": number}
            assert append(conn, actor="triage@service", kind="test.kind", subject="inc_1", run="run_1", payload=payload) == number
        assert erase(conn, ERASED, "ada", "asked for") == ERASURE
        for number in range(ERASURE + 1, HEAD + 1):
            assert append(conn, actor="ada", kind="test.kind", subject="inc_2", payload={"number": number}) == number


def _change(column: str, value: str, seq: int = 5, table: str = "ledger") -> tuple[str, ...]:
    return (f"UPDATE {table} SET {column} = {value} WHERE seq = {seq}",)


CHANGED = "one of its columns was changed"
NOT_FOLLOWING = "does not follow"
ROW = "seq, at, actor, kind, subject, run, payload_digest, prev_hash, hash"

ATTACKS = (
    *(
        Attack(f"change {column}", _change(column, f"{column} || 'x'"), CHANGED, 5)
        for column in ("at", "actor", "kind", "subject", "run", "payload_digest", "hash")
    ),
    Attack("change prev_hash", _change("prev_hash", "prev_hash || 'x'"), NOT_FOLLOWING, 5),
    Attack("empty a field", _change("run", "''"), CHANGED, 5),
    Attack("upper-case a hash", _change("hash", "upper(hash)"), CHANGED, 5),
    Attack("move a character to the next field", _change("actor", "'triage@service' || chr(10)", 5), CHANGED, 5),
    Attack(
        "move a line from one field to the next",
        ("UPDATE ledger SET actor = actor || chr(10) || kind, kind = subject, subject = run, run = '' WHERE seq = 5",),
        CHANGED,
        5,
    ),
    Attack("renumber the head", (f"UPDATE ledger SET seq = 20 WHERE seq = {HEAD}",), f"Entries {HEAD} to 19 are missing", HEAD),
    Attack("renumber the first to 0", ("UPDATE ledger SET seq = 0 WHERE seq = 1",), "Entry 0 stands where entry 1", 0),
    Attack("change a body", _change("body", "body || body", 5, "payload"), "not what was hashed", 5),
    Attack("empty a body", _change("body", "NULL", 5, "payload"), "not what was hashed", 5),
    Attack("empty a salt", _change("salt", "NULL", 5, "payload"), "not what was hashed", 5),
    Attack("swap salt and body", ("UPDATE payload SET salt = body, body = salt WHERE seq = 5",), "not what was hashed", 5),
    Attack("mark as erased, content kept", _change("erased", str(ERASURE), 5, "payload"), "marked as erased, but is there", 5),
    Attack("blank a payload", ("UPDATE payload SET salt = NULL, body = NULL WHERE seq = 5",), "payload is missing", 5),
    Attack(
        "blank a payload under another's erasure",
        (f"UPDATE payload SET salt = NULL, body = NULL, erased = {ERASURE} WHERE seq = 5",),
        "does not say that it was erased",
        5,
    ),
    Attack(
        "blank a payload under no entry at all",
        ("UPDATE payload SET salt = NULL, body = NULL, erased = 999 WHERE seq = 5",),
        "does not say that it was erased",
        5,
    ),
    Attack(
        "move an erasure's mark",
        (f"UPDATE payload SET erased = {HEAD} WHERE seq = {ERASED}",),
        "does not say that it was erased",
        ERASED,
    ),
    Attack("drop an erasure's mark", (f"UPDATE payload SET erased = NULL WHERE seq = {ERASED}",), "payload is missing", ERASED),
    Attack(
        "bring an erased payload back",
        (
            f"UPDATE payload SET salt = (SELECT salt FROM payload WHERE seq = 5),"
            f" body = (SELECT body FROM payload WHERE seq = 5), erased = NULL WHERE seq = {ERASED}",
        ),
        f"calls payload {ERASED} erased, which it is not",
        ERASURE,
    ),
    Attack("delete a payload", ("DELETE FROM payload WHERE seq = 5",), "payload is missing", 5),
    Attack("delete an erased payload's row", (f"DELETE FROM payload WHERE seq = {ERASED}",), "payload is missing", ERASED),
    Attack(
        "delete a middle entry", ("DELETE FROM payload WHERE seq = 5", "DELETE FROM ledger WHERE seq = 5"), "Entries 5 to 5", 5
    ),
    Attack("delete several", ("DELETE FROM payload WHERE seq IN (4, 5)", "DELETE FROM ledger WHERE seq IN (4, 5)"), "4 to 5", 4),
    Attack("delete the first entry", ("DELETE FROM ledger WHERE seq = 1",), "Entries 1 to 1 are missing", 1),
    Attack("delete everything", ("DELETE FROM payload", "DELETE FROM ledger"), "has no entry 1 and none after", 1),
    Attack("delete the last entry, leave its payload", (f"DELETE FROM ledger WHERE seq = {HEAD}",), "belongs to no entry", HEAD),
    Attack(
        "close the gap after a deletion",
        (
            "DELETE FROM payload WHERE seq = 6",
            "DELETE FROM ledger WHERE seq = 6",
            "UPDATE ledger SET seq = seq - 1 WHERE seq = 7",
        ),
        NOT_FOLLOWING,
        6,
    ),
    Attack(
        "exchange two entries",
        (
            "UPDATE ledger SET seq = 1000 WHERE seq = 4",
            "UPDATE ledger SET seq = 4 WHERE seq = 5",
            "UPDATE ledger SET seq = 5 WHERE seq = 1000",
        ),
        NOT_FOLLOWING,
        4,
    ),
    Attack(
        "exchange two payloads",
        (
            "UPDATE payload SET seq = 1000 WHERE seq = 4",
            "UPDATE payload SET seq = 4 WHERE seq = 5",
            "UPDATE payload SET seq = 5 WHERE seq = 1000",
        ),
        "not what was hashed",
        4,
    ),
    Attack(
        "replace an entry by a copy of another",
        (
            "DELETE FROM ledger WHERE seq = 5",
            f"INSERT INTO ledger ({ROW}) SELECT 5, {ROW.removeprefix('seq, ')} FROM ledger WHERE seq = 4",
        ),
        NOT_FOLLOWING,
        5,
    ),
    Attack(
        "append a copy",
        (f"INSERT INTO ledger ({ROW}) SELECT {HEAD + 1}, {ROW.removeprefix('seq, ')} FROM ledger WHERE seq = 6",),
        NOT_FOLLOWING,
        HEAD + 1,
    ),
    Attack(
        "append with a right link and a made-up hash",
        (
            f"INSERT INTO ledger ({ROW}) SELECT {HEAD + 1}, at, 'mallory', kind, subject, run, '', hash,"
            f" '{'0' * 64}' FROM ledger WHERE seq = {HEAD}",
        ),
        CHANGED,
        HEAD + 1,
    ),
    Attack(
        "insert before the first",
        (f"INSERT INTO ledger ({ROW}) SELECT 0, {ROW.removeprefix('seq, ')} FROM ledger WHERE seq = 1",),
        "Entry 0 stands where entry 1",
        0,
    ),
    Attack(
        "insert below zero",
        (f"INSERT INTO ledger ({ROW}) SELECT -5, {ROW.removeprefix('seq, ')} FROM ledger WHERE seq = 1",),
        "Entry -5 stands where entry 1",
        -5,
    ),
    Attack(
        "add a payload where none was announced",
        (f"INSERT INTO payload (seq, salt, body) SELECT {WITHOUT_PAYLOAD}, salt, body FROM payload WHERE seq = 5",),
        "has no payload, but one lies beside it",
        WITHOUT_PAYLOAD,
    ),
    Attack(
        "add an empty payload where none was announced",
        (f"INSERT INTO payload (seq) VALUES ({WITHOUT_PAYLOAD})",),
        "has no payload, but one lies beside it",
        WITHOUT_PAYLOAD,
    ),
    Attack("add a payload beyond the head", ("INSERT INTO payload (seq) VALUES (99)",), "belongs to no entry", 99),
    Attack("add a payload below zero", ("INSERT INTO payload (seq) VALUES (-1)",), "belongs to no entry", -1),
    Attack(
        "announce a payload where there is none",
        (f"UPDATE ledger SET payload_digest = hash WHERE seq = {WITHOUT_PAYLOAD}",),
        CHANGED,
        WITHOUT_PAYLOAD,
    ),
)


def replace_entry(run: Run, seq: int = 5) -> None:
    """Change one entry and give it the hash it should have; only the link of the next one still tells."""
    run(f"UPDATE ledger SET actor = 'mallory' WHERE seq = {seq}")
    ((*fields, _),) = run(f"SELECT {ROW} FROM ledger WHERE seq = {seq}")
    run(f"UPDATE ledger SET hash = '{entry_hash(*fields)}' WHERE seq = {seq}")


def rewrite_chain(run: Run, *, actor: str = "mallory", seq: int = 5) -> None:
    """The strongest attack: change an entry and compute every later hash anew, as the code itself would."""
    run(f"UPDATE ledger SET actor = '{actor}' WHERE seq = {seq}")
    prev = GENESIS
    for row in run(f"SELECT {ROW} FROM ledger ORDER BY seq"):
        digest = entry_hash(*row[:7], prev)
        run(f"UPDATE ledger SET prev_hash = '{prev}', hash = '{digest}' WHERE seq = {row[0]}")
        prev = digest
