"""The console's pages over a ledger of 1,000,000 entries ÷ the same over 1,000: at most 2.

Two stores, each with an incident that was really briefed, in the middle of what many other incidents left: a chain appended as
ever, in large batches, and their rows; and with a hold that was really proposed, 400 entries ago, since its page verifies the
chain from the proposal on. Pages are asked for over HTTP, in process, with only Airflow's login stood in for; the two stores take
turns. Nothing is kept between runs.

    python -m benchmarks.bench_console [--entries 1000000] [--rounds 25] [--folder DIR]

A page more is a line in `PAGES`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

from benchmarks.result import Result
from include.store.database import Store, new_id
from include.store.ledger import Entry, append_many
from include.store.location import home
from include.store.tables.incident import incident
from include.triage.runbooks import retrieve
from plugins.console import identity, settings
from plugins.console.app import build_app
from plugins.console.web import form_token, sending, visit
from tests.briefing import Stages, open_incident
from tests.holds_kit import Kit, make_kit
from tests.votes_kit import Ground

PAGES: Mapping[str, str] = {
    "incident list": "/incidents",
    "one incident": "/incidents/{incident}",
    "hold list": "/holds",
    "one hold": "/holds/{hold}",
    "trace by incident": "/trace?what={incident}",
    "trace by hold": "/trace?what={hold}",
    "trace by person": "/trace?what=person:maya",
    "trace by service, from the middle": "/trace?what=person:incident_triage@service&after={middle}",
    "trace by tool": "/trace?what=tool:query_logs",
    "trace by tool, earlier": "/trace?what=tool:query_logs&before={middle}",
    "trace by digest": "/trace?what={digest}",
    "trace by person and kind": "/trace?what=person:maya&kind=question.asked",
}
"""What it is -> its address; what stands in braces is each store's own."""

SMALL = 1_000
LIMIT = 2.0
BATCH = 20_000
SINCE = 400  # entries after the hold's proposal
TRIAGE = "incident_triage@service"
TOOLS = ("query_logs", "get_metrics", "search_tickets", "get_service_status")
PEOPLE = ("maya", "tomas", "priya", "ines")
READER = "maya"


@dataclass(frozen=True)
class Filled:
    """One store, and what is in it to be asked for."""

    store: Store
    known: Mapping[str, Any]

    def address(self, form: str) -> str:
        return "/holdpoint" + form.format(**self.known)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The console's pages over a long ledger against a short one.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--folder", type=Path, default=home(), help="on the disk that the store would be on")
    options = parser.parse_args(argv)
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-console-", dir=options.folder) as name, ExitStack() as stack:
        folder = Path(name)
        kit = make_kit(folder / "kit")
        stack.enter_context(patch.dict(os.environ, kit.environ))
        began = time.perf_counter()
        short, long = (_filled(folder / f"{count}.db", kit, count) for count in (SMALL, options.entries))
        built_s = round(time.perf_counter() - began, 1)
        results = _measure(stack, short, long, options.rounds, {"entries": options.entries, "built_s": built_s})
        for filled in (short, long):
            filled.store.dispose()
    for result in results:
        result.print()
    return 0 if all(result.ok for result in results) else 1


