"""What the alerts of one transaction change, held back and written together: a repeat costs no statement of its own.

In a storm nearly every alert repeats an open incident. Its row is read once a transaction, what it counts is added up, and all
of it is written at the end, with one statement for each table. Whoever does anything else to an incident calls `settle` before
it looks, so that the store says what is so.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, RowMapping

from include.contracts.alert import Alert
from include.store import incidents, messages


class Batch:
    """:param at: the transaction's time, as stored"""

    def __init__(self, conn: Connection, at: str) -> None:
        self.conn = conn
        self.at = at
        self._posts: list[messages.Row] = []
        self._alerts: list[messages.Row] = []
        self._latest: dict[str, RowMapping | None] = {}
        self._repeats: Counter[str] = Counter()
        self._firing: dict[tuple[str, str], None] = {}

    def keep(self, *, source: str, body: bytes, digest: str, length: int, problem: str | None) -> str:
        """Keep one post; returns its id."""
        row = messages.post(source=source, body=body, digest=digest, length=length, received_at=self.at, problem=problem)
        self._posts.append(row)
        return str(row["id"])

    def add(self, item: Alert, *, message_id: str, incident_id: str | None, service: str | None, environment: str | None) -> None:
        """Record one alert under its incident."""
        row = messages.alert_row(
            item,
            message_id=message_id,
            incident_id=incident_id,
            service=service,
            environment=environment,
            received_at=self.at,
        )
        self._alerts.append(row)

    def latest(self, key: str) -> RowMapping | None:
        """The newest incident under that key, as it was before the repeats that are held back."""
        if key not in self._latest:
            self._latest[key] = incidents.latest(self.conn, key)
        return self._latest[key]

    def repeat(self, incident_id: str, fingerprint: str) -> None:
        """One more alert of an open incident."""
        self._repeats[incident_id] += 1
        self._firing[incident_id, fingerprint] = None

    def settle(self) -> None:
        """Write what is held back about incidents, and forget what was read of them."""
        incidents.set_firing(self.conn, list(self._firing))
        incidents.seen(self.conn, self._repeats, at=self.at)
        self._latest, self._repeats, self._firing = {}, Counter(), {}

    def write(self) -> None:
        """Write everything: once, at the end."""
        self.settle()
        messages.add(self.conn, posts=self._posts, alerts=self._alerts)
        self._posts, self._alerts = [], []
