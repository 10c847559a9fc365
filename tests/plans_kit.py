"""Requests, plans and proposals for tests: `request()`, `plan_of(kit.catalogue)`, `proposed(store, kit)`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from include.catalogue.catalogue import Catalogue
from include.contracts.hold import Hold
from include.contracts.plan import Plan, PlanRequest, WantedStep
from include.contracts.statement import Proposal, Signed
from include.holds.derive import derive
from include.holds.digest import body_of, digest_of
from include.holds.manifest import manifest_of
from include.holds.propose import draft, propose
from include.store.database import Store
from tests.holds_kit import Kit, store_time

AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
HOLD_ID = "hold_01jd3c4k7w8m9e2f5a6b7c8d9e"
PLAN_ID = "plan_01jd3c4k7w8m9e2f5a6b7c8d9e"


def step(service: str = "shop-orders", **fields: Any) -> WantedStep:
    """A restart of the service's process, which runs; `state`, `pid` and `since` say otherwise."""
    observed = {name: fields.pop(name, usual) for name, usual in RUNS.items()}
    usual: dict[str, Any] = {
        "tool": "restart_service",
        "service": service,
        "params": {"process": service},
        "observed": observed if fields.get("after_step") is None else {},
        "observed_at": AT - timedelta(minutes=2),
        "observed_by": "maya",
    }
    return WantedStep(**usual | fields)


RUNS: dict[str, Any] = {"state": "RUNNING", "pid": 4217, "since": "2026-11-20T09:00:00Z"}


def request(*steps: WantedStep, **fields: Any) -> PlanRequest:
    usual: dict[str, Any] = {
        "environment": "lab",
        "title": "Restart the order service",
        "reason": "Its pool is exhausted and does not recover.",
        "steps": steps or (step(),),
    }
    return PlanRequest(**usual | fields)


def plan_of(catalogue: Catalogue, wanted: PlanRequest | None = None, **fields: Any) -> Plan:
    wanted = wanted or request()
    usual: dict[str, Any] = {
        "plan_id": PLAN_ID,
        "hold_id": HOLD_ID,
        "supersedes": None,
        "contributors": ["maya"],
        "proposed_at": AT,
    }
    tools = fields.pop("tools", None) or manifest_of(wanted.environment)
    return derive(catalogue, tools, wanted, **usual | fields)


def proposal(kit: Kit, plan: Plan, person: str, at: datetime, by: str | None = None, **fields: Any) -> Signed:
    """Signed by the person, or with another's key."""
    said = {**kit.stated(person, at), "hold": plan.hold, "plan_digest": digest_of(plan)} | fields
    return kit.sign(Proposal(**said), by)


def drafted(store: Store, kit: Kit, wanted: PlanRequest | None = None, person: str = "maya", **fields: Any) -> Plan:
    """A draft of now: its observations are two minutes old."""
    fresh = store_time(store) - timedelta(minutes=2)
    wanted = wanted or request()
    steps = tuple(each.model_copy(update={"observed_at": fresh, "observed_by": person}) for each in wanted.steps)
    with store.read() as conn:
        return draft(conn, kit.roots, wanted.model_copy(update={"steps": steps}), person, **fields)


def proposed(store: Store, kit: Kit, wanted: PlanRequest | None = None, person: str = "maya", **fields: Any) -> tuple[Hold, Plan]:
    """A hold in the store and its plan."""
    plan = drafted(store, kit, wanted, person, **fields)
    signed = proposal(kit, plan, person, store_time(store))
    return propose(store, kit.roots, body_of(plan), signed), plan
