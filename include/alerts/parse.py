"""From the bytes of a post to canonical alerts: all of them, or an error that says why not."""

from __future__ import annotations

from datetime import datetime

from include.alerts.build import build_alert
from include.alerts.limits import load_payload
from include.alerts.raw import Parser, RawAlert
from include.alerts.registry import find_parser
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import Alert
from include.contracts.catalogue import AlertSource, Settings
from include.contracts.errors import ConfigError


def parse(
    body: bytes,
    source: AlertSource,
    settings: Settings,
    *,
    received_at: datetime,
    content_type: str = "application/json",
    check_clock: bool = True,
) -> list[Alert]:
    """The alerts of one post, in the payload's order.

    An empty list means that the post rightly carries none: a test of the connection, a note on an incident.

    :param source: the row of sources.yaml that the post was authenticated as
    :param received_at: aware; the clock the payload's times are compared with
    :param check_clock: off for recorded payloads
    :raises Unreadable: a `BadInput` with a `reason`; never a part of the alerts. A parser that is not configured is one
        too: the post is authenticated, so it must page (H10).
    """
    if received_at.tzinfo is None:
        raise ValueError("received_at must state a time zone")
    read = _parser(source)
    payload = load_payload(body, settings, content_type)
    raws = read(payload, max_alerts=settings.max_alerts_per_post, max_depth=settings.max_json_depth)
    return [
        _build(raw, position, len(raws), source, received_at=received_at, check_clock=check_clock)
        for position, raw in enumerate(raws, 1)
    ]


def _parser(source: AlertSource) -> Parser:
    try:
        return find_parser(source.parser)
    except ConfigError as error:
        raise Unreadable(error.message, next_step=error.next_step, reason=Reason.CONFIGURATION) from error


def _build(raw: RawAlert, position: int, total: int, source: AlertSource, *, received_at: datetime, check_clock: bool) -> Alert:
    try:
        return build_alert(raw, source, received_at=received_at, check_clock=check_clock)
    except Unreadable as error:
        raise error.within(f"Alert {position} of {total}") from error
