"""Who may do what in PostgreSQL. Whoever migrates owns the tables; what runs logs in as a member of the groups below.

The groups cannot log in and are the cluster's, not the database's; a login role is made with `CREATE ROLE … LOGIN` and
`GRANT holdpoint_intake TO …`. What `PRIVILEGES` does not name, nobody may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import ConfigError, StoreError
from include.contracts.hold import HoldState
from include.store.database import CLOCK
from include.store.erasure import ERASED
from include.store.statements import KINDS as STATED
from include.store.uses import KINDS as USED

_READ = ("SELECT",)
_APPEND = ("SELECT", "INSERT")
_LEDGER: Mapping[str, Sequence[str]] = {"alembic_version": _READ, "ledger": _APPEND, "payload": _APPEND, "ledger_ref": _APPEND}

_REVIEW_MOVES = (
    *("state", "commit_id", "base_id", "rules", "manifest", "same_as", "files", "fresh_files"),
    *("run_id", "claimed_at", "begun_at", "ended_at"),
)
_FINDING_MOVES = ("severity", "first_review", "first_seen", "last_review", "last_seen", "fixed_review", "fixed_at")

# The API server: posts become incidents and briefings to start; the dispatcher starts them; a person looks at a brief, says
# what is wrong with it, takes a runbook out of use. What an incident is about, and whose permissions it has, is never changed
# once it is there.
_INTAKE: Mapping[str, Sequence[str]] = {
    "message": ("INSERT",),
    "alert": ("INSERT",),
    "counter": (*_APPEND, "UPDATE (count)"),
    "incident": (*_APPEND, "UPDATE (briefing, status, severity, alert_count, last_seen_at, resolved_at)"),
    "incident_firing": (*_APPEND, "DELETE"),
    "dispatch": (*_APPEND, "UPDATE (state, attempt, run_id, not_before, triggered_at)"),
    "brief": _READ,
    "evidence": _READ,
    "feedback": _APPEND,
    "quarantine": _APPEND,
    "hold": (*_READ, "UPDATE (run_id)"),
    "change_notes": _APPEND,
    "change_assessment": _READ,
    "change_package": _READ,
    "change_offer": _READ,
    "delivery": ("SELECT (state, created_at)",),  # counted, for the metrics; whom they went to is not its business
    **dict.fromkeys(("tally", "tally_head"), _READ),
    # Pull requests ask for reviews, the dispatcher starts them; people dismiss findings, and owners agree.
    "script_review": (*_APPEND, "UPDATE (state, attempt, run_id, not_before, triggered_at)"),
    **dict.fromkeys(("script_manifest", "script_batch", "script_unit", "script_report", "script_finding"), _READ),
    "script_dismissal": (*_APPEND, "UPDATE (agreed_by, agreed_at)"),
}
# Tasks, `reconcile` and the command line: questions are asked, briefings claimed, read for, drafted and delivered,
# changes requested and prepared, runbooks taken out of use. What was read, drafted or said on a ticket stays as it is.
_TRIAGE: Mapping[str, Sequence[str]] = {
    "message": _READ,
    "alert": _READ,
    "incident": _APPEND,
    "dispatch": (*_APPEND, "UPDATE (state, run_id, claimed_at)"),
    "read": (*_APPEND, "UPDATE (state, reason, attempts, evidence_id, ended_at)"),
    "not_asked": (*_APPEND, "UPDATE (gaps)"),
    "evidence": _APPEND,
    "brief": _APPEND,
    "feedback": _APPEND,
    "ticket": (*_APPEND, "UPDATE (updated_at)"),
    "ticket_comment": _APPEND,
    "delivery": (*_APPEND, "UPDATE (state, attempts, next_at, sent_at, error)"),
    "quarantine": (*_APPEND, "UPDATE (lifted_by, lifted_at)"),
    "change_notes": _APPEND,
    "change_assessment": (*_APPEND, "UPDATE (assessed_at, services, starts_at, ends_at, body)"),
    "change_package": _APPEND,
    "change_offer": (*_APPEND, "UPDATE (offered_at, request, reason)"),
    "tally": (*_APPEND, "UPDATE (count)"),
    "tally_head": (*_APPEND, "UPDATE (seq)"),
    "hand_mark": _APPEND,
    # What was reviewed and reported stays as it is; whose review it is and what became of a finding moves on.
    "script_review": (*_APPEND, f"UPDATE ({', '.join(_REVIEW_MOVES)})"),
    "script_manifest": _APPEND,
    "script_batch": (*_APPEND, "UPDATE (state, error, ended_at)"),
    "script_unit": _APPEND,
    "script_report": _APPEND,
    "script_finding": (*_APPEND, f"UPDATE ({', '.join(_FINDING_MOVES)})"),
    "script_dismissal": _READ,
    "script_comment": (*_APPEND, "UPDATE (comment_id, review_id, version, digest, at)", "DELETE"),
}

# A plan, a statement, a view, an observation stays as it is; a hold is a cache over them and moves on. Which run is a hold's
# only the dispatcher says, in the API server; no task can name its own run instead.
_HOLD: Mapping[str, Sequence[str]] = {
    "plan": _APPEND,
    "hold": (*_APPEND, "UPDATE (state, revision, superseded_by)"),
    "hold_service": _APPEND,
    "statement": _APPEND,
    "view": _APPEND,
    "observation": _APPEND,
    "outside_record": _APPEND,
    "attempt": _READ,
    "template": _APPEND,
    "standing_use": _READ,
}
# The API server sees holds and takes votes; only the writer's role opens the attempt that consumes an approval.
_WAIT: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(_HOLD, _READ),
    "hold": (*_READ, "UPDATE (state, revision)"),
    "observation": _APPEND,
}

PRIVILEGES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "holdpoint_intake": {**_LEDGER, **_INTAKE},
    "holdpoint_propose": {**_LEDGER, **_TRIAGE, **_WAIT},
    # Who declares an emergency names an incident and pages; what becomes of the page others say.
    "holdpoint_vote": {**_LEDGER, **_HOLD, "incident": _READ, "delivery": _APPEND},
    "holdpoint_execute": {
        **_LEDGER,
        **dict.fromkeys(_HOLD, _READ),
        "hold": (*_READ, "UPDATE (state, revision)"),
        "attempt": _APPEND,
        "standing_use": _APPEND,
        # An emergency is judged by its incident and its page, and leaves its review as a task on the desk.
        "incident": _READ,
        "delivery": _READ,
        "ticket": _APPEND,
    },
    "holdpoint_verify": {**_LEDGER},
    "holdpoint_read": dict.fromkeys((*_LEDGER, *_INTAKE, *_TRIAGE, *_HOLD), _READ),
    "holdpoint_erase": {**_LEDGER, "payload": (*_APPEND, "UPDATE (salt, body, erased)"), "ledger_ref": (*_APPEND, "DELETE")},
}
"""Group role -> table -> privileges. The one place where a new table is opened to anybody."""

SEQUENCES: Mapping[str, str] = {
    "alert": "alert_id_seq",
    "observation": "observation_id_seq",
    "outside_record": "outside_record_id_seq",
    "quarantine": "quarantine_id_seq",
    "ticket": "ticket_number_seq",
    "ticket_comment": "ticket_comment_id_seq",
}
"""Table -> the sequence its numbers come from, open to whoever may insert into the table."""

_NOW = CLOCK["postgresql"]
_MOVES = frozenset(f"hold.{state.value}" for state in HoldState)
_USED = frozenset(USED.values())
_FILED = "template.filed"
_SENT = "delivery.sent"  # an emergency is released on it
_EXPIRED = "hold.expired"  # the one move that tasks make

_DROP_POLICIES = """DO $$ DECLARE found text; BEGIN
  FOR found IN SELECT polname FROM pg_policy WHERE polrelid = $t$TABLE$t$::regclass LOOP
    EXECUTE 'DROP POLICY ' || quote_ident(found) || $t$ ON TABLE$t$;
  END LOOP;
