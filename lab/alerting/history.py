"""The last seconds of one target: what each poll saw, and rates over a window, with counter resets handled as Prometheus does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lab.alerting.scrape import Sample

_KEPT = 60.0  # seconds


@dataclass(frozen=True)
class Poll:
    """One poll at `at` (monotonic seconds).

    `down` says why nothing answered, `unhealthy` why /healthz answered 503; `samples` is empty where there was no scrape.
    """

    at: float
    down: str = ""
    unhealthy: str = ""
    samples: tuple[Sample, ...] = ()


@dataclass
class History:
    """The polls of the last minute."""

    polls: deque[Poll] = field(default_factory=deque)

    def add(self, poll: Poll) -> None:
        self.polls.append(poll)
        while poll.at - self.polls[0].at > _KEPT:
            self.polls.popleft()

    @property
    def last(self) -> Poll:
        return self.polls[-1]

    def values(self, name: str, seconds: float) -> list[float]:
        """The values of gauge `name` in the last `seconds`."""
        return [each.value for poll in self._window(seconds) for each in poll.samples if each.name == name]

    def increase(self, name: str, seconds: float, where: Callable[[Mapping[str, str]], bool] = lambda _: True) -> float:
        """How much counter `name` grew in the last `seconds`, over all its series whose labels satisfy `where`."""
        return sum(self.increases(name, "", seconds, where).values())

    def increases(
        self, name: str, by: str, seconds: float, where: Callable[[Mapping[str, str]], bool] = lambda _: True
    ) -> dict[str, float]:
        """The growth of counter `name` by the values of label `by`. A fall is a restart: the new value counts whole."""
        totals: dict[str, float] = {}
        previous: dict[str, float] | None = None
        for poll in self._window(seconds):
            if not poll.samples:
                continue
            now = _totals(poll.samples, name, by, where)
            for key, value in now.items():
                before = value if previous is None else previous.get(key, 0.0)
                totals[key] = totals.get(key, 0.0) + (value - before if value >= before else value)
            previous = now
        return totals

    def _window(self, seconds: float) -> Iterable[Poll]:
        if not self.last.samples:
            return []  # the target is gone: old samples say nothing about now
        return [poll for poll in self.polls if self.last.at - poll.at <= seconds]


def _totals(samples: Iterable[Sample], name: str, by: str, where: Callable[[Mapping[str, str]], bool]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for sample in samples:
        if sample.name == name and where(sample.labels):
            key = sample.labels.get(by, "")
            totals[key] = totals.get(key, 0.0) + sample.value
    return totals
