"""The parsers written in Python, one line each; a file in `parsers/` that stands in neither list fails the completeness test.

Everything else is a mapping file. A parser is written only where a mapping cannot say it.
"""

from __future__ import annotations

from collections.abc import Mapping

from include.alerts.mapped import MappedReader
from include.alerts.mapping import find_mapping, mapping_names
from include.alerts.parsers import alertmanager, cloudwatch, grafana, pagerduty
from include.alerts.raw import Parser
from include.contracts.errors import ConfigError

PARSERS: Mapping[str, Parser] = {
    "alertmanager": alertmanager.read,
    "cloudwatch": cloudwatch.read,
    "grafana": grafana.read,
    "pagerduty": pagerduty.read,
}
SHARED_MODULES = ("prometheus",)


def parser_names() -> tuple[str, ...]:
    """What a source's `parser` may be, sorted."""
    return tuple(sorted({*PARSERS, *mapping_names()}))


def find_parser(name: str) -> Parser:
    """The parser or mapping of that name; ConfigError when there is none or its file does not load."""
    if name in PARSERS:
        return PARSERS[name]
    compiled = find_mapping(name)
    if compiled is None:
        raise ConfigError(
            f"There is no alert parser {name!r}.",
            next_step=f"in sources.yaml use one of: {', '.join(parser_names())}; or add alert_sources/{name}.yaml",
        )
    return MappedReader(compiled)
