"""Alerts into incidents: keys, generations, severity, resolution, storms."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from include.alerts.correlate import STORM_HOLD_S, UMBRELLA_SETTLE_S, correlate, correlation_key, open_unreadable
from include.contracts.alert import AlertStatus, Severity
from include.store import dispatches, incidents, ledger, messages
from include.store.database import Store, now
from include.store.tables.incident import dispatch, incident
from include.store.tables.intake import alert
from include.store.times import from_text, shifted, to_text

pytestmark = pytest.mark.both_databases

AT = "2026-11-20T10:00:00.000000Z"


@pytest.fixture
def place(store: Store, catalogue: Any) -> Callable[..., Any]:
    """`place(alert, …, at=…)` in one transaction; the outcomes."""

    def put(*alerts: Any, at: str = AT, source: str = "lab", catalogue: Any = catalogue) -> Any:
        with store.begin() as conn:
            ledger.lock(conn)
            row = catalogue.source(source)
            message_id = messages.keep(conn, source=source, body=b"{}", digest="0" * 64, length=2, received_at=at, problem=None)
            return correlate(conn, catalogue, row, message_id, alerts, at)

    return put


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_a_repeat_attaches_and_asks_for_no_second_briefing(place: Any, make_alert: Any, store: Store) -> None:
    (first,) = place(make_alert())
    (second,) = place(make_alert(), at=shifted(AT, seconds=30))
    assert (first.event, second.event) == ("incident.opened", "incident.attached")
    assert first.incident_id == second.incident_id
    assert _count(store, dispatch) == 1
    with store.read() as conn:
        assert incidents.get(conn, first.incident_id).alert_count == 2


def test_two_instances_of_one_alert_are_one_incident_resolved_when_both_are(place: Any, make_alert: Any, store: Store) -> None:
    place(make_alert(identity="a"), make_alert(identity="b"))
    (outcome,) = place(make_alert(identity="a", status=AlertStatus.RESOLVED))
    assert outcome.event == "incident.attached"
    (outcome,) = place(make_alert(identity="b", status=AlertStatus.RESOLVED))
    assert outcome.event == "incident.resolved"
    assert _count(store, incident) == 1


def test_a_rise_in_severity_asks_for_another_briefing_and_a_fall_does_not(place: Any, make_alert: Any, store: Store) -> None:
    place(make_alert(severity=Severity.WARNING))
    (raised,) = place(make_alert(severity=Severity.CRITICAL))
    (fallen,) = place(make_alert(severity=Severity.INFO))
    assert (raised.event, fallen.event) == ("incident.raised", "incident.attached")
    with store.read() as conn:
        found = incidents.get(conn, raised.incident_id)
        assert (found.severity, found.briefing) == (Severity.CRITICAL, 2)
        assert dispatches.get(conn, raised.incident_id, 2)["reason"] == "severity"
    assert _count(store, dispatch) == 2


@pytest.mark.parametrize(
    "severities",
    [
        (Severity.WARNING, Severity.CRITICAL),
        (Severity.CRITICAL, Severity.WARNING),
        (Severity.INFO, Severity.CRITICAL, Severity.HIGH),
        (Severity.WARNING, Severity.HIGH, Severity.CRITICAL),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("before", [None, Severity.INFO])
def test_one_post_asks_for_one_briefing_with_its_highest_severity(
    place: Any, make_alert: Any, store: Store, severities: tuple[Severity, ...], before: Severity | None
) -> None:
    if before is not None:
        place(make_alert(severity=before))
    outcomes = place(*(make_alert(identity=severity, severity=severity) for severity in severities))
    (incident_id,) = {outcome.incident_id for outcome in outcomes}
    with store.read() as conn:
        found = incidents.get(conn, incident_id)
        asked = dispatches.get(conn, incident_id, found.briefing)
    assert (found.severity, found.briefing) == (Severity.CRITICAL, 1 if before is None else 2)
    assert asked["reason"] == ("new" if before is None else "severity")
    assert _count(store, dispatch) == found.briefing


def test_a_post_that_resolves_and_raises_one_incident_asks_once_and_leaves_it_open(
    place: Any, make_alert: Any, store: Store
) -> None:
    (opened,) = place(make_alert(identity="a"))
    outcomes = place(
        make_alert(identity="b", severity=Severity.HIGH),
        make_alert(identity="a", status=AlertStatus.RESOLVED),
        make_alert(identity="b", severity=Severity.CRITICAL),
    )
    assert [outcome.event for outcome in outcomes] == ["incident.raised", "incident.attached", "incident.raised"]
    with store.read() as conn:
        found = incidents.get(conn, opened.incident_id)
    assert (found.status, found.severity, found.briefing) == ("open", Severity.CRITICAL, 2)
    assert _count(store, dispatch) == 2


@pytest.mark.parametrize("last", [Severity.CRITICAL, Severity.WARNING])
def test_a_post_that_fires_and_then_resolves_asks_for_the_briefing_all_the_same(
    place: Any, make_alert: Any, store: Store, last: Severity
) -> None:
    outcomes = place(make_alert(), make_alert(severity=last, status=AlertStatus.RESOLVED))
    assert [outcome.event for outcome in outcomes] == ["incident.opened", "incident.resolved"]
    with store.read() as conn:
        assert incidents.get(conn, outcomes[0].incident_id).status == "resolved"
    assert _count(store, dispatch) == 1


def test_next_months_outage_is_a_new_generation(place: Any, make_alert: Any, store: Store) -> None:
    (first,) = place(make_alert())
    (later,) = place(make_alert(), at=shifted(AT, seconds=30 * 86_400))
    assert later.event == "incident.opened"
    with store.read() as conn:
        assert incidents.get(conn, later.incident_id).generation == 2
        assert incidents.get(conn, first.incident_id).generation == 1


def test_a_flap_within_the_quiet_time_reopens_and_after_it_opens_anew(place: Any, make_alert: Any) -> None:
    (first,) = place(make_alert())
    place(make_alert(status=AlertStatus.RESOLVED), at=shifted(AT, seconds=60))
    (flap,) = place(make_alert(), at=shifted(AT, seconds=120))
    assert (flap.event, flap.incident_id) == ("incident.attached", first.incident_id)
    place(make_alert(status=AlertStatus.RESOLVED), at=shifted(AT, seconds=180))
    (anew,) = place(make_alert(), at=shifted(AT, seconds=180 + 31 * 60))
    assert anew.event == "incident.opened"


def test_resolved_counts_only_from_its_own_source(place: Any, make_alert: Any, store: Store) -> None:
    (opened,) = place(make_alert())
    (foreign,) = place(make_alert(source="generic", status=AlertStatus.RESOLVED), source="generic")
    assert foreign.event == "alert.unmatched"
    with store.read() as conn:
        assert incidents.get(conn, opened.incident_id).status == "open"


def test_resolved_without_an_incident_is_recorded_and_starts_nothing(place: Any, make_alert: Any, store: Store) -> None:
    (outcome,) = place(make_alert(status=AlertStatus.RESOLVED))
    assert (outcome.event, outcome.incident_id) == ("alert.unmatched", None)
    assert (_count(store, incident), _count(store, dispatch), _count(store, alert)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("fields", "service", "owner"),
    [
        ({"service": "shop-orders", "environment": "lab"}, "shop-orders", "tomas"),
        ({"service": "shop-orders", "environment": "production"}, None, "maya"),  # the source is bound to the lab
        ({"service": "Shop-Orders", "environment": "lab"}, None, "maya"),  # exact match only
        ({"service": "shop-orders ", "environment": "lab"}, None, "maya"),
        ({"service": "finance", "environment": "lab"}, None, "maya"),
        ({"service": None, "environment": None}, None, "maya"),
    ],
)
def test_h11_a_service_counts_only_by_exact_match_within_what_its_source_is_bound_to(
    place: Any, make_alert: Any, store: Store, fields: dict[str, Any], service: str | None, owner: str
) -> None:
    (outcome,) = place(make_alert(**fields))
    with store.read() as conn:
        found = incidents.get(conn, outcome.incident_id)
    assert (found.service, found.owner) == (service, owner)


def test_the_keys_parts_cannot_imitate_each_other(make_alert: Any) -> None:
    one = make_alert(service="a", environment="b", labels={"alertname": "c"})
    two = make_alert(service="a", environment="bc", labels={"alertname": "c"})
    assert correlation_key(one) != correlation_key(two)
    assert correlation_key(one) != correlation_key(
        make_alert(service="a", environment="b", labels={"alertname": "c"}, source="x")
    )


def test_numbers_in_a_title_do_not_make_another_incident(make_alert: Any) -> None:
    one = make_alert(labels={}, title="Queue holds 17 messages")
    two = make_alert(labels={}, title="Queue holds 4711 messages")
    assert correlation_key(one) == correlation_key(two)


def test_h12_secrets_in_an_alert_are_redacted_before_anything_uses_them(place: Any, make_alert: Any, store: Store) -> None:
    (outcome,) = place(
        make_alert(title="login failed password=hunter2hunter2", labels={"alertname": "x", "token": "abc123secret"})
    )
    with store.read() as conn:
        kept = conn.scalars(select(alert.c.body)).one() + incidents.get(conn, outcome.incident_id).title
    assert "hunter2hunter2" not in kept
    assert "abc123secret" not in kept


def test_a_storm_is_one_umbrella_with_one_briefing(place: Any, make_alert: Any, store: Store, catalogue: Any) -> None:
    limit = catalogue.settings.storm_new_incidents_per_minute
    outcomes = [place(make_alert(name=f"Alarm{'x' * number}"))[0] for number in range(limit + 25)]
    assert [outcome.event for outcome in outcomes[:limit]] == ["incident.opened"] * limit
    assert {outcome.event for outcome in outcomes[limit:]} == {"incident.sheltered"}
    assert _count(store, dispatch) == limit + 1
    with store.read() as conn:
        umbrella = incidents.latest(conn, "umbrella:storm")
        assert len(incidents.children(conn, umbrella["id"])) == 25
        assert dispatches.get(conn, umbrella["id"], 1)["reason"] == "umbrella"


def test_after_the_storm_incidents_stand_alone_again(place: Any, make_alert: Any, catalogue: Any) -> None:
    limit = catalogue.settings.storm_new_incidents_per_minute
    for number in range(limit + 2):
        place(make_alert(name=f"Alarm{'x' * number}"))
    (later,) = place(make_alert(name="Fresh"), at=shifted(AT, seconds=120))
    assert later.event == "incident.opened"


def _waits(store: Store) -> list[float]:
    """For how long from its asking each single alert's briefing waits, in seconds."""
    with store.read() as conn:
        rows = conn.execute(select(dispatch).where(dispatch.c.reason == "new").order_by(dispatch.c.created_at)).mappings()
        return [(from_text(row["not_before"]) - from_text(row["created_at"])).total_seconds() for row in rows]


