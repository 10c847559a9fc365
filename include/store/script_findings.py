"""What became of findings on a repository's own branch; and what people dismissed, with the owner's agreement, if any."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, select, update

from include.contracts.errors import Conflict, NotFound
from include.contracts.script_review import Finding
from include.store import ledger
from include.store.database import new_id, now
from include.store.redaction import redact_text
from include.store.tables.script_review import script_dismissal, script_finding
from include.store.times import from_text, to_text
from include.store.upsert import insert_for, once

MAX_REASON = 1_000


@dataclass(frozen=True)
class Seen:
    """One finding's history. `first` and `fixed` are reviews; `fixed` is None while it stands."""

    fingerprint: str
    rule: str
    path: str
    severity: str
    first: str
    first_seen: datetime
    last_seen: datetime
    fixed: str | None


@dataclass(frozen=True)
class Dismissal:
    """Of one finding; or, without a fingerprint, of every finding of the rule in that repository. `agreed_by` None: proposed."""

    id: str
    repository: str
    rule: str
    fingerprint: str | None
    person: str
    reason: str
    at: datetime
    agreed_by: str | None

    @property
    def counts(self) -> bool:
        """Only what the owner has agreed to changes a rank."""
        return self.agreed_by is not None


def history(conn: Connection, repository: str) -> dict[str, Seen]:
    """Fingerprint to what is known of it."""
    rows = conn.execute(select(script_finding).where(script_finding.c.repository == repository)).mappings()
    return {row["fingerprint"]: _seen(row) for row in rows}


def _seen(row: RowMapping) -> Seen:
    return Seen(
        fingerprint=row["fingerprint"],
        rule=row["rule"],
        path=row["path"],
        severity=row["severity"],
        first=row["first_review"],
        first_seen=from_text(row["first_seen"]),
        last_seen=from_text(row["last_seen"]),
        fixed=row["fixed_review"],
    )


def keep_seen(conn: Connection, repository: str, review_id: str, found: Iterable[Finding]) -> None:
    """Findings that this review has seen: the first time, again, or back after they were fixed, which is a first time too."""
    table, at = script_finding.c, now(conn)
    known = history(conn, repository)
    rows = {each.fingerprint: _row(repository, review_id, each, at) for each in found}
    fresh = [row for name, row in rows.items() if name not in known]
    if fresh:
        made = insert_for(conn, script_finding)
        conn.execute(made.on_conflict_do_nothing(), fresh)
    mine = and_(table.repository == repository, table.fingerprint == bindparam("mine"))
    again = [_again(row, known[name], review_id) for name, row in rows.items() if name in known]
    if again:
        here: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _MOVES}
        conn.execute(update(script_finding).where(mine).values(**here, fixed_review=None, fixed_at=None), again)


_MOVES = ("first_review", "first_seen", "last_review", "last_seen", "severity")


def _again(row: dict[str, str], before: Seen, review_id: str) -> dict[str, str]:
    """What changes of a finding that is known: it is as old as it was, unless it was fixed in between."""
    back = before.fixed is not None and before.fixed != review_id
    first = {"first_review": row["first_review"], "first_seen": row["first_seen"]}
    kept = first if back else {"first_review": before.first, "first_seen": to_text(before.first_seen)}
    return {"mine": before.fingerprint, **{f"new_{name}": value for name, value in {**row, **kept}.items() if name in _MOVES}}


def _row(repository: str, review_id: str, each: Finding, at: str) -> dict[str, str]:
    return {
        "repository": repository,
        "fingerprint": each.fingerprint,
        "rule": each.rule,
        "path": each.path,
        "severity": each.severity.value,
        "first_review": review_id,
        "first_seen": at,
        "last_review": review_id,
        "last_seen": at,
    }


def keep_fixed(conn: Connection, repository: str, review_id: str, fingerprints: Collection[str]) -> None:
    """Findings that stood and are not there any more."""
    if fingerprints:
        table = script_finding.c
        mine = and_(table.repository == repository, table.fingerprint == bindparam("mine"), table.fixed_review.is_(None))
        gone = update(script_finding).where(mine).values(fixed_review=review_id, fixed_at=now(conn))
        conn.execute(gone, [{"mine": fingerprint} for fingerprint in sorted(fingerprints)])


def dismiss(
    conn: Connection, *, repository: str, rule: str, fingerprint: str | None, person: str, reason: str, review_id: str
) -> tuple[str, bool]:
    """Keep that somebody finds it wrong, and enter it: (id, created). Until the owner agrees it changes no rank."""
    ledger.lock(conn)
    said = redact_text(reason)
    found, created = once(
        conn,
        script_dismissal.c.id,
        mark=f"{repository}:{rule}:{fingerprint or '*'}",
        id=new_id("dsm"),
        repository=repository,
        rule=rule,
        fingerprint=fingerprint,
        person=person,
        reason=said,
        at=now(conn),
    )
    if created:
        payload = {"dismissal": found, "repository": repository, "rule": rule, "fingerprint": fingerprint, "reason": said}
        ledger.append(conn, actor=person, kind="finding.dismissed", subject=review_id, run="", payload=payload)
    return str(found), created


def agree(conn: Connection, dismissal_id: str, *, person: str, review_id: str) -> Dismissal:
    """The owner's agreement, once. Who the owner is, the caller has looked up.

    :raises NotFound: no such dismissal
    :raises Conflict: it was agreed to already
    """
    ledger.lock(conn)
    item = dismissal(conn, dismissal_id)
    if item.agreed_by is not None:
        raise Conflict(f"{item.agreed_by} has agreed to that already.", next_step="nothing to do")
    mine = script_dismissal.c.id == dismissal_id
    conn.execute(update(script_dismissal).where(mine).values(agreed_by=person, agreed_at=now(conn)))
    payload = {"dismissal": item.id, "repository": item.repository, "rule": item.rule, "person": item.person}
    ledger.append(conn, actor=person, kind="finding.agreed", subject=review_id, run="", payload=payload)
    return dismissal(conn, dismissal_id)


def dismissal(conn: Connection, dismissal_id: str) -> Dismissal:
    """That dismissal; NotFound where there is none."""
    row = conn.execute(select(script_dismissal).where(script_dismissal.c.id == dismissal_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such dismissal.", next_step="look at the review again")
    return _dismissal(row)


def dismissals(conn: Connection, repository: str, *, agreed: bool | None = None) -> list[Dismissal]:
    """All of a repository's, oldest first; only those that the owner has agreed to, or not yet, where `agreed` is given."""
    table = script_dismissal.c
    found = select(script_dismissal).where(table.repository == repository)
    if agreed is not None:
        found = found.where(table.agreed_by.is_not(None) if agreed else table.agreed_by.is_(None))
    return [_dismissal(row) for row in conn.execute(found.order_by(table.at, table.id)).mappings()]


def _dismissal(row: RowMapping) -> Dismissal:
    plain = ("id", "repository", "rule", "fingerprint", "person", "reason", "agreed_by")
    return Dismissal(**{name: row[name] for name in plain}, at=from_text(row["at"]))
