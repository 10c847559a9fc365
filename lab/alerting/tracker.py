"""An alert's life: pending while its condition holds, firing after the rule's hold time, resolved once it stays away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lab.alerting.rules import Rule

_CLEAR_FOR = 3.0  # seconds without the condition before an alert resolves, so that it does not flap


@dataclass(frozen=True)
class Alert:
    """`starts_at` and `ends_at` in seconds since the epoch; `ends_at` is None while it fires."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    generator_url: str
    starts_at: float
    ends_at: float | None = None


@dataclass
class Tracker:
    """The state of one rule on one target."""

    rule: Rule
    service: str
    labels: Mapping[str, str]
    generator_url: str
    alert: Alert | None = None
    _since: float | None = field(default=None, repr=False)
    _seen: float = field(default=0.0, repr=False)

    def update(self, description: str, *, now: float, wall: float) -> Alert | None:
        """Take in one check at `now` (monotonic), `wall` (epoch). The alert where it began, goes on, or just ended."""
        if description:
            return self._holds(description, now, wall)
        self._since = None
        if self.alert is None or now - self._seen < _CLEAR_FOR:
            return self.alert
        ended, self.alert = replace(self.alert, ends_at=wall), None
        return ended

    def _holds(self, description: str, now: float, wall: float) -> Alert | None:
        self._since = now if self._since is None else self._since
        self._seen = now
        if self.alert is None and now - self._since < self.rule.hold:
            return None
        annotations = {
            "summary": f"{self.service}: {self.rule.summary}",
            "description": f"{self.service}: {description}.",
        }
        starts_at = wall if self.alert is None else self.alert.starts_at
        self.alert = Alert(self.labels, annotations, self.generator_url, starts_at)
        return self.alert
