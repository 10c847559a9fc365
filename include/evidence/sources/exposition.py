"""Prometheus text exposition format 0.0.4 and OpenMetrics 1.0: samples, with values as they were written.

prometheus_client's parser checks each line and undoes the escapes of its labels, but makes floats of the values: "0.30" would
come back as "0.3", and a large counter rounded. So the value's own characters are taken from the line, and compared with that
float.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from include.evidence.sources.limits import Unreadable

# name, labels (quoted strings may hold braces and blanks), value
_SAMPLE = re.compile(r'[^\s{"#]*(?:[ \t]*\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?[ \t]*(?P<value>[^\s#]+)')
_WRITTEN = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+|[Ii]nf|NaN)", re.ASCII)
_LINE = 16_000  # characters; the parser takes quadratic time over quotes
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.I)


@dataclass(frozen=True)
class RawSample:
    """One sample; `value` as written wherever the usual notations are used, else Python's shortest decimal."""

    name: str
    labels: dict[str, str]
    value: str


def samples(text: str) -> Iterator[RawSample]:
    """All samples, in order; comments, timestamps and exemplars are passed over.

    :raises Unreadable: at the first line that is no sample, as Prometheus refuses the whole scrape
    """
    if _HTML.match(text):
        raise _broken(1)
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if len(stripped) > _LINE:
            raise _broken(number)
        if stripped and not stripped.startswith("#"):
            yield _sample(stripped, number)


def _sample(line: str, number: int) -> RawSample:
    from prometheus_client.parser import text_string_to_metric_families

    match = _SAMPLE.match(line)
    try:
        # An exemplar (OpenMetrics) begins after the value; the parser of 0.0.4 does not know it.
        bare = line if match is None else line[: match.end()]
        (family,) = text_string_to_metric_families(bare + "\n")
        (parsed,) = family.samples
    except (ValueError, IndexError, KeyError, AttributeError):
        raise _broken(number) from None
    if match is None:
        raise _broken(number)
    return RawSample(parsed.name, dict(parsed.labels), _value(match["value"], float(parsed.value), number))


def _broken(number: int) -> Unreadable:
    return Unreadable(f"line {number} is not in the text exposition format")


def _value(written: str, number: float, line: int) -> str:
    if not _WRITTEN.fullmatch(written):
        return "NaN" if math.isnan(number) else ("+Inf" if number > 0 else "-Inf") if math.isinf(number) else repr(number)
    same = float(written) == number or (math.isnan(number) and math.isnan(float(written)))
    if not same:  # the line was cut at the wrong place: better no value than a wrong one
        raise _broken(line)
    return written
