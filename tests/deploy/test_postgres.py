"""The init script and the roles on a real PostgreSQL: who may log in where, and do what."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from include.alerts.question import ask
from include.catalogue.catalogue import Catalogue
from include.contracts.errors import StoreError
from include.store import ledger
from include.store.database import Store
from include.store.erasure import erase
from include.store.roles import PRIVILEGES, apply_roles
from tests.deploy.compose import REPOSITORY

pytestmark = pytest.mark.stack

SCRIPT = REPOSITORY / "deploy" / "postgres" / "10-databases.sql"
LOGINS = ("api", "tasks", "auditor", "eraser")


@dataclass(frozen=True)
class Server:
    """A cluster of its own on loopback, made as docker-compose.yaml makes it."""

    folder: Path
    port: int
    secrets: Path

    def url(self, login: str) -> str:
        text = (self.secrets / f"store_{login}_url").read_text()
        return text.replace("@postgres/", f"@127.0.0.1:{self.port}/")

    def password_of_airflow(self) -> str:
        return (self.secrets / "airflow_db_password").read_text()

    def psql(self, secrets: Path) -> subprocess.CompletedProcess[str]:
        words = ["psql", "--quiet", "--host", str(self.folder), "--port", str(self.port), "--dbname", "postgres"]
        return _as_postgres([*words, "--file", str(self.folder / SCRIPT.name)], {"SECRETS": str(secrets)})


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("initdb")
    return found[-1].parent if found else Path(beside).parent if beside else None


def _as_postgres(words: list[str], extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """PostgreSQL does not run as root, and peer authentication wants the user of that name."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **extra}
    user = "postgres" if os.geteuid() == 0 else None
    return subprocess.run(words, env=env, user=user, cwd="/", capture_output=True, text=True, check=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() != 0 and pwd.getpwuid(os.geteuid()).pw_name != "postgres":
        pytest.skip("peer authentication needs root, or the user postgres")
    # Not below pytest's folder, which is closed to the user postgres; the name of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="hp-pg-", dir="/tmp"))
    made = Server(folder, _free_port(), folder / "secrets")
    try:
        _prepare(made)
        arguments = (REPOSITORY / "docker-compose.yaml").read_text(encoding="utf-8")
        initdb = re.search(r"POSTGRES_INITDB_ARGS: (.*)", arguments)
        assert initdb
        done = _as_postgres([str(programs / "initdb"), "--pgdata", str(folder / "data"), *initdb[1].split()], {})
        assert done.returncode == 0, done.stderr
        options = f"-p {made.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        control = [str(programs / "pg_ctl"), "--pgdata", str(folder / "data"), "--wait"]
        log = ["--log", str(folder / "log")]
        assert _as_postgres([*control, *log, "-o", options, "start"], {}).returncode == 0, (folder / "log").read_text()
        try:
            yield made
        finally:
            _as_postgres([*control, "--mode", "immediate", "stop"], {})
    finally:
        shutil.rmtree(folder)


def _prepare(made: Server) -> None:
    made.folder.chmod(0o755)
    subprocess.run(["sh", str(REPOSITORY / "deploy/make-secrets.sh"), str(made.secrets)], check=True, capture_output=True)
    shutil.copy(SCRIPT, made.folder / SCRIPT.name)
    if os.geteuid() == 0:
        shutil.chown(made.folder, "postgres")
        shutil.chown(made.secrets, "postgres")


@pytest.fixture(scope="module")
def stores(server: Server) -> Iterator[dict[str, Store]]:
    """After the init script, the migration and the roles, as the service `migrate` does it: a store for each login."""
    done = server.psql(server.secrets)
    assert done.returncode == 0, done.stderr
    opened = {login: Store.open(server.url(login)) for login in ("owner", *LOGINS)}
    opened["owner"].migrate()
    apply_roles(opened["owner"].engine)
    apply_roles(opened["owner"].engine)
    yield opened
    for store in opened.values():
        store.dispose()


def test_without_passwords_nothing_is_made(server: Server) -> None:
    done = server.psql(server.folder / "nowhere")
    assert done.returncode == 3
    assert "make-secrets.sh" in done.stderr
    words = ["psql", "-At", "--host", str(server.folder), "--port", str(server.port), "--dbname", "postgres"]
    made = _as_postgres([*words, "-c", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'holdpoint%'"], {})
    assert made.stdout == "0\n"


def test_the_init_script_makes_every_group_that_the_store_knows() -> None:
    made = set(re.findall(r"CREATE ROLE (\w+) NOLOGIN", SCRIPT.read_text(encoding="utf-8")))
    assert made == set(PRIVILEGES)


def test_every_table_is_opened_to_somebody(stores: dict[str, Store]) -> None:
    """A new migration without a line in PRIVILEGES would fail at run time only."""
    with stores["owner"].read() as conn:
        tables = set(conn.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars())
    assert tables == set().union(*PRIVILEGES.values())


def test_alerts_come_in_and_are_worked_on_under_the_runtime_logins(stores: dict[str, Store], catalogue: Catalogue) -> None:
    """Every statement of a question's way to its dispatch, and the ticket, runs with these rights and no others."""
    from include.store import dispatches, quarantine
    from include.store.desk import open_ticket

    about = {"question": "why is checkout slow?", "service": "shop-frontend", "environment": None}
    asked = ask(stores["tasks"], catalogue, principal="maya", **about)
    with stores["api"].begin() as conn:
        run = dispatches.next_run_id(conn, asked.incident_id, 1, 0)
    assert run
    with stores["tasks"].begin() as conn:
        assert dispatches.claim(conn, asked.incident_id, 1, run)
        wanted = {"queue": "shop", "title": "t", "label": "internal", "assignee": "maya", "service": None}
        first = open_ticket(conn, mark="m", incident_id=asked.incident_id, **wanted)
        again = open_ticket(conn, mark="m", incident_id=asked.incident_id, **wanted)
        quarantine.quarantine(conn, kind="runbook", name="disk-full", by="maya", reason="wrong path")
    assert first == (first[0], True)
    assert again == (first[0], False)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET kind = 'x'",
        "DELETE FROM ledger",
        "DELETE FROM payload",
        "TRUNCATE ledger CASCADE",
        "TRUNCATE payload",
        "TRUNCATE incident CASCADE",
        "DELETE FROM incident",
        "DROP TABLE payload",
        "ALTER TABLE ledger DISABLE TRIGGER ALL",
        "ALTER TABLE ledger DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (a int)",
        "CREATE TEMP TABLE mine (a int)",
        "SET ROLE holdpoint_owner",
        "SELECT 1 FROM pg_authid",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_a_runtime_login_is_refused(login: str, statement: str, server: Server, stores: dict[str, Store]) -> None:
    assert stores
    with (
        psycopg.connect(server.url(login)) as conn,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)),
    ):
        conn.execute(statement)


def test_only_the_eraser_erases_and_it_does_nothing_else(stores: dict[str, Store]) -> None:
    with stores["tasks"].begin() as conn:
        seq = ledger.append(conn, actor="maya", kind="test", subject="x", payload={"a": 1})
    for login in ("api", "tasks", "auditor"):
        with pytest.raises(StoreError), stores[login].begin() as conn:
            erase(conn, seq, "maya", "a request")
    with stores["eraser"].begin() as conn:
        erase(conn, seq, "ruth", "a request")
    with pytest.raises(StoreError), stores["eraser"].begin() as conn:
        ledger.append(conn, actor="ruth", kind="test", subject="x")


def test_the_auditor_verifies(stores: dict[str, Store]) -> None:
    from include.store.verify import verify

    assert verify(stores["auditor"]).ok


def test_nobody_logs_in_to_the_others_database(server: Server, stores: dict[str, Store]) -> None:
    assert stores
    for login in ("owner", *LOGINS):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(server.url(login).removesuffix("holdpoint") + "airflow")
    airflow = f"postgresql://airflow:{server.password_of_airflow()}@127.0.0.1:{server.port}/"
    psycopg.connect(airflow + "airflow").close()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(airflow + "holdpoint")


def test_a_wrong_password_is_refused(server: Server, stores: dict[str, Store]) -> None:
    assert stores
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://holdpoint_owner:wrong@127.0.0.1:{server.port}/holdpoint")
