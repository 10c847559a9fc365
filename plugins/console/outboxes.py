"""What the dispatcher starts runs for: each outbox is rows of the store that need one run of one DAG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping

from include.catalogue.loader import load_catalogue
from include.contracts.errors import ConfigError
from include.store import dispatches, hold_runs, script_reviews

POURING_S = 1.0  # between two looks for a briefing that may be started while posts pour in


@dataclass(frozen=True)
class Item:
    """One run to start. `conf` names the row by ids only (H12); `run_id` is the one written down for it, if any."""

    subject: str  # in the ledger
    conf: Mapping[str, Any]
    run_id: str = ""
    attempt: int = 0


class Outbox(Protocol):
    """:ivar dag_id: the DAG whose runs work on the rows"""

    dag_id: str

    def due(self, conn: Connection, limit: int) -> Sequence[Item]:
        """Rows that need a run and have no id for one, oldest first."""

    def next_due_s(self, conn: Connection) -> float | None:
        """Seconds until a row needs a run; None where that cannot be said now."""

    def unclaimed(self, conn: Connection, seconds: float) -> Sequence[Item]:
        """Rows whose run has not claimed them `seconds` after its id was written down."""

    def name_run(self, conn: Connection, item: Item, *, actor: str) -> str | None:
        """Write a run's id down; None when another process was faster."""

    def give_up(self, conn: Connection, item: Item, *, delay_s: float) -> bool:
        """Take a run's id back, so that another one is tried after `delay_s`; False where it stays: it was claimed after all."""


class Briefings:
    """One run of `incident_triage` for each briefing of an incident.

    While posts pour in, those of single alerts are started a few at a time, umbrellas first: on a small machine the tasks of a
    run take the very processor that the posts need.
    """

    dag_id = "incident_triage"

    def __init__(self, *, pouring: Callable[[], bool] = lambda: False) -> None:
        self._pouring = pouring

    def due(self, conn: Connection, limit: int) -> Sequence[Item]:
        patience_s = _patience_s() if self._pouring() else None
        return [_briefing(row) for row in dispatches.due(conn, limit, patience_s=patience_s)]

    def next_due_s(self, conn: Connection) -> float | None:
        soon = dispatches.next_due_s(conn)
        return max(soon, POURING_S) if soon is not None and self._pouring() else soon

    def unclaimed(self, conn: Connection, seconds: float) -> Sequence[Item]:
        return [_briefing(row) for row in dispatches.unclaimed(conn, seconds)]

    def name_run(self, conn: Connection, item: Item, *, actor: str) -> str | None:
        del actor
        return dispatches.next_run_id(conn, item.subject, item.conf["briefing"], item.attempt)

    def give_up(self, conn: Connection, item: Item, *, delay_s: float) -> bool:
        return dispatches.back_to_pending(conn, item.subject, item.conf["briefing"], item.run_id, delay_s=delay_s)


class Changes(Briefings):
    """One run of `change_request` for each preparation of a change request."""

    dag_id = "change_request"

    def due(self, conn: Connection, limit: int) -> Sequence[Item]:
        return [_preparation(row) for row in dispatches.due(conn, limit, changes=True)]

    def next_due_s(self, conn: Connection) -> float | None:
        del conn
        return None  # `Briefings` says it of all

    def unclaimed(self, conn: Connection, seconds: float) -> Sequence[Item]:
        return [_preparation(row) for row in dispatches.unclaimed(conn, seconds, changes=True)]


def _patience_s() -> float:
    """How long posts that pour in may keep a briefing waiting: a minute, and not beyond its deadline."""
    try:
        return min(60.0, 60 * load_catalogue().settings.brief_deadline_minutes / 2)
    except ConfigError:  # then no brief can be made either; the run says so
        return 60.0


def _briefing(row: RowMapping) -> Item:
    conf = {"incident": row["incident_id"], "briefing": row["briefing"]}
    return Item(row["incident_id"], conf, row["run_id"] or "", row["attempt"])


def _preparation(row: RowMapping) -> Item:
    conf = {"change": row["incident_id"], "briefing": row["briefing"]}
    return Item(row["incident_id"], conf, row["run_id"] or "", row["attempt"])


class Holds:
    """One run of `gated_change` for each hold: from its proposal on in mode `sensor`, once approved in mode `on_approval`."""

    dag_id = "gated_change"

    def due(self, conn: Connection, limit: int) -> Sequence[Item]:
        return [Item(row["id"], {"hold": row["id"]}) for row in hold_runs.due(conn, limit)]

    def next_due_s(self, conn: Connection) -> float | None:
        del conn
        return None

    def unclaimed(self, conn: Connection, seconds: float) -> Sequence[Item]:
        return [Item(row["id"], {"hold": row["id"]}, row["run_id"]) for row in hold_runs.unclaimed(conn, seconds)]

    def name_run(self, conn: Connection, item: Item, *, actor: str) -> str | None:
        return hold_runs.name_run(conn, item.subject, actor=actor)

    def give_up(self, conn: Connection, item: Item, *, delay_s: float) -> bool:
        # A hold has no time before which it is not tried: to wait, it keeps its id, whose run is looked for again.
        return not delay_s and hold_runs.give_up(conn, item.subject, item.run_id)


class Reviews:
    """One run of `script_review` for each review that was asked for: of a pull request, or of a repository by night."""

    dag_id = "script_review"

    def due(self, conn: Connection, limit: int) -> Sequence[Item]:
        return [_review(row) for row in script_reviews.due(conn, limit)]

    def next_due_s(self, conn: Connection) -> float | None:
        del conn
        return None

    def unclaimed(self, conn: Connection, seconds: float) -> Sequence[Item]:
        return [_review(row) for row in script_reviews.unclaimed(conn, seconds)]

    def name_run(self, conn: Connection, item: Item, *, actor: str) -> str | None:
        del actor
        return script_reviews.next_run_id(conn, item.subject, item.attempt)

    def give_up(self, conn: Connection, item: Item, *, delay_s: float) -> bool:
        return script_reviews.back_to_asked(conn, item.subject, item.run_id, delay_s=delay_s)


def _review(row: RowMapping) -> Item:
    conf = {"repository": row["repository"], "review": row["id"]}
    return Item(row["id"], conf, row["run_id"] or "", row["attempt"])
