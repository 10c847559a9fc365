"""Reading a Prometheus text exposition (format 0.0.4), as far as the alert rules need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?", re.ASCII)
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.ASCII)
_UNESCAPE = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


@dataclass(frozen=True)
class Sample:
    name: str
    labels: Mapping[str, str]
    value: float


def parse(text: str) -> list[Sample]:
    """The samples of `text`; ValueError names the first line that is none."""
    lines = (line.strip() for line in text.splitlines())
    return [_sample(line) for line in lines if line and not line.startswith("#")]


def _sample(line: str) -> Sample:
    match = _SAMPLE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a metric sample: {line[:80]!r}")
    return Sample(match[1], _labels(match[2] or "", line), float(match[3]))


def _labels(text: str, line: str) -> dict[str, str]:
    labels, position = {}, 0
    while position < len(text):
        match = _LABEL.match(text, position)
        if match is None:
            raise ValueError(f"not a label set: {line[:80]!r}")
        labels[match[1]] = re.sub(r"\\.", lambda escape: _UNESCAPE.get(escape[0], escape[0]), match[2])
        position = match.end()
    return labels
