"""Send what is due, and pass it up the chain when it cannot be delivered in time."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.delivery.endpoints import Endpoints
from include.delivery.people import chain_of
from include.delivery.transports.base import Letter
from include.delivery.transports.registry import TRANSPORTS
from include.policy.permit import clears
from include.store import deliveries, incidents, ledger
from include.store.database import Store, day, now
from include.store.times import from_text

ACTOR = "delivery@service"
HOLD_S = 90.0  # how long a sender may take before another may try: longer than any transport's own limit
RETRY_S = 60.0
GIVE_UP_S = 24 * 3_600.0


def send(store: Store, catalogue: Catalogue, delivery_id: str, endpoints: Endpoints) -> bool:
    """Send one message if it is due and nobody else is sending it. True when it was delivered by this call."""
    with store.begin() as conn:
        row = deliveries.take(conn, delivery_id, hold_s=HOLD_S)
    if row is None:
        return False
    try:
        _transport(catalogue, row, endpoints)
    except HoldpointError as error:
        failure = error.code
    except Exception as error:  # a transport's own mistake must not lose the page
        failure = type(error).__name__
    else:
        with store.begin() as conn:
            ledger.lock(conn)
            deliveries.sent(conn, delivery_id)
            _record(conn, row, "delivery.sent", {})
        return True
    with store.begin() as conn:
        ledger.lock(conn)
        _not_sent(conn, catalogue, row, failure)
    return False


def _transport(catalogue: Catalogue, row: RowMapping, endpoints: Endpoints) -> None:
    channel = catalogue.channels[row["channel"]]
    person = catalogue.person(row["recipient"])
    endpoint = endpoints(channel.conn_id) if channel.conn_id else None
    letter = Letter(row["mark"], person.name, person.email, row["subject"], row["body"])
    TRANSPORTS[channel.kind](letter, endpoint)


def _not_sent(conn: Connection, catalogue: Catalogue, row: RowMapping, failure: str) -> None:
    """Again later; or the next level, when this one has had its time; or give up and say so. Nothing where we were overtaken."""
    incident = incidents.get(conn, row["incident_id"])
    chain = chain_of(catalogue, incident, from_text(now(conn)), row["service"])
    level = int(row["level"])
    age_s = (from_text(now(conn)) - from_text(row["created_at"])).total_seconds()
    state = "due"
    if level + 1 < len(chain):
        minutes = chain[level + 1].after_minutes - chain[level].after_minutes
        if age_s >= 60 * max(minutes, 0):
            state = "failed"
    elif age_s >= GIVE_UP_S:
        state = "gave_up"
    if not deliveries.not_sent(conn, row["id"], attempt=row["attempts"], error=failure, state=state, retry_s=RETRY_S):
        state = "overtaken"
    if state == "failed":
        _next_level(conn, catalogue, row, level + 1)
    _record(conn, row, f"delivery.{'retry' if state == 'due' else state}", {"error": failure})


def _next_level(conn: Connection, catalogue: Catalogue, row: RowMapping, level: int) -> None:
    """The same words to the next person, over that level's channel; shortened where that one is not cleared for them."""
    incident = incidents.get(conn, row["incident_id"])
    told = chain_of(catalogue, incident, from_text(now(conn)), row["service"])[level]
    today = day(conn)
    readable = clears(catalogue, told.person.name, (row["label"],), row["service"] or incident.service, today=today)
    cleared = readable and row["label"] in told.channel.clears
    deliveries.add(
        conn,
        mark=f"{str(row['mark']).rpartition(':l')[0]}:l{level}",  # the same page, one level up
        incident_id=incident.id,
        briefing=row["briefing"],
        level=level,
        recipient=told.person.name,
        channel=told.channel.name,
        label=row["label"] if cleared else min(catalogue.classifications, key=catalogue.rank),
        subject=row["subject"] if cleared else f"[{incident.severity.value}] incident {incident.id}",
        body=row["body"] if cleared else f"Incident {incident.id} could not be delivered to the people before you.",
        service=row["service"],
    )


def _record(conn: Connection, row: RowMapping, kind: str, more: dict[str, str]) -> None:
    payload = {"delivery": row["id"], "recipient": row["recipient"], "channel": row["channel"], "level": row["level"], **more}
    ledger.append(conn, actor=ACTOR, kind=kind, subject=row["incident_id"], payload=payload)
