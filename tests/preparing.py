"""A preparation's stages through the store alone, for tests: notes, their run, and systems that answer or do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from include.cab.begin import begin_change
from include.cab.draft import draft_package
from include.cab.file import file_package
from include.cab.judge import assess_change
from include.cab.offer import offer_plan
from include.cab.request import request_change
from include.cab.route import route
from include.contracts.cab import CabPackage
from include.contracts.errors import ReadFailed
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.contracts.tools.search_cmdb import ConfigurationItem
from include.delivery.change_drafts.filing import file_draft
from include.store import changes, ledger, reads
from include.store.database import Store
from include.triage.collect import Answer, collect

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RUN = "change_request-run"
NOTES = """# Restart the order service

Type: normal change
Purpose: the connection pool of shop-orders stays exhausted after the fix of the payments port.
Affected systems: shop-orders
Window: 2026-12-05 22:00 to 22:30 UTC
Technician: Maya Okafor
Reviewer: Tomás Lindqvist

## Implementation
1. Check that the queue of orders is short
2. Restart the process shop-orders (`supervisorctl restart shop-orders`)

## Rollback
If errors exceed 2 % after five minutes, redeploy release 1.4.2 of shop-orders and tell the shop channel.

## Validation
`curl http://shop-orders/healthz` answers 200, and the error share is below 1 % for ten minutes.
"""


def soon(at: datetime, notes: str = NOTES) -> str:
    """Notes whose window begins at `at`: a plan is proposed only near its window."""
    until = at + timedelta(hours=2)
    return notes.replace("2026-12-05 22:00 to 22:30 UTC", f"{at:%Y-%m-%d %H:%M} UTC to {until:%Y-%m-%d %H:%M} UTC")


def status(process: str = "shop-orders") -> ServiceStatus:
    running = Process(name=process, state="RUNNING", pid=4217, since=AT, exit_status=None, description="up")
    return ServiceStatus(processes=(running,), observed_at=AT)


def read(contract: Any, query: Any, principal: str) -> Answer:
    """A supervisor and a catalogue that answer; no other system does."""
    del principal
    if contract.name == "get_service_status":
        return Answer(status(), "supervisor")
    if contract.name == "search_cmdb":
        return Answer(item(query.service), f"catalogue {query.service}")
    raise ReadFailed(f"{contract.system} did not answer in time.", next_step="look at it")


def item(name: str, **fields: Any) -> ConfigurationItem:
    usual: dict[str, Any] = {
        "title": "Order service",
        "owner": "Tomás Lindqvist (tomas)",
        "tier": 1,
        "environments": ("lab", "production"),
        "depends_on": ("shop-payments",),
        "dependants": ("shop-frontend",),
        "reviewed": AT.date(),
        "stale": False,
    }
    return ConfigurationItem(name=name, **usual | fields)


def _no_system(desk: Any) -> Any:
    raise AssertionError(f"{desk.name} is no embedded desk")


@dataclass
class Preparation:
    """The stages of one run, for a request that `ask` has made."""

    store: Store
    catalogue: Any
    change_id: str

    @classmethod
    def ask(cls, store: Store, catalogue: Any, notes: str = NOTES, person: str = "maya", **more: Any) -> Preparation:
        given: dict[str, Any] = {"principal": person, "notes": notes, "environment": "lab"}
        return cls(store, catalogue, request_change(store, catalogue, **given | more).change_id)

    @property
    def ids(self) -> dict[str, Any]:
        return {"change_id": self.change_id, "briefing": 1, "run": RUN}

    def begin(self) -> list[str]:
        return list(begin_change(self.store, self.catalogue, **self.ids).read_ids)

    def collect(self, read_ids: list[str], reader: Any = read) -> list[str]:
        """The tools that did not answer."""
        failed = []
        for read_id in read_ids:
            try:
                collect(self.store, self.catalogue, read_id=read_id, run=RUN, reader=reader)
            except ReadFailed:
                with self.store.read() as conn:
                    failed.append(str(reads.get(conn, read_id)["tool"]))
        return failed

    def assess(self) -> Any:
        return assess_change(self.store, self.catalogue, **self.ids)

    def draft(self) -> Any:
        return draft_package(self.store, self.catalogue, **self.ids)

    def offer(self, reader: Any = lambda contract, query, principal: status()) -> Any:
        return offer_plan(self.store, self.catalogue, **self.ids, reader=reader)

    def file(self) -> Any:
        def embedded(draft: Any, label: str) -> Any:
            return file_draft(self.store, self.catalogue, draft, label=label, run=RUN, systems=_no_system)

        return file_package(self.store, **self.ids, file=embedded)

    def route(self) -> Any:
        return route(self.store, self.catalogue, **self.ids, link="http://localhost/run")

    def package(self) -> CabPackage:
        with self.store.read() as conn:
            row = changes.latest(conn, self.change_id)
        assert row is not None
        return changes.read(row)

    def prepared(self) -> CabPackage:
        """All stages, one after the other."""
        self.collect(self.begin())
        self.assess()
        self.draft()
        self.file()
        self.offer()
        self.route()
        return self.package()

    def kinds(self) -> list[str]:
        with self.store.read() as conn:
            return [row.kind for row in ledger.entries(conn) if row.subject == self.change_id]
