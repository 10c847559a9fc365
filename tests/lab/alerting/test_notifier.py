from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from lab.alerting.notifier import Notifier, Outcome
from lab.alerting.tracker import Alert

FIRING = Alert({"alertname": "A", "service": "s"}, {}, "http://x", starts_at=1.0)
RESOLVED = replace(FIRING, ends_at=9.0)
OTHER = Alert({"alertname": "B", "service": "s"}, {}, "http://x", starts_at=1.0)


class Way:
    """A way out whose outcomes are given; keeps what was sent."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[Alert] = []

    def __call__(self, alert: Alert) -> Outcome:
        self.sent.append(alert)
        return self.outcomes.pop(0) if self.outcomes else Outcome.DELIVERED


def test_firing_goes_out_at_once_then_repeats() -> None:
    way = Way()
    notifier = Notifier(way, repeat=10)
    for now in (0.0, 1.0, 9.9, 10.1, 11.0):
        notifier.put(FIRING)
        notifier.flush(now)
    assert way.sent == [FIRING, FIRING]


def test_failures_back_off_without_end_and_never_give_up() -> None:
    way = Way(*[Outcome.FAILED] * 40)
    notifier = Notifier(way, repeat=10)
    notifier.put(FIRING)
    times, now = [], 0.0
    while len(way.sent) < 20:
        before = len(way.sent)
        notifier.flush(now)
        if len(way.sent) > before:
            times.append(now)
        now += 0.25
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[:4] == [0.5, 1.0, 2.0, 4.0]
    assert max(gaps) == gaps[-1] == 30.0


def test_resolved_goes_out_once_even_after_failures() -> None:
    way = Way(Outcome.DELIVERED, Outcome.FAILED)
    notifier = Notifier(way, repeat=1)
    notifier.put(FIRING)
    notifier.flush(0.0)
    notifier.put(RESOLVED)
    for now in (0.1, 0.2, 0.7, 5.0, 50.0):
        notifier.flush(now)
    assert way.sent == [FIRING, RESOLVED, RESOLVED]


def test_end_of_what_was_never_delivered_is_not_announced() -> None:
    way = Way(Outcome.FAILED)
    notifier = Notifier(way, repeat=1)
    notifier.put(FIRING)
    notifier.flush(0.0)
    notifier.put(RESOLVED)
    notifier.flush(5.0)
    assert way.sent == [FIRING]


def test_refusal_waits_for_the_repeat() -> None:
    way = Way(Outcome.REFUSED)
    notifier = Notifier(way, repeat=10)
    notifier.put(FIRING)
    for now in (0.0, 5.0, 10.0):
        notifier.flush(now)
    assert way.sent == [FIRING, FIRING]


def test_alert_that_ends_while_its_post_is_under_way_is_still_resolved() -> None:
    sent: list[Alert] = []

    def post(alert: Alert) -> Outcome:
        sent.append(alert)
        if alert.ends_at is None:
            notifier.put(RESOLVED)  # as the polling thread does meanwhile
        return Outcome.DELIVERED

    notifier = Notifier(post, repeat=10)
    notifier.put(FIRING)
    for now in (0.0, 0.1, 0.2):
        notifier.flush(now)
    assert sent == [FIRING, RESOLVED]


def test_alert_that_begins_anew_before_its_end_was_told_fires_at_once() -> None:
    way = Way(Outcome.DELIVERED, Outcome.FAILED)
    notifier = Notifier(way, repeat=100)
    anew = replace(FIRING, starts_at=20.0)
    for alert, now in ((FIRING, 0.0), (RESOLVED, 10.0), (anew, 10.1)):
        notifier.put(alert)
        notifier.flush(now)
    assert way.sent == [FIRING, RESOLVED, anew]


def test_one_failing_alert_does_not_hold_up_another() -> None:
    way = Way(Outcome.FAILED, Outcome.DELIVERED)
    notifier = Notifier(way, repeat=10)
    notifier.put(FIRING)
    notifier.put(OTHER)
    notifier.flush(0.0)
    assert way.sent == [FIRING, OTHER]
