"""A read's answer becomes evidence: one text, bounded, whose digest and line positions citations hold to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from include.contracts.base import clean_text
from include.contracts.errors import HoldpointError
from include.contracts.evidence import Evidence, Gap, GapKind, ReadRequest, text_digest
from include.contracts.tool import Output

MAX_TEXT = 500_000  # characters; the contract's own bound is twice that
_MAX_STRING = 8_000  # characters, as `Observed`
_MAX_REASON = 300
_MAX_ID = 63


def build_evidence(
    *, id: str, request: ReadRequest, principal: str, label: str, place: str, output: Output, collected_at: datetime
) -> Evidence:
    """`text` is the output's lines, `output` its JSON; what is too long is cut behind a line that says so.

    Both are made safe to store first (`clean_text`), so that they say the same thing.
    """
    safe = _safe_output(output)
    text = bounded("\n".join(safe.text_lines()))
    return Evidence(
        id=id,
        tool=request.tool,
        params=request.params,
        principal=principal,
        label=label,
        place=_line(place),
        collected_at=collected_at,
        text=text,
        digest=text_digest(text),
        output=safe.to_json(),
    )


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """`text`, or as many of its lines as fit and a last line that counts the rest."""
    if len(text) <= limit:
        return text
    lines = text.split("\n")
    kept, size = 0, 100  # room for the cut line
    for line in lines:
        size += len(line) + 1
        if size > limit:
            break
        kept += 1
    return "\n".join([*lines[:kept], f"… cut here: {len(lines) - kept} of {len(lines)} lines are not kept …"])


def failed(request: ReadRequest, error: HoldpointError) -> Gap:
    """The gap that a failed read leaves."""
    return Gap(kind=GapKind.FAILED, tool=request.tool, params=request.params, reason=_line(error.message))


def pending(request: ReadRequest) -> Gap:
    """The gap of a read that was still running when the brief was drafted."""
    return Gap(kind=GapKind.PENDING, tool=request.tool, params=request.params, reason="had not answered when this was drafted")


def evidence_ids(requests: Sequence[ReadRequest]) -> list[str]:
    """A speaking, unique id for each read of a plan, in its order: `query_logs.shop-orders`, `query_logs.shop-orders.2`."""
    used: set[str] = set()
    return [_unique(_stem(request), used) for request in requests]


def _stem(request: ReadRequest) -> str:
    parts = (request.tool, request.params.get("service"), request.params.get("metric"))
    return ".".join(str(part) for part in parts if part)


def _unique(stem: str, used: set[str]) -> str:
    name, number = stem[:_MAX_ID], 1
    while name in used:
        number += 1
        tail = f".{number}"
        name = stem[: _MAX_ID - len(tail)] + tail
    used.add(name)
    return name


def _safe_output(output: Output) -> Output:
    plain = output.to_json()
    safe = _clean(plain)
    return output if safe == plain else type(output).model_validate_json(json.dumps(safe))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)[: max(_MAX_STRING, len(value))]
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): _clean(item) for key, item in value.items()}
    return value


def _line(text: str) -> str:
    return _joined(clean_text(text).split())[:_MAX_REASON] or "(no reason given)"


def _joined(words: Iterable[str]) -> str:
    return " ".join(words)
