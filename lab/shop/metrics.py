"""Metrics of a service, written in the Prometheus text exposition format 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Labels = Mapping[str, str]


class _Metric(Protocol):
    def lines(self) -> list[str]: ...


def _sample(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:.12g}"


def _header(name: str, kind: str, help_text: str) -> list[str]:
    return [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]


M = TypeVar("M", bound=_Metric)


class Counter:
    """Counts events by one label (or by none, with `label` empty)."""

    def __init__(self, name: str, help_text: str, labels: Labels, label: str = "") -> None:
        self._name, self._help, self._labels, self._label = name, help_text, dict(labels), label
        self._values: dict[str, int] = {} if label else {"": 0}
        self._lock = threading.Lock()

    def add(self, value: str = "") -> None:
        with self._lock:
            self._values[value] = self._values.get(value, 0) + 1

    def lines(self) -> list[str]:
        with self._lock:
            values = sorted(self._values.items())
        samples = [
            _sample(self._name, self._labels | ({self._label: key} if self._label else {}), count) for key, count in values
        ]
        return _header(self._name, "counter", self._help) + samples


class Gauge:
    """A value read at the moment of the scrape."""

    def __init__(self, name: str, help_text: str, read: Callable[[], tuple[Labels, float]]) -> None:
        self._name, self._help, self._read = name, help_text, read

    def lines(self) -> list[str]:
        return [*_header(self._name, "gauge", self._help), _sample(self._name, *self._read())]


class Histogram:
    """Durations in seconds, in cumulative buckets."""

    def __init__(self, name: str, help_text: str, labels: Labels) -> None:
        self._name, self._help, self._labels = name, help_text, dict(labels)
        self._counts = [0] * (len(_BUCKETS) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, seconds: float) -> None:
        with self._lock:
            self._counts[bisect_left(_BUCKETS, seconds)] += 1
            self._sum += seconds

    def lines(self) -> list[str]:
        with self._lock:
            counts, total = list(self._counts), self._sum
        lines, running = _header(self._name, "histogram", self._help), 0
        for bound, count in zip((*_BUCKETS, math.inf), counts, strict=True):
            running += count
            text = "+Inf" if math.isinf(bound) else f"{bound:g}"
            lines.append(_sample(f"{self._name}_bucket", self._labels | {"le": text}, running))
        return [*lines, _sample(f"{self._name}_sum", self._labels, total), _sample(f"{self._name}_count", self._labels, running)]


class Registry:
    """All metrics of one process; every sample carries `service`."""

    def __init__(self, service: str) -> None:
        self.labels: dict[str, str] = {"service": service}
        self._metrics: list[_Metric] = []

    def counter(self, name: str, help_text: str, label: str = "") -> Counter:
        return self._keep(Counter(name, help_text, self.labels, label))

    def histogram(self, name: str, help_text: str) -> Histogram:
        return self._keep(Histogram(name, help_text, self.labels))

    def gauge(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        self._keep(Gauge(name, help_text, lambda: (self.labels, read())))

    def info(self, name: str, help_text: str, read: Callable[[], Labels]) -> None:
        """A gauge of value 1 whose labels are the information."""
        self._keep(Gauge(name, help_text, lambda: ({**self.labels, **read()}, 1)))

    def _keep(self, metric: M) -> M:
        self._metrics.append(metric)
        return metric

    def render(self) -> bytes:
        return ("\n".join(line for metric in self._metrics for line in metric.lines()) + "\n").encode()
