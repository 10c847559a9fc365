"""Default deny: a read needs a positive rule for exactly this."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from include.contracts.errors import Denied
from include.policy.permit import Target, clears, decide, readable_labels, require

TODAY = date(2026, 11, 20)
TRIAGE = "incident_triage@service"
TARGET = Target("shop-orders", "lab", "internal")


def test_h02_the_rule_that_allowed_it_is_named(catalogue: Any) -> None:
    assert decide(catalogue, TRIAGE, "query_logs", TARGET, today=TODAY).grant == "triage-reads"


@pytest.mark.parametrize(
    ("principal", "tool", "target"),
    [
        ("nobody", "query_logs", TARGET),
        ("", "query_logs", TARGET),
        ("on-call", "query_logs", TARGET),  # a role is no principal
        ("stranger@service", "query_logs", TARGET),
        (TRIAGE, "restart_service", TARGET),
        (TRIAGE, "*", TARGET),
        (TRIAGE, "query_logs", Target("shop-orders", "lab", "restricted")),
        (TRIAGE, "query_logs", Target("shop-orders", "lab", "no-such-label")),
        (TRIAGE, "get_recent_failed_logons", Target("shop-orders", "lab", "security")),  # granted for two other services
        (TRIAGE, "get_recent_failed_logons", Target(None, "lab", "security")),
        (TRIAGE, "get_recent_failed_logons", Target("shop-frontend", "staging", "security")),
        ("jonas", "query_logs", TARGET),
    ],
)
def test_h02_what_no_grant_allows_is_denied(catalogue: Any, principal: str, tool: str, target: Target) -> None:
    assert not decide(catalogue, principal, tool, target, today=TODAY).allowed
    with pytest.raises(Denied) as caught:
        require(catalogue, principal, tool, target, today=TODAY)
    assert not caught.value.retryable


def _with_grants(catalogue: Any, **update: Any) -> Any:
    grants = tuple(row.model_copy(update=update) for row in catalogue.grants)
    return dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": grants})


def test_h02_a_grant_ends_with_its_last_day(catalogue: Any) -> None:
    assert decide(_with_grants(catalogue, expires=TODAY), TRIAGE, "query_logs", TARGET, today=TODAY).allowed
    assert not decide(_with_grants(catalogue, expires=date(2026, 11, 19)), TRIAGE, "query_logs", TARGET, today=TODAY).allowed


def test_h02_no_grants_at_all_allow_nothing(catalogue: Any) -> None:
    empty = dataclasses.replace(catalogue, tables={**catalogue.tables, "grants": ()})
    assert not decide(empty, TRIAGE, "query_logs", TARGET, today=TODAY).allowed
    assert readable_labels(empty, TRIAGE, "query_logs", "shop-orders", None, today=TODAY) == frozenset()


def test_h12_an_audience_must_clear_every_label_used(catalogue: Any) -> None:
    assert clears(catalogue, "maya", ("internal", "security"), "shop-frontend", today=TODAY)
    assert not clears(catalogue, "ruth", ("internal", "security"), "shop-frontend", today=TODAY)
    assert not clears(catalogue, "maya", ("internal", "restricted"), "shop-payments", today=TODAY)
    assert not clears(catalogue, "maya", (), "shop-payments", today=TODAY)
    assert not clears(catalogue, "maya", ("internal", "unheard-of"), "shop-payments", today=TODAY)


def test_h02_a_star_never_stands_for_a_tool_that_changes_production(catalogue: Any) -> None:
    everything = _with_grants(catalogue, tools=("*",), services=("*",), environments=("*",))
    assert decide(everything, "maya", "query_logs", TARGET, today=TODAY).allowed
    assert not decide(everything, "maya", "restart_service", TARGET, today=TODAY).allowed
    named = _with_grants(catalogue, tools=("*", "restart_service"))
    assert decide(named, "maya", "restart_service", TARGET, today=TODAY).allowed


@pytest.mark.parametrize("person", ["maya", "tomas", "priya", "jonas", "ruth", "ines"])
def test_h02_who_may_propose_a_restart_in_the_example(catalogue: Any, person: str) -> None:
    for environment in ("lab", "production"):
        target = Target("shop-orders", environment, "internal")
        assert decide(catalogue, person, "restart_service", target, today=TODAY).allowed is (person in {"maya", "tomas", "priya"})


def test_h12_who_may_propose_a_change_may_not_read_by_that(catalogue: Any) -> None:
    labels = ("internal",)
    assert clears(catalogue, "maya", labels, "shop-orders", today=TODAY)
    only = _with_grants(catalogue, principals=("maya",), tools=("restart_service",))
    assert not clears(only, "maya", labels, "shop-orders", today=TODAY)
    both = _with_grants(catalogue, principals=("maya",), tools=("restart_service", "query_logs"))
    assert clears(both, "maya", labels, "shop-orders", today=TODAY)
