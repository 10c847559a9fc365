"""Doctor asks each change system what our account may do, and says where it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from include.doctor.change_desks import check_change_desks
from include.doctor.finding import Level
from include.doctor.ownership import check_raci_rows
from include.doctor.reviews import check_reviews
from include.doctor.surroundings import Surroundings
from tests.change_systems import LOGIN, PASSWORD, ServiceNow, serving

ROW = """- name: snow
  owner: tomas
  kind: servicenow
  conn_id: holdpoint_changes
  services: ["*"]
  environments: [production]
  clears: [internal]
{more}- name: embedded"""
ACCEPTED = """  accept_unprobed:
    {accepted_by: tomas, reason: Roles are hidden here, reviewed: "2026-11-02", review_interval_days: 30}
"""


@pytest.fixture
def snow(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceNow]:
    own = ServiceNow()
    with serving(own):
        connection = {"conn_type": "http", "host": own.url, "login": LOGIN, "password": PASSWORD}
        monkeypatch.setenv("AIRFLOW_CONN_HOLDPOINT_CHANGES", json.dumps(connection))
        yield own


def with_row(edited: Callable[..., Any], more: str = "") -> Any:
    return edited(("change_desks.yaml", "- name: embedded", ROW.format(more=more)))


def test_the_embedded_desk_has_nothing_to_ask(catalogue: Any, here: Surroundings):
    assert list(check_change_desks(catalogue, here)) == []


def test_an_account_that_cannot_approve_is_silent(edited: Callable[..., Any], here: Surroundings, snow: ServiceNow):
    assert list(check_change_desks(with_row(edited), here)) == []
    assert snow.writes() == []


def test_h01_an_account_that_could_approve_is_an_error(edited: Callable[..., Any], here: Surroundings, snow: ServiceNow):
    snow.roles.append("change_manager")
    (finding,) = check_change_desks(with_row(edited), here)
    assert finding.level is Level.ERROR
    assert "change_manager" in finding.problem


def test_h02_what_is_not_shown_is_said(edited: Callable[..., Any], here: Surroundings, snow: ServiceNow):
    snow.hides_roles = True
    (finding,) = check_change_desks(with_row(edited), here)
    assert finding.level is Level.ERROR
    assert "not probed" in finding.problem
    (finding,) = check_change_desks(with_row(edited, ACCEPTED), here)
    assert finding.level is Level.WARNING
    assert "accepted by tomas: Roles are hidden here" in finding.problem


def test_a_tolerated_power_is_told(edited: Callable[..., Any], here: Surroundings, snow: ServiceNow):
    (finding,) = check_change_desks(with_row(edited, "  tolerates: {itil: There is no smaller role}\n"), here)
    assert (finding.level, "itil" in finding.problem) == (Level.INFO, True)


def test_no_connection_here_is_not_probed(edited: Callable[..., Any], here: Surroundings):
    (finding,) = check_change_desks(with_row(edited), here)
    assert finding.level is Level.WARNING
    assert "not probed" in finding.problem


@pytest.mark.parametrize(
    "connection", ["{", '{"host": "http://changes.example.com", "login": "a", "password": "b"}', '{"host": "https://x.example"}']
)
def test_a_connection_that_cannot_work_is_an_error(
    edited: Callable[..., Any], here: Surroundings, monkeypatch: pytest.MonkeyPatch, connection: str
):
    monkeypatch.setenv("AIRFLOW_CONN_HOLDPOINT_CHANGES", connection)
    (finding,) = check_change_desks(with_row(edited), here)
    assert finding.level is Level.ERROR


def test_a_system_that_is_down_is_said(edited: Callable[..., Any], here: Surroundings, snow: ServiceNow):
    snow.misbehave("GET", ".*", "cut", times=9)
    (finding,) = check_change_desks(with_row(edited), here)
    assert (finding.level, "not probed" in finding.problem) == (Level.ERROR, True)


def test_h13_its_credential_needs_an_owner(edited: Callable[..., Any], here: Surroundings):
    (finding,) = check_raci_rows(with_row(edited), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "credential holdpoint_changes")
    assert "the change desk snow" in finding.problem


def test_an_acceptance_is_reviewed_on_a_clock(edited: Callable[..., Any], here: Surroundings):
    assert list(check_reviews(with_row(edited, ACCEPTED), here)) == []
    (finding,) = check_reviews(with_row(edited, ACCEPTED.replace("2026-11-02", "2026-01-02")), here)
    assert finding.subject == "change_desks.yaml (snow) accept_unprobed"
