"""When to post which alert: at once, again while it fires, once when it is resolved; with back-off where the post fails.

As Alertmanager does: no answer and 5xx are tried again, any other refusal waits for the next repeat; the end of an alert
that was never delivered is not announced.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from lab.alerting.tracker import Alert
from lab.alerting.webhook import group_key

_FIRST_RETRY = 0.5  # seconds
_LONGEST_RETRY = 30.0


class Outcome(Enum):
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass
class _Group:
    alert: Alert
    announced: bool = False  # the receiver knows that it fires
    due: float = 0.0
    failures: int = 0


class Notifier:
    """`post` sends one alert and tells how it went. `put` and `flush` may be called from different threads."""

    def __init__(self, post: Callable[[Alert], Outcome], *, repeat: float) -> None:
        self._post, self._repeat = post, repeat
        self._groups: dict[str, _Group] = {}
        self._lock = threading.Lock()

    def put(self, alert: Alert) -> None:
        """Take in the newest state of an alert."""
        key = group_key(alert.labels)
        with self._lock:
            group = self._groups.setdefault(key, _Group(alert))
            ended_now = alert.ends_at is not None and group.alert.ends_at is None
            began_anew = alert.ends_at is None and group.alert.ends_at is not None
            group.alert = alert
            if ended_now or began_anew:
                group.due, group.failures = 0.0, 0

    def flush(self, now: float) -> None:
        """Post what is due at `now` (monotonic seconds). Call it from one thread."""
        with self._lock:
            # Not in `put`, where a post of the same alert may be under way and succeed.
            for key in [key for key, group in self._groups.items() if group.alert.ends_at is not None and not group.announced]:
                del self._groups[key]
            due = [(key, group.alert) for key, group in self._groups.items() if group.due <= now]
        for key, alert in due:
            self._record(key, alert, self._post(alert), now)

    def _record(self, key: str, sent: Alert, outcome: Outcome, now: float) -> None:
        with self._lock:
            group = self._groups.get(key)
            if group is None:
                return
            if outcome is Outcome.FAILED:
                group.failures += 1
                group.due = now + min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(group.failures - 1, 10))
                return
            group.failures = 0
            group.announced = group.announced or outcome is Outcome.DELIVERED
            changed_meanwhile = (group.alert.ends_at is None) != (sent.ends_at is None)
            group.due = 0.0 if changed_meanwhile else now + self._repeat
            if sent.ends_at is not None and not changed_meanwhile:
                del self._groups[key]
