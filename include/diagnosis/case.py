"""One incident's evidence, parsed back into what the tools returned, each observation with its place in the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from include.contracts.evidence import Citation, Evidence
from include.contracts.incident import Incident
from include.contracts.tool import Output
from include.contracts.tools import TOOLS

MAX_QUOTE = 2_000  # characters of a line that a citation quotes; the contract allows twice that
T = TypeVar("T")
O = TypeVar("O", bound=Output)  # noqa: E741 (the usual name of an output type)


@dataclass(frozen=True)
class CatalogueFacts:
    """What the analysers know beside the evidence. `depends_on` as far as the principal may see it (H12)."""

    depends_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def reachable(self, service: str) -> frozenset[str]:
        """Everything that `service` depends on, at any distance."""
        found: set[str] = set()
        queue = list(self.depends_on.get(service, ()))
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                queue += self.depends_on.get(name, ())
        return frozenset(found - {service})


@dataclass(frozen=True)
class Line:
    """One line of an evidence's text."""

    evidence: str
    start: int
    text: str

    def cite(self) -> Citation:
        quote = self.text[:MAX_QUOTE]
        return Citation(evidence=self.evidence, start=self.start, end=self.start + len(quote), quote=quote)


@dataclass(frozen=True)
class Source(Generic[O]):
    """One evidence with its parsed output. Item n of the output stands on line n of the text."""

    evidence: Evidence
    output: O
    lines: tuple[Line, ...]

    @property
    def service(self) -> str | None:
        name = self.evidence.params.get("service")
        return name if isinstance(name, str) else None

    def time(self, param: str) -> datetime | None:
        """A time among the read's parameters."""
        value = self.evidence.params.get(param)
        return datetime.fromisoformat(value) if isinstance(value, str) else None

    def items(self, values: Iterable[T]) -> Iterator[tuple[T, Line]]:
        """Values with their lines, as far as the text was kept."""
        yield from zip(values, self.lines, strict=False)


def lines_of(evidence: Evidence) -> tuple[Line, ...]:
    """The lines of an evidence's text with their offsets; empty lines stay, so that positions count."""
    found, start = [], 0
    for text in evidence.text.split("\n"):
        found.append(Line(evidence.id, start, text))
        start += len(text) + 1
    return tuple(found)


@dataclass(frozen=True)
class Case:
    """What the analysers look at. `unread` holds the ids of evidence that did not parse."""

    incident: Incident
    evidence: tuple[Evidence, ...]
    facts: CatalogueFacts
    sources: tuple[Source[Any], ...]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, incident: Incident, evidence: Sequence[Evidence], facts: CatalogueFacts) -> Case:
        sources, unread = [], []
        for item in evidence:
            if item.tool not in TOOLS:
                continue
            try:
                output = TOOLS[item.tool].output_model.model_validate_json(json.dumps(item.output))
            except ValidationError:
                unread.append(item.id)
                continue
            if isinstance(output, Output):
                sources.append(Source(item, output, _kept_lines(item, output)))
        return cls(incident, tuple(evidence), facts, tuple(sources), tuple(unread))

    def of_tool(self, name: str, kind: type[O]) -> list[Source[O]]:
        """Sources of one tool, in the order of the evidence. `kind` is its output model."""
        return [source for source in self.sources if source.evidence.tool == name and isinstance(source.output, kind)]

    def services(self) -> tuple[str, ...]:
        """Services that something was read about: the incident's own first, then by name."""
        read = {source.service for source in self.sources if source.service}
        own = self.incident.service
        return tuple(sorted(read, key=lambda name: (name != own, name)))


def _kept_lines(evidence: Evidence, output: Output) -> tuple[Line, ...]:
    """Without the line that says where the text was cut."""
    lines = lines_of(evidence)
    expected = len(output.text_lines())
    if len(lines) > expected:
        return lines[:expected]
    return lines if len(lines) == expected else lines[:-1]
