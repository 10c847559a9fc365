"""A place to vote in: a store, people with keys, plans proposed; every statement can be bent before it is signed, or after.

ground = Ground(store, kit)
hold = ground.propose()                       # by maya
ground.approve(hold, "tomas")                 # -> the hold, approved
ground.cast(ground.vote(hold, "priya", callouts=()))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, text, update

from include.contracts.errors import Refused
from include.contracts.hold import Attempt, Hold, OutsideRecord
from include.contracts.plan import Plan, PlanRequest
from include.contracts.statement import Method, Revocation, Revoked, Signed, Vote
from include.holds import enrolment
from include.holds.consume import consume
from include.holds.digest import digest_of, read_plan, read_statement
from include.holds.gather import gather
from include.holds.release import Judgement, judge
from include.holds.revoke import revoke
from include.holds.signatures.sign_ssh import armor
from include.holds.view import current_view, keep_view
from include.holds.votes import cast
from include.store import holds, ledger, plans, statements
from include.store.database import Store, now
from include.store.schema import ledger as ledger_table
from include.store.schema import payload as payload_table
from include.store.tables.hold import statement as statement_table
from tests.holds_kit import Kit, store_time, write_people
from tests.plans_kit import proposed

WRITER = "writer@service"


@dataclass
class Ground:
    """maya proposes; tomas and priya hold the role as she does; ines and jonas do not."""

    store: Store
    kit: Kit

    @property
    def now(self) -> datetime:
        return store_time(self.store)

    def propose(self, wanted: PlanRequest | None = None, person: str = "maya", **fields: Any) -> Hold:
        hold, _ = proposed(self.store, self.kit, wanted, person, **fields)
        return hold

    def hold(self, hold: Hold) -> Hold:
        with self.store.read() as conn:
            return holds.get(conn, hold.id)

    def plan(self, hold: Hold) -> Plan:
        with self.store.read() as conn:
            return read_plan(plans.get_body(conn, hold.plan_id))

    def page(self, hold: Hold) -> str:
        """The digest of today's page, which is kept as when it is shown."""
        with self.store.begin() as conn:
            ledger.lock(conn)
            view, digest = current_view(conn, self.kit.roots, hold.id)
            keep_view(conn, view)
        return digest

    def vote(self, hold: Hold, person: str, /, by: str | None = None, **fields: Any) -> Signed:
        """A vote as it should be, with `fields` said otherwise before it is signed by the person, or by another."""
        said: dict[str, Any] = {
            **self.kit.stated(person, self.now),
            "hold": hold.id,
            "environment": hold.environment,
            "plan_digest": hold.plan_digest,
            "decision": "approve",
            "callouts": tuple(sorted(callout.id for callout in self.plan(hold).callouts)),
        } | fields
        if "view_digest" not in said:
            said["view_digest"] = self.page(hold)
        return self.kit.sign(Vote(**said), by)

    def cast(self, signed: Signed) -> Hold:
        return cast(self.store, self.kit.roots, signed)

    def approve(self, hold: Hold, person: str, /, **fields: Any) -> Hold:
        return self.cast(self.vote(hold, person, **fields))

    def reject(self, hold: Hold, person: str, /, **fields: Any) -> Hold:
        return self.cast(self.vote(hold, person, **{"decision": "reject", "reason": "Not now.", "callouts": ()} | fields))

    def take_back(self, person: str, what: Revoked, subject: str, by: str | None = None, **fields: Any) -> Hold:
        said = {**self.kit.stated(person, self.now), "what": what, "subject": subject, "reason": "I was wrong."} | fields
        return revoke(self.store, self.kit.roots, self.kit.sign(Revocation(**said), by))

    def revoke_key(self, person: str) -> None:
        """A person's own key, in the store, for good."""
        said = {"what": Revoked.KEY, "subject": self.kit.key_id(person), "reason": "Lost."}
        enrolment.revoke(self.store, self.kit.roots, self.kit.sign(Revocation(**self.kit.stated(person, self.now), **said)))

    def judge(self, hold: Hold, **more: Any) -> Judgement:
        with self.store.read() as conn:
            return judge(conn, self.kit.roots, hold.id, **more)

    def case(self, hold: Hold) -> Any:
        with self.store.read() as conn:
            return gather(conn, self.kit.roots, hold.id)

    def consume(self, hold: Hold, outside: Mapping[str, Any] | None = None) -> Attempt:
        return consume(self.store, self.kit.roots, hold.id, by=WRITER, outside=outside or {})

    # -- What is refused -----------------------------------------------------------------------------------------------

    def refused_vote(self, rule: str, signed: Signed) -> Refused:
        """The vote is refused by this rule, is not kept, and the refusal is in the ledger."""
        digest = digest_of(read_statement(signed.statement))
        kept = self.count("statement")
        with pytest.raises(Refused) as refusal:
            self.cast(signed)
        assert refusal.value.rule == rule, refusal.value
        assert self.count("statement") == kept
        last = self.entries(kind="vote.refused")[-1]
        assert (last.payload or {})["rule"] == rule
        assert (last.payload or {})["statement"] == digest
        return refusal.value

    def refused_release(self, rule: str, hold: Hold, outside: Mapping[str, Any] | None = None) -> Refused:
        """The approval cannot be consumed, by this rule, and the refusal is in the ledger."""
        before = self.count("attempt")
        with pytest.raises(Refused) as refusal:
            self.consume(hold, outside)
        assert refusal.value.rule == rule, refusal.value
        assert self.count("attempt") == before
        last = self.entries(kind="release.refused")[-1]
        assert (last.subject, (last.payload or {})["rule"]) == (hold.id, rule)
        return refusal.value

    def refused_statement(self, rule: str, work: Any) -> Refused:
        """What `work` sends is refused by this rule, and the refusal is in the ledger."""
        with pytest.raises(Refused) as refusal:
            work()
        assert refusal.value.rule == rule, refusal.value
        last = self.entries(kind="statement.refused")[-1]
        assert (last.payload or {})["rule"] == rule
        return refusal.value

    # -- The hand in the database --------------------------------------------------------------------------------------

    def entries(self, **wanted: Any) -> list[ledger.LedgerRow]:
        with self.store.read() as conn:
            return list(ledger.entries(conn, limit=10_000, **wanted))

    def rows(self, hold: Hold) -> list[statements.Stored]:
        with self.store.read() as conn:
            return list(statements.of_subject(conn, hold.id))

    def sql(self, statement: str, **values: Any) -> None:
        with self.store.begin() as conn:
            conn.execute(text(statement), values)

    def count(self, table: str) -> int:
        with self.store.read() as conn:
            return int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def edit(self, stem: str, **changes: Any) -> None:
        """Change fields of rows of a table of the catalogue, `edit("approvals", lab={"approvals": 2})`; all is loaded anew."""
        path = self.kit.folder / "config" / f"{stem}.yaml"
        rows = {row["name"]: row for row in yaml.safe_load(path.read_text())}
        for name, fields in changes.items():
            rows.setdefault(name.replace("_", "-"), {"name": name.replace("_", "-")}).update(fields)
        write_people(path, rows)
        self.kit.reload()

    def put_row(self, hold: Hold, signed: Signed, *, entered: bool, **columns: Any) -> None:
        """A statement's row as a hand in the database puts it in, with a ledger entry where that hand may append."""
        statement = read_statement(signed.statement)
        digest = digest_of(statement)
        with self.store.begin() as conn:
            ledger.lock(conn)
            seq = 1
            if entered:
                said = {"statement": digest, "type": statement.type, "person": statement.person, "key": statement.key}
                seq = ledger.append(conn, actor=statement.person, kind="vote.cast", subject=hold.id, payload=said)
            row = {
                "digest": digest,
                "type": statement.type,
                "subject": hold.id,
                "person": statement.person,
                "key": statement.key,
                "method": signed.method.value,
                "body": signed.statement,
                "signature": signed.signature,
                "received_at": now(conn),
                "seq": seq,
            }
            conn.execute(statement_table.insert().values(**row | columns))

    def drop(self, digest: str, *, entry: bool) -> None:
        """Delete a statement's row, and its ledger entry with its payload: past the triggers, as the tables' owner can."""
        with self.store.begin() as conn:
            seq = conn.scalar(select(statement_table.c.seq).where(statement_table.c.digest == digest))
            conn.execute(delete(statement_table).where(statement_table.c.digest == digest))
            if entry:
                unguarded(conn)
                conn.execute(delete(payload_table).where(payload_table.c.seq == seq))
                conn.execute(delete(ledger_table).where(ledger_table.c.seq == seq))

    def put_state(self, hold: Hold, state: str, *, entered: bool = False) -> None:
        """Move the row by hand."""
        found = self.hold(hold)
        with self.store.begin() as conn:
            ledger.lock(conn)
            if entered:
                said = {"from": found.state.value, "to": state, "revision": found.revision + 1}
                ledger.append(conn, actor="somebody", kind=f"hold.{state}", subject=hold.id, payload=said)
            values = {"state": state, "revision": found.revision + (1 if entered else 0)}
            conn.execute(update(holds.table).where(holds.table.c.id == hold.id).values(**values))


def unguarded(conn: Any) -> None:
    """Take away what protects the ledger from its users: the tables' owner can."""
    if conn.dialect.name == "sqlite":
        names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            conn.execute(text(f'DROP TRIGGER "{name}"'))
        conn.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        conn.execute(text("SET LOCAL session_replication_role = replica"))


def sign_bytes(body: str, key: Ed25519PrivateKey, type_: str = "holdpoint.vote.v1") -> Signed:
    """Any text at all, signed as if it were a statement of that type."""
    return Signed(statement=body, method=Method.SSH, signature=armor(key, f"{type_}\n{body}".encode()))


def an_outside_record(hold: Hold, account: str, at: datetime, **fields: Any) -> OutsideRecord:
    said: dict[str, Any] = {
        "source": "servicenow",
        "record": "5" * 32,
        "account": account,
        "decision": "approve",
        "plan_digest": hold.plan_digest,
        "decided_at": at,
        "fetched_at": at,
    }
    return OutsideRecord(**said | fields)
