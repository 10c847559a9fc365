"""H12: who may see an entry, and who may read its payload. Each case that is allowed stands beside one that is not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from include.alerts.question import ask as ask_question
from include.store.database import Store, new_id
from include.store.erasure import erase
from include.store.ledger import Entry, append, append_many
from include.store.tables.hold import hold_service
from include.trace.audience import Audience
from tests.include.trace.conftest import Story

BOTH = ("internal", "security")


def audience(conn: Any, catalogue: Any, person: str) -> Audience:
    return Audience(conn, catalogue, catalogue.person(person))


def granted(catalogue: Any, *grants: tuple[str, tuple[str, ...], tuple[str, ...]]) -> Any:
    """The catalogue with these grants alone: (person, services, classifications)."""
    like = catalogue.grants[0]
    rows = tuple(
        like.model_copy(update={"name": f"g{n}", "principals": (who,), "roles": (), "services": on, "classifications": labels})
        for n, (who, on, labels) in enumerate(grants)
    )
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": rows})


def may(store: Store, catalogue: Any, person: str, subject: str, payload: dict[str, Any] | None = None) -> bool:
    with store.read() as conn:
        who = audience(conn, catalogue, person)
        return who.may_see(subject) if payload is None else who.may_read(subject, payload)


def test_h12_an_incident_is_seen_by_who_clears_its_service(store: Store, catalogue: Any, story: Story) -> None:
    orders = granted(catalogue, ("jonas", ("shop-orders",), ("internal",)), ("maya", ("shop-payments",), ("internal",)))
    assert may(store, orders, "jonas", story.incident)
    assert not may(store, orders, "maya", story.incident)
    assert not may(store, orders, "ruth", story.incident)  # audit review grants nothing by itself
    public = granted(catalogue, ("jonas", ("*",), ("public",)))
    assert not may(store, public, "jonas", story.incident)
    assert not may(store, granted(catalogue), "jonas", story.incident)


def test_h12_a_payload_may_be_classified_above_its_incident(store: Store, catalogue: Any, story: Story) -> None:
    for payload in ({"label": "security"}, {"labels": list(BOTH)}, {"label": "internal", "brief": {"labels": list(BOTH)}}):
        assert may(store, catalogue, "maya", story.incident, payload)
        assert not may(store, catalogue, "jonas", story.incident, payload)
        assert may(store, catalogue, "jonas", story.incident)
    for unheard in ({"label": "cosmic"}, {"label": ["internal"]}, {"label": 5}, {"labels": [None, {}]}):
        assert not may(store, catalogue, "maya", story.incident, unheard), unheard


def test_h12_what_is_about_no_service_is_for_audit_review_with_a_grant(store: Store, catalogue: Any) -> None:
    for subject in ("store_x", "runbook:disk-full", "person:maya", "inc_unknown", new_id("hold"), "", "ledger:99999", "ledger:1"):
        assert may(store, catalogue, "ruth", subject), subject
        assert not may(store, catalogue, "maya", subject), subject
        assert not may(store, granted(catalogue), "ruth", subject), subject
        assert not may(store, granted(catalogue, ("ruth", ("shop-orders",), ("internal",))), "ruth", subject), subject


def test_only_who_reviews_counts_as_audit_review(store: Store, catalogue: Any) -> None:
    rows = tuple(
        row.model_copy(update={"consulted": ("jonas",)}) if row.kind == "audit_review" else row for row in catalogue.raci
    )
    consulted = dataclasses.replace(catalogue, tables={**catalogue.tables, "raci": rows})
    assert may(store, consulted, "jonas", "store_x")
    assert not may(store, consulted, "maya", "store_x")  # is informed
    none = dataclasses.replace(catalogue, tables={**catalogue.tables, "raci": ()})
    assert not may(store, none, "ruth", "store_x")


def test_h12_a_record_is_about_what_its_first_entry_says(store: Store, catalogue: Any, story: Story) -> None:
    of_incident, of_services, of_one, later, odd = (new_id("later") for _ in range(5))
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry("maya", "later.made", of_incident, payload={"incident": story.incident}),
                Entry("maya", "later.made", of_services, payload={"services": ["shop-orders", "shop-payments"]}),
                Entry("maya", "later.made", of_one, payload={"service": "shop-orders", "label": "security"}),
                Entry("maya", "later.made", later, payload={}),
                Entry("maya", "later.claimed", later, payload={"incident": story.incident}),
                Entry("maya", "later.made", odd, payload={"incident": 5, "services": "shop-orders", "service": None}),
            ],
        )
    orders = granted(catalogue, ("jonas", ("shop-orders",), ("internal",)))
    assert may(store, orders, "jonas", of_incident)
    assert not may(store, orders, "jonas", of_services)
    assert may(store, granted(catalogue, ("jonas", ("shop-orders", "shop-payments"), ("internal",))), "jonas", of_services)
    assert not may(store, orders, "jonas", of_one)
    assert may(store, granted(catalogue, ("jonas", ("shop-orders",), BOTH)), "jonas", of_one)
    for subject in (later, odd):
        assert not may(store, orders, "jonas", subject)
        assert may(store, catalogue, "ruth", subject)


def test_h12_a_record_whose_first_entry_was_erased_is_for_audit_review(store: Store, catalogue: Any, story: Story) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="maya", kind="later.made", subject="later_1", payload={"incident": story.incident})
    assert may(store, catalogue, "jonas", "later_1")
    with store.begin() as conn:
        erase(conn, seq, "ruth", "request 12")
    assert not may(store, catalogue, "jonas", "later_1")
    assert not may(store, catalogue, "jonas", f"ledger:{seq}")
    assert may(store, catalogue, "ruth", f"ledger:{seq}")


def test_an_erasure_is_about_what_the_erased_entry_was(store: Store, catalogue: Any, story: Story) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="maya", kind="k", subject=story.incident, payload={"x": 1})
        by = erase(conn, seq, "ruth", "request 12")
    assert may(store, catalogue, "jonas", f"ledger:{seq}")
    assert may(store, catalogue, "jonas", f"ledger:{by}")
    orders = granted(catalogue, ("jonas", ("shop-payments",), ("internal",)))
    assert not may(store, orders, "jonas", f"ledger:{by}")


def test_a_hold_is_seen_by_who_clears_or_may_release_all_its_services(store: Store, catalogue: Any) -> None:
    hold = new_id("hold")
    services = ("shop-orders", "shop-payments")
    with store.begin() as conn:
        conn.exec_driver_sql("INSERT INTO plan (id, digest, body) VALUES ('plan_x', 'd', '{}')")
        conn.exec_driver_sql(
            "INSERT INTO hold (id, plan_id, plan_digest, environment, state, revision, title, risk, release_mode,"
            f" proposed_at, approve_by, execute_by) VALUES ('{hold}', 'plan_x', 'd', 'lab', 'proposed', 0, 't', 'low', 'sensor',"
            " 'a', 'b', 'c')"
        )
        conn.execute(hold_service.insert(), [{"hold_id": hold, "service": name} for name in services])
    nobody = granted(catalogue)
    both = granted(catalogue, ("jonas", services, ("internal",)))
    assert may(store, both, "jonas", hold)
    assert not may(store, granted(catalogue, ("jonas", services[:1], ("internal",))), "jonas", hold)
    roles = {catalogue.services[name].change_role for name in services}
    may_release = catalogue.person("jonas").model_copy(update={"roles": tuple(roles)})
    people = tuple(may_release if row.name == "jonas" else row for row in nobody.tables["people"])
    releasing = dataclasses.replace(nobody, tables={**nobody.tables, "people": people})
    assert None not in roles
    assert may(store, releasing, "jonas", hold)
    assert may(store, releasing, "jonas", hold, {"decision": "approve"})
    assert not may(store, releasing, "jonas", hold, {"label": "internal"})
    assert not may(store, nobody, "jonas", hold)


def test_h12_a_question_without_a_service_is_as_high_as_any_service(store: Store, catalogue: Any) -> None:
    asked = ask_question(store, catalogue, principal="maya", question="Who leaked it?", service=None, environment=None)
    assert may(store, catalogue, "ruth", asked.incident_id)
    assert not may(store, granted(catalogue, ("jonas", ("shop-orders",), ("internal",))), "jonas", asked.incident_id)


@pytest.mark.parametrize("labels", [("public", "internal", "security", "restricted"), ("public", "internal")])
def test_everything_is_seen_by_audit_review_that_clears_everything(store: Store, catalogue: Any, labels: tuple[str, ...]) -> None:
    everything = len(labels) == 4
    with store.read() as conn:
        assert audience(conn, granted(catalogue, ("ruth", ("*",), labels)), "ruth").sees_everything is everything
        assert not audience(conn, granted(catalogue, ("maya", ("*",), labels)), "maya").sees_everything
