"""What PostgreSQL's roles may do, tried as logins of those groups."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, ProgrammingError

from include.contracts.errors import StoreError
from include.store.database import Store
from include.store.erasure import ERASED, erase
from include.store.ledger import append
from include.store.roles import PRIVILEGES, apply_roles, isolation_gap, roles_sql
from include.store.verify import verify
from tests.include.store.attacks import HEAD, build

Login = Callable[[str], Store]
RUNTIME = ["holdpoint_intake", "holdpoint_propose", "holdpoint_vote", "holdpoint_execute", "holdpoint_verify"]
ALL = list(PRIVILEGES)

CHANGES = {
    "update": "UPDATE ledger SET actor = 'mallory' WHERE seq = 4",
    "delete": "DELETE FROM ledger WHERE seq = 4",
    "truncate": "TRUNCATE ledger CASCADE",
    "upsert": "INSERT INTO ledger SELECT * FROM ledger WHERE seq = 4 ON CONFLICT (seq) DO UPDATE SET actor = 'mallory'",
    "merge": "MERGE INTO ledger USING (SELECT 4 AS n) s ON seq = n WHEN MATCHED THEN DELETE",
    "truncate payloads": "TRUNCATE payload",
    "delete a payload": "DELETE FROM payload WHERE seq = 4",
    "change a payload": "UPDATE payload SET body = '{}' WHERE seq = 4",
    "renumber a payload": "UPDATE payload SET seq = 99 WHERE seq = 4",
    "drop": "DROP TABLE payload",
    "drop the trigger": "DROP TRIGGER ledger_append ON ledger",
    "disable the trigger": "ALTER TABLE ledger DISABLE TRIGGER ALL",
    "disable the policies": "ALTER TABLE ledger DISABLE ROW LEVEL SECURITY",
    "replace a function": "CREATE OR REPLACE FUNCTION holdpoint_refuse() RETURNS trigger AS 'BEGIN END' LANGUAGE plpgsql",
    "switch triggers off": "SET session_replication_role = replica",
    "become the owner": "SET ROLE postgres",
    "make a table": "CREATE TABLE public.shadow (x int)",
    "rewrite the revision": "UPDATE alembic_version SET version_num = '0000'",
}


def refused(store: Store, statement: str) -> bool:
    try:
        with store.begin() as conn:
            conn.exec_driver_sql(statement)
    except DBAPIError:
        return True
    return False


@pytest.fixture
def ledger_store(store: Store) -> Store:
    build(store)
    return store


@pytest.mark.parametrize("role", ALL)
def test_h09_a_runtime_role_is_refused_every_change(ledger_store: Store, login: Login, role: str) -> None:
    member = login(role)
    assert [name for name, statement in CHANGES.items() if not refused(member, statement)] == []
    assert verify(ledger_store).ok


@pytest.mark.parametrize("role", RUNTIME)
def test_a_runtime_role_appends_and_reads_and_verifies(ledger_store: Store, login: Login, role: str) -> None:
    member = login(role)
    member.check()
    with member.begin() as conn:
        assert append(conn, actor="ada", kind="test.kind", subject="x", payload={"a": 1}) == HEAD + 1
        assert isolation_gap(conn) is None
    assert verify(member).entries == HEAD + 1
    assert verify(ledger_store).ok


def test_the_reading_role_reads_and_verifies_and_no_more(ledger_store: Store, login: Login) -> None:
    reader = login("holdpoint_read")
    reader.check()
    assert verify(reader).entries == HEAD
    with pytest.raises(StoreError, match="permission denied"), reader.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
    assert refused(reader, "INSERT INTO payload (seq) VALUES (99)")


def test_the_erasing_role_erases_and_no_more(ledger_store: Store, login: Login) -> None:
    eraser = login("holdpoint_erase")
    with eraser.begin() as conn:
        erase(conn, 5, "ada", "request 12")
    report = verify(ledger_store)
    assert (report.ok, report.erased) == (True, 2)
    with pytest.raises(StoreError, match="row-level security"), eraser.begin() as conn:
        append(conn, actor="ada", kind="vote.cast", subject="x")
    for change in (
        "UPDATE payload SET salt = NULL, body = NULL WHERE seq = 4",
        f"UPDATE payload SET salt = NULL, body = NULL, erased = {HEAD + 1} WHERE seq = 4",
        "UPDATE payload SET body = '{}' WHERE seq = 4",
        "UPDATE payload SET erased = NULL WHERE seq = 5",
    ):
        assert refused(eraser, change), change


@pytest.mark.parametrize("role", RUNTIME)
def test_a_runtime_role_cannot_erase_nor_claim_to_have(ledger_store: Store, login: Login, role: str) -> None:
    member = login(role)
    with pytest.raises(StoreError, match="row-level security"), member.begin() as conn:
        append(conn, actor="ada", kind=ERASED, subject="ledger:5")
    with pytest.raises(StoreError), member.begin() as conn:
        erase(conn, 5, "ada", "request 12")


def test_a_login_in_no_group_may_nothing_and_never_sees_an_empty_ledger(ledger_store: Store, login: Login) -> None:
    stranger = login("")
    for statement in ("SELECT * FROM ledger", "SELECT * FROM payload", "INSERT INTO payload (seq) VALUES (99)"):
        assert refused(stranger, statement)
    with ledger_store.begin() as conn:
        conn.exec_driver_sql(f"GRANT SELECT ON ledger, payload TO {stranger.engine.url.username}")
    assert verify(stranger).entries == HEAD
    with ledger_store.begin() as conn:
        conn.exec_driver_sql(f"REVOKE ALL ON ledger, payload FROM {stranger.engine.url.username}")


def test_a_table_that_nobody_listed_is_closed_to_all(store: Store, login: Login) -> None:
    with store.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE unlisted (x int)")
    for role in ALL:
        member = login(role)
        assert refused(member, "SELECT * FROM unlisted"), role
        assert refused(member, "INSERT INTO unlisted VALUES (1)"), role


def test_applying_again_takes_back_what_the_table_does_not_name(store: Store, login: Login) -> None:
    member = login("holdpoint_intake")
    with store.begin() as conn:
        conn.exec_driver_sql("GRANT DELETE ON payload TO holdpoint_intake")
        conn.exec_driver_sql("GRANT UPDATE (actor) ON ledger TO holdpoint_intake")
        conn.exec_driver_sql("GRANT SELECT ON payload TO PUBLIC")
    for _ in range(2):
        apply_roles(store.engine)
    with store.read() as conn:
        held = "SELECT has_table_privilege('{0}', 'payload', 'DELETE'), has_any_column_privilege('{0}', 'ledger', 'UPDATE')"
        assert tuple(conn.exec_driver_sql(held.format("holdpoint_intake")).one()) == (False, False)
    with member.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")


def test_h09_the_guards_do_not_follow_the_callers_search_path(ledger_store: Store, login: Login) -> None:
    """A role that may make temporary tables must not make the trigger look at one of its own."""
    trick = (
        "CREATE TEMP TABLE ledger AS SELECT 999::bigint AS seq, 'x'::text AS hash",
        "SET search_path = pg_temp, public",
        "INSERT INTO public.ledger VALUES (1000, '', '', '', '', '', '', 'x', '')",
    )
    with psycopg.connect(login("holdpoint_intake").engine.url.set(drivername="postgresql").render_as_string(False)) as conn:
        for statement in trick[:2]:
            conn.execute(statement)
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="can only be appended"):
            conn.execute(trick[2])


def test_the_owner_and_a_superuser_are_told_that_nothing_binds_them(store: Store) -> None:
    with store.read() as conn:
        assert "superuser" in (isolation_gap(conn) or "")


def test_the_printed_sql_is_what_is_applied(store: Store) -> None:
    with psycopg.connect(store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as conn:
        conn.execute(roles_sql())  # type: ignore[call-overload]
    with store.read() as conn:
        assert conn.exec_driver_sql("SELECT has_table_privilege('holdpoint_vote', 'ledger', 'INSERT')").scalar_one()


def test_a_login_that_may_not_make_roles_is_told_so(store: Store, login: Login) -> None:
    member = login("holdpoint_intake")
    with pytest.raises(StoreError, match="CREATEROLE"):
        apply_roles(member.engine)
    with pytest.raises(ProgrammingError), member.begin() as conn:
        conn.exec_driver_sql("CREATE ROLE holdpoint_test_mine")
