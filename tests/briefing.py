"""A briefing's stages through the store alone, for tests: a post, its run, and a supervisor that answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from include.alerts.intake import Post, commit, prepare
from include.contracts.errors import ReadFailed
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.delivery.transports.base import Endpoint
from include.store import briefs, ledger, reads
from include.store.database import Store
from include.triage.begin import begin
from include.triage.collect import Answer, collect
from include.triage.draft import draft_brief
from include.triage.escalate import escalate_briefing

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RUN = "incident_triage-run"


def read(contract: Any, query: Any, principal: str) -> Answer:
    """A supervisor that answers, with a line that PostgreSQL would not take as it is; no other system does."""
    del query, principal
    if contract.name != "get_service_status":
        raise ReadFailed(f"{contract.system} did not answer in time.", next_step="look at it")
    process = Process(name="orders", state="RUNNING", pid=7, since=AT, exit_status=None, description="up\0 \U0001f525")
    return Answer(ServiceStatus(processes=(process,), observed_at=AT), "supervisor")


def endpoint(_: str) -> Endpoint:
    return Endpoint()


@dataclass
class Stages:
    """The stages of one run; `at` is another process's connection to the store."""

    store: Store
    catalogue: Any
    incident_id: str

    def __post_init__(self) -> None:
        self.ids: dict[str, Any] = {"incident_id": self.incident_id, "briefing": 1, "run": RUN}

    def begin(self) -> dict[str, str]:
        """The ids of the reads planned for the service itself, by their tools."""
        begun = begin(self.store, self.catalogue, **self.ids)
        with self.store.read() as conn:
            rows = [reads.get(conn, read_id) for read_id in begun.read_ids]
        return {row["tool"]: row["id"] for row in rows if json.loads(row["params"])["service"] == "shop-orders"}

    def collect(self, read_id: str) -> str:
        return collect(self.store, self.catalogue, read_id=read_id, run=RUN, reader=read)

    def draft(self, at: Store | None = None) -> Any:
        return draft_brief(at or self.store, self.catalogue, **self.ids)

    def escalate(self, at: Store | None = None) -> Any:
        return escalate_briefing(at or self.store, self.catalogue, **self.ids, link="http://af/run", endpoints=endpoint)

    def brief(self) -> Any:
        with self.store.read() as conn:
            row = briefs.latest(conn, self.incident_id)
        assert row is not None
        return briefs.read(row)

    def missing(self) -> set[str]:
        """What the newest brief lacks of the service itself, by tool."""
        return {gap.tool for gap in self.brief().missing if gap.params.get("service") == "shop-orders"}

    def kinds(self) -> list[str]:
        with self.store.read() as conn:
            return [entry.kind for entry in ledger.entries(conn, subject=self.incident_id)]


def post(catalogue: Any, title: str = "Error rate", **fields: Any) -> Post:
    """An authenticated post of the generic source about shop-orders."""
    body = {"title": title, "id": title, "service": "shop-orders", "environment": "lab", "severity": "critical"}
    said = json.dumps(body | {"status": "firing", "started_at": AT.isoformat()} | fields).encode()
    return prepare(said, catalogue.source("generic"), catalogue, received_at=AT)


def open_incident(store: Store, catalogue: Any) -> str:
    with store.begin() as conn:
        (answer,) = commit(conn, catalogue, [post(catalogue)])
    return str(answer.outcomes[0].incident_id)