@pytest.mark.parametrize("together", [False, True])
def test_in_a_storm_the_umbrellas_briefing_goes_first(
    place: Any, make_alert: Any, store: Store, catalogue: Any, together: bool
) -> None:
    limit = catalogue.settings.storm_new_incidents_per_minute
    alerts = [make_alert(name=f"Alarm{'x' * number}") for number in range(limit)]
    (started,) = place(alerts.pop())
    with store.begin() as conn:
        conn.execute(update(dispatch).values(not_before=now(conn)))
        run = dispatches.next_run_id(conn, started.incident_id, 1, 0)
    if together:
        place(*alerts, make_alert(name="The last"))
    else:
        for item in alerts:
            place(item)
        assert max(_waits(store)) < 1, "no storm yet"
        place(make_alert(name="The last"))
    (own, *others) = _waits(store)
    assert own < 1, "what was started stays started"
    assert min(others) > UMBRELLA_SETTLE_S
    with store.read() as conn:
        assert dispatches.get(conn, started.incident_id, 1)["run_id"] == run
        umbrella = incidents.latest(conn, "umbrella:storm")
        asked = dispatches.get(conn, umbrella["id"], 1)
        assert asked["not_before"] < shifted(asked["created_at"], seconds=min(others))


def test_a_single_briefing_in_a_storm_waits_for_a_minute_at_most_and_within_its_deadline(
    place: Any, make_alert: Any, store: Store, catalogue: Any
) -> None:
    limit, names = catalogue.settings.storm_new_incidents_per_minute, iter(range(1_000))

    def more(count: int) -> None:
        for _ in range(count):
            place(make_alert(name=f"Alarm{'x' * next(names)}"))

    more(limit + 1)
    for _ in range(5):  # the storm goes on, 20 seconds later each time
        with store.begin() as conn:
            for row in conn.execute(select(dispatch)).mappings().all():
                earlier = {name: shifted(row[name], seconds=-20) for name in ("created_at", "not_before")}
                conn.execute(update(dispatch).where(dispatch.c.incident_id == row["incident_id"]).values(**earlier))
        more(1)
    assert STORM_HOLD_S < max(_waits(store)) <= 60
    deadline = 60 * catalogue.settings.brief_deadline_minutes
    assert deadline >= 4 * STORM_HOLD_S, "or the bound below would decide here"