END $$"""

_UNISOLATED = """
SELECT CASE WHEN rolsuper THEN 'a superuser'
            WHEN pg_has_role(current_user, relowner, 'MEMBER') THEN 'the owner of the tables' END
FROM pg_roles, pg_class WHERE rolname = current_user AND pg_class.oid = 'ledger'::regclass
"""


def roles_sql(schema: str = "public") -> str:
    """The statements that `apply_roles` runs, to be read, or run by hand by the tables' owner."""
    return ";\n".join(["BEGIN", *_statements(schema), "COMMIT"]) + ";\n"


def apply_roles(engine: Engine) -> None:
    """Make the group roles and give them exactly the privileges of `PRIVILEGES`; harmless when done before.

    :raises ConfigError: the store is not PostgreSQL
    :raises StoreError: the database refused; nothing was changed
    """
    if engine.dialect.name != "postgresql":
        raise ConfigError("Only PostgreSQL has roles.", next_step="Nothing to do for a SQLite store: it has one user.")
    try:
        with engine.begin() as conn:
            for statement in _statements(str(conn.exec_driver_sql("SELECT current_schema()").scalar_one())):
                conn.exec_driver_sql(statement)
    except DBAPIError as error:
        raise StoreError(
            f"The roles could not be applied: {error.orig}",
            next_step="Run ./holdpoint store migrate, then this, as the tables' owner with the right CREATEROLE.",
        ) from error