def _filled(path: Path, kit: Kit, entries: int) -> Filled:
    """A store of so many entries, with what is to be shown among them."""
    store = Store.open(f"sqlite:///{path}")
    store.migrate()
    _fill(store, entries // 2)
    stages = Stages(store, kit.catalogue, open_incident(store, kit.catalogue))
    stages.collect(stages.begin()["get_service_status"])
    retrieve(store, kit.catalogue, **stages.ids)
    stages.draft()
    stages.escalate()
    _fill(store, entries - SINCE)
    hold = Ground(store, kit).propose()
    end = _fill(store, entries)
    return Filled(store, {"incident": stages.incident_id, "hold": hold.id, "digest": hold.plan_digest, "middle": end // 2})


def _fill(store: Store, entries: int) -> int:
    """Append what other incidents leave, and their rows, until the ledger is about that long; the last entry's number."""
    with store.read() as conn:
        seq = int(conn.exec_driver_sql("SELECT max(seq) FROM ledger").scalar_one())
    while seq < entries:
        found: list[Entry] = []
        rows: list[dict[str, Any]] = []
        while len(found) < min(BATCH, entries - seq):
            rows.append(_row(new_id("inc"), seq + len(found)))
            found += _story(rows[-1]["id"], seq + len(found))
        with store.begin() as conn:
            seq = append_many(conn, found)[-1]
            conn.execute(insert(incident), rows)
    return seq


def _row(incident_id: str, number: int) -> dict[str, Any]:
    at = f"2026-11-20T{number // 36_000 % 24:02}:{number // 600 % 60:02}:{number // 10 % 60:02}.{number % 10}00000Z"
    return {
        "id": incident_id,
        "key": f"generic:{incident_id}",
        "generation": 1,
        "briefing": 1,
        "kind": "alert",
        "status": "resolved",
        "source": "generic",
        "principal": TRIAGE,
        "service": ("shop-orders", "shop-payments", "shop-frontend")[number % 3],
        "environment": "lab",
        "severity": "warning",
        "title": "Error rate",
        "owner": "tomas",
        "alert_count": 22,
        **dict.fromkeys(("opened_at", "started_at", "last_seen_at", "resolved_at"), at),
    }


def _story(incident_id: str, number: int) -> Iterator[Entry]:
    """Forty entries of one incident, as the workflow leaves them."""
    run = f"{incident_id}.b1.{new_id('run')}"
    post = {"source": "generic", "message": new_id("msg"), "digest": _digest(incident_id), "severity": "warning"}
    yield Entry("source:generic", "incident.opened", incident_id, payload=post)
    yield Entry("dispatcher@service", "dispatch.triggered", incident_id, run, {"incident": incident_id, "briefing": 1})
    yield Entry(TRIAGE, "briefing.begun", incident_id, run, {"briefing": 1, "principal": TRIAGE, "not_asked": 0})
    evidence = [new_id("ev") for _ in TOOLS]
    for tool, name in zip(TOOLS, evidence, strict=True):
        said = {
            "tool": tool,
            "params": {"service": "shop-orders"},
            "evidence": name,
            "label": "internal",
            "digest": _digest(name),
        }
        yield Entry(TRIAGE, "tool.called", incident_id, run, said)
    drafted = {"briefing": 1, "version": 1, "digest": _digest(run), "label": "internal", "retrieved": evidence, "used": evidence}
    yield Entry(TRIAGE, "brief.drafted", incident_id, run, drafted)
    ticket = {"ticket": f"DESK-{10_000 + number}", "reason": "a new incident", "new_page": True}
    yield Entry(TRIAGE, "incident.escalated", incident_id, run, ticket)
    yield Entry("delivery@service", "delivery.sent", incident_id, payload={"recipient": PEOPLE[number % 4], "level": 0})
    for person in PEOPLE:
        yield Entry(person, "brief.judged", incident_id, payload={"version": 1, "said": "useful"})
    for _ in range(26):
        yield Entry("source:generic", "incident.attached", incident_id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _measure(stack: ExitStack, short: Filled, long: Filled, rounds: int, facts: Mapping[str, Any]) -> list[Result]:
    stores: list[Filled] = [short]
    client = _client(stack, lambda: stores[0].store)

    def ask(filled: Filled, form: str) -> float:
        stores[0] = filled
        address = filled.address(form)
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:500])
        return took

    results = []
    for name, form in PAGES.items():
        times = [(ask(long, form), ask(short, form)) for _ in range(rounds + 1)][1:]
        ours, floor = (statistics.median(column) * 1_000 for column in zip(*times, strict=True))
        absolutes = {"long_ms": round(ours, 2), "short_ms": round(floor, 2), **facts}
        ratio = statistics.median(mine / bare for mine, bare in times)
        results.append(Result(f"console: {name}, long ledger ÷ short", ratio, LIMIT, absolutes=absolutes))
    return results


def _client(stack: ExitStack, store: Callable[[], Store]) -> TestClient:
    """The console below `/holdpoint`, as Airflow mounts it, for a reader who is signed in."""

    async def signed_in(_: Any) -> Any:
        return SimpleNamespace(get_name=lambda: READER)

    async def ready() -> Any:
        return SimpleNamespace(store=store())

    known = {("api", "secret_key"): "a secret of this benchmark", ("api", "base_url"): "https://ops.example.com/"}
    for module in (settings, form_token, sending):
        stack.enter_context(patch.object(module, "setting", lambda section, key: known.get((section, key), "")))
    stack.enter_context(patch.object(identity, "signed_in", signed_in))
    stack.enter_context(patch.object(visit, "ready", ready))
    airflow = FastAPI()
    airflow.mount("/holdpoint", build_app())
    return stack.enter_context(TestClient(airflow, headers={"Accept": "text/html"}))


if __name__ == "__main__":
    sys.exit(main())
