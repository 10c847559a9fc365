"""A service's own metrics, scraped once in the Prometheus text format or OpenMetrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from include.contracts.base import Contract, Line
from include.contracts.errors import ConfigError
from include.contracts.tools import get_metrics
from include.contracts.tools.get_metrics import MetricsSnapshot, Sample
from include.evidence.sources import exposition
from include.evidence.sources.limits import TextBudget, flat, one_line
from plugins.hooks.read.base import Asked, ReadHook, ReadResult
from plugins.hooks.read.http_transport import BoundedHttp

_MAX_SAMPLES = 2_000
_LABEL_CHARACTERS = 500


class MetricsLocation(Contract):
    """`endpoint`: a key of the connection's `endpoints`."""

    endpoint: Line


class MetricsHook(ReadHook):
    """Connection `holdpoint_metrics`: extra `endpoints`, name → URL, or → path on the connection's host."""

    contract: ClassVar = get_metrics.CONTRACT
    location: ClassVar = MetricsLocation

    def _read(self, asked: Asked) -> ReadResult:
        at: MetricsLocation = asked.at
        connection = self.connection()
        address, path = self._address(connection, at.endpoint)
        http = BoundedHttp(
            self.with_address(connection, host=address, drop=("endpoints",)), deadline=asked.deadline, agent=self.agent
        )
        scraped_at = datetime.now(UTC)
        text = http.get(path).decode("utf-8", errors="backslashreplace")
        samples: list[Sample] = []
        budget, truncated = TextBudget(), False
        for sample in _samples(text):
            asked.deadline.check()
            size = sum(len(k) + len(v) + 4 for k, v in sample.labels.items()) + len(sample.name) + 70
            if len(samples) == _MAX_SAMPLES or not budget.take(size):
                truncated = True
                break
            samples.append(sample)
        output = MetricsSnapshot(samples=tuple(samples), scraped_at=scraped_at, truncated=truncated)
        return ReadResult(output, f"metrics of {asked.service.name} at endpoint {at.endpoint}")

    def _address(self, connection: Any, endpoint: str) -> tuple[str | None, str]:
        """The host to use instead of the connection's, if any, and the path."""
        endpoints = self.options(connection).get("endpoints", {})
        found = endpoints.get(endpoint) if isinstance(endpoints, dict) else None
        if isinstance(found, str) and found.startswith("/") and connection.host:
            return None, found
        scheme, separator, rest = found.partition("://") if isinstance(found, str) else ("", "", "")
        if separator and scheme in ("http", "https") and rest:
            host, _, path = rest.partition("/")
            return f"{scheme}://{host}", f"/{path}"
        raise ConfigError(
            f"The connection {self.conn_id!r} has no usable endpoint {endpoint!r}.",
            next_step='add it to the extra: {"endpoints": {"NAME": "http://HOST:PORT/metrics"}}, or a path where it has a host',
        )


def _samples(text: str) -> Iterator[Sample]:
    for raw in exposition.samples(text):
        labels = {one_line(key): flat(value, _LABEL_CHARACTERS) for key, value in raw.labels.items()}
        yield Sample(name=one_line(raw.name), labels=labels, value=raw.value)