def isolation_gap(conn: Connection) -> str | None:
    """Why the roles do not bind this connection, for people to read; None where they do."""
    if conn.dialect.name != "postgresql":
        return "SQLite has no roles: who can write the file can write anything."
    who = conn.exec_driver_sql(_UNISOLATED).scalar()
    return f"This login is {who}: triggers and grants bind only others." if who else None


def _statements(schema: str) -> Iterator[str]:
    quoted = '"' + schema.replace('"', '""') + '"'
    groups = ", ".join(PRIVILEGES)
    for role in PRIVILEGES:
        # Roles are the cluster's: another store's set-up may make the same one at the same time.
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    yield f"REVOKE CREATE ON SCHEMA {quoted} FROM PUBLIC"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {quoted} FROM PUBLIC, {groups}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {quoted} FROM PUBLIC, {groups}"
    yield f"GRANT USAGE ON SCHEMA {quoted} TO {groups}"
    for role, tables in PRIVILEGES.items():
        for table, privileges in tables.items():
            yield f"GRANT {', '.join(privileges)} ON {quoted}.{table} TO {role}"
            if table in SEQUENCES and "INSERT" in privileges:
                yield f"GRANT USAGE ON SEQUENCE {quoted}.{SEQUENCES[table]} TO {role}"
    yield from _policies(f"{quoted}.ledger")


def _policies(ledger: str) -> Iterator[str]:
    """Everybody with SELECT sees every entry. What kinds each group may enter, `_enters` says, and of several groups all apply;
    nobody enters one of a time to come: all that follows would seem to have been said with the clock set back."""
    yield _DROP_POLICIES.replace("TABLE", ledger)
    yield f"ALTER TABLE {ledger} ENABLE ROW LEVEL SECURITY"
    appending = [role for role, tables in PRIVILEGES.items() if "INSERT" in tables["ledger"]]
    rules = {"holdpoint_see": "FOR SELECT USING (true)"}
    rules |= {role: f"FOR INSERT TO {role} WITH CHECK (at <= {_NOW} AND {_enters(role)})" for role in appending}
    for name, rule in rules.items():
        yield f"CREATE POLICY {name} ON {ledger} {rule}"


def _enters(role: str) -> str:
    """The kinds that a group may enter, as a condition: an entry without its row stops every decision, for good. So an erasure is
    entered by the erasing role, which enters nothing else; a statement by who may keep one; a hold's move by who may move it."""
    if role == "holdpoint_erase":
        return f"kind = '{ERASED}'"
    tables = PRIVILEGES[role]
    states = "INSERT" in tables.get("statement", ())
    moves = states or "INSERT" in tables.get("attempt", ())
    expires = any("state" in privilege for privilege in tables.get("hold", ()))
    refused = {ERASED} | (set() if states else set(STATED)) | (set() if moves else _MOVES)
    refused -= {_EXPIRED} if expires else set()
    refused |= set() if "INSERT" in tables.get("standing_use", ()) else _USED
    refused |= set() if "INSERT" in tables.get("template", ()) else {_FILED}
    refused |= set() if any("sent_at" in privilege for privilege in tables.get("delivery", ())) else {_SENT}
    return f"kind NOT IN ({', '.join(map(repr, sorted(refused)))})"