def test_a_short_deadline_is_not_missed_for_a_storm(place: Any, make_alert: Any, store: Store, catalogue: Any) -> None:
    hurried = replace(catalogue, settings=catalogue.settings.model_copy(update={"brief_deadline_minutes": 1}))
    for number in range(catalogue.settings.storm_new_incidents_per_minute + 1):
        place(make_alert(name=f"Alarm{'x' * number}"), catalogue=hurried)
    assert 14 < max(_waits(store)) <= 30


def _storm(place: Any, make_alert: Any, catalogue: Any, store: Store, **fields: Any) -> str:
    """A storm that has just been briefed; the umbrella's id."""
    for number in range(catalogue.settings.storm_new_incidents_per_minute + 1):
        place(make_alert(name=f"Alarm{'x' * number}", **fields))
    with store.begin() as conn:
        umbrella = incidents.latest(conn, "umbrella:storm")["id"]
        assert dispatches.claim(conn, umbrella, 1, "run-1")
        assert dispatches.finish(conn, umbrella, 1, "briefed")
    return str(umbrella)


def test_h09_what_comes_under_an_umbrella_that_was_briefed_is_in_its_next_brief(
    place: Any, make_alert: Any, catalogue: Any, store: Store
) -> None:
    umbrella = _storm(place, make_alert, catalogue, store)
    for number in range(5):
        (late,) = place(make_alert(name=f"Late{'x' * number}", service="shop-payments"))
        assert late.event == "incident.sheltered"
    with store.read() as conn:
        again = dispatches.get(conn, umbrella, 2)
        assert (again["state"], again["reason"]) == ("pending", "umbrella")
        assert again["not_before"] > shifted(again["created_at"], seconds=60)  # many together, not a page for each
        assert dispatches.get(conn, umbrella, 3) is None


@pytest.mark.parametrize("how", ["another", "the same"])
def test_h09_a_rise_in_severity_under_an_umbrella_is_briefed(
    place: Any, make_alert: Any, catalogue: Any, store: Store, how: str
) -> None:
    umbrella = _storm(place, make_alert, catalogue, store)
    name = "Late" if how == "another" else "Alarm" + "x" * catalogue.settings.storm_new_incidents_per_minute
    place(make_alert(name=name, severity=Severity.CRITICAL))
    with store.read() as conn:
        assert incidents.get(conn, umbrella).severity is Severity.CRITICAL
        assert dispatches.get(conn, umbrella, 2)["reason"] == "severity"


@pytest.mark.parametrize(
    "severities",
    [
        (Severity.WARNING, Severity.CRITICAL),
        (Severity.CRITICAL, Severity.WARNING),
        (Severity.WARNING, Severity.HIGH, Severity.CRITICAL),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("waiting", [False, True])
def test_one_post_asks_for_one_briefing_of_an_umbrella_at_once_where_it_is_more_severe(
    place: Any, make_alert: Any, catalogue: Any, store: Store, severities: tuple[Severity, ...], waiting: bool
) -> None:
    umbrella = _storm(place, make_alert, catalogue, store)
    if waiting:
        place(make_alert(name="Early"))
    before = _count(store, dispatch)
    place(*(make_alert(name=f"Late{'x' * number}", severity=severity) for number, severity in enumerate(severities)))
    assert _count(store, dispatch) == before + 1
    with store.read() as conn:
        found = incidents.get(conn, umbrella)
        asked = dispatches.get(conn, umbrella, found.briefing)
    assert (found.severity, found.briefing) == (Severity.CRITICAL, 3 if waiting else 2)
    assert asked["reason"] == "severity"
    assert asked["not_before"] < shifted(asked["created_at"], seconds=60)


def test_a_storm_in_one_post_is_one_umbrella_with_one_briefing(place: Any, make_alert: Any, store: Store, catalogue: Any) -> None:
    limit = catalogue.settings.storm_new_incidents_per_minute
    severities = [Severity.WARNING] * (limit + 1) + [Severity.HIGH, Severity.CRITICAL]
    place(*(make_alert(name=f"Alarm{'x' * number}", severity=severity) for number, severity in enumerate(severities)))
    assert _count(store, dispatch) == limit + 1
    with store.read() as conn:
        umbrella = incidents.latest(conn, "umbrella:storm")
        assert (umbrella["severity"], umbrella["briefing"]) == ("critical", 1)
        assert dispatches.get(conn, umbrella["id"], 1)["reason"] == "umbrella"


def test_h09_what_never_pauses_is_told_again_after_the_maximum_age(
    place: Any, make_alert: Any, catalogue: Any, store: Store
) -> None:
    settings = catalogue.settings
    step, source = 60 * settings.quiet_minutes - 1, catalogue.source("lab")
    found = set()
    with store.begin() as conn:
        for number in range(60 * settings.incident_max_age_minutes // step + 2):
            at = shifted(AT, seconds=number * step)
            found.add(open_unreadable(conn, source, f"msg_{number}", at, quiet_minutes=settings.quiet_minutes).incident_id)
    assert len(found) == 2


def test_h10_a_post_that_cannot_be_understood_is_an_incident_for_the_sources_owner(store: Store, catalogue: Any) -> None:
    with store.begin() as conn:
        source = catalogue.source("lab")
        first = open_unreadable(conn, source, "msg_1", AT, quiet_minutes=30)
        again = open_unreadable(conn, source, "msg_2", shifted(AT, seconds=60), quiet_minutes=30)
        later = open_unreadable(conn, source, "msg_3", shifted(AT, seconds=86_400), quiet_minutes=30)
        found = incidents.get(conn, first.incident_id)
    assert (found.kind, found.owner, found.severity) == ("unreadable", "maya", Severity.HIGH)
    assert again.incident_id == first.incident_id
    assert later.incident_id != first.incident_id
    assert _count(store, dispatch) == 2


def test_concurrent_duplicates_end_in_one_incident_with_one_briefing(place: Any, make_alert: Any, store: Store) -> None:
    start = threading.Barrier(8)
    errors: list[BaseException] = []

    def post() -> None:
        try:
            start.wait()
            place(make_alert())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert (_count(store, incident), _count(store, dispatch), _count(store, alert)) == (1, 1, 8)


def test_the_stores_clock_is_the_databases(store: Store) -> None:
    with store.read() as conn:
        assert abs(datetime.now(UTC).timestamp() - datetime.fromisoformat(now(conn)).timestamp()) < 5
    assert to_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"
