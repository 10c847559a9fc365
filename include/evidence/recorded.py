"""Recorded reads: answers from a file, looked up by tool and parameters as a live call would be.

One JSON object a line: `{"tool", "params", "output"}`, or `"error"` (text) instead of `output`. A recording whose parameters
leave something out stands for every value of it; the one that says most wins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from include.contracts.base import clean_text
from include.contracts.errors import BadInput, ReadFailed
from include.contracts.evidence import ReadRequest
from include.contracts.tool import Output, ToolClass
from include.contracts.tools import TOOLS

MAX_BYTES = 64_000_000
_FIELDS = frozenset({"tool", "params", "output", "error"})


@dataclass(frozen=True)
class Recording:
    """`params` normalised by the tool's input model, field by field; `full` with defaults where the whole of it validates."""

    line: int
    tool: str
    params: dict[str, JsonValue]
    full: dict[str, JsonValue] | None
    output: dict[str, Any] | None
    error: str | None


@dataclass
class RecordedReads:
    """Answers by request. Remembers what was asked, so that a recording nobody asked for can be reported."""

    recordings: Sequence[Recording]
    _asked: set[int] = field(default_factory=set)

    @classmethod
    def from_jsonl(cls, path: Path) -> RecordedReads:
        """Read a file; BadInput names the line that does not fit. Blank lines are skipped."""
        recordings = [_recording(number, line) for number, line in _lines(path) if line.strip()]
        seen: dict[str, int] = {}
        for item in recordings:
            key = json.dumps([item.tool, item.full or item.params], sort_keys=True)
            if key in seen:
                raise _bad(item.line, f"records the same tool and parameters as line {seen[key]}")
            seen[key] = item.line
        return cls(recordings)

    def lookup(self, request: ReadRequest) -> Output:
        """The recorded answer.

        :raises ReadFailed: recorded as an error, not recorded, recorded ambiguously, or not what the tool may return
        """
        wanted = ReadRequest(tool=request.tool, params=_full(request.tool, request.params) or request.params)
        found = self._find(wanted)
        self._asked.add(found.line)
        if found.error is not None:
            raise ReadFailed(_one_line(found.error), next_step="clear this read's task once the system answers again")
        try:
            output = TOOLS[request.tool].output_model.model_validate_json(json.dumps(found.output))
        except ValidationError as error:
            raise ReadFailed(
                f"the answer does not fit what {request.tool} returns: {_problems(error)}",
                next_step=f"correct line {found.line} of the recording, or the hook that wrote it",
            ) from error
        assert isinstance(output, Output)  # a read's output model derives from it, or its contract does not load
        return output

    def records(self, tool: str) -> bool:
        """Is there any recording of this tool?"""
        return any(item.tool == tool for item in self.recordings)

    def unasked(self) -> tuple[Recording, ...]:
        """Recorded lines that no request matched."""
        return tuple(item for item in self.recordings if item.line not in self._asked)

    def _find(self, wanted: ReadRequest) -> Recording:
        same_tool = [item for item in self.recordings if item.tool == wanted.tool]
        for item in same_tool:
            if item.full == wanted.params:
                return item
        fitting = [item for item in same_tool if item.params.items() <= wanted.params.items()]
        most = max((len(item.params) for item in fitting), default=0)
        best = [item for item in fitting if len(item.params) == most]
        if len(best) == 1:
            return best[0]
        if best:
            lines = ", ".join(str(item.line) for item in best)
            self._asked.update(item.line for item in best)
            raise ReadFailed(
                f"the recording answers this read more than once (lines {lines})", next_step="record the parameters in full"
            )
        raise ReadFailed("not in the recording", next_step="print the reads with --reads and record them")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"The recording is larger than {MAX_BYTES} bytes.", next_step="record fewer or shorter answers")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadInput(f"The recording {path.name!r} cannot be read: {error.strerror}.", next_step="check the path") from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The recording {path.name!r} is not UTF-8.", next_step="write it as UTF-8 JSON, one object a line"
        ) from error
    yield from enumerate(text.split("\n"), 1)  # not splitlines: JSON may hold U+2028 in a string


def _recording(number: int, line: str) -> Recording:
    raw = _object(number, line)
    name, params = raw.get("tool"), raw.get("params", {})
    contract = TOOLS.get(name) if isinstance(name, str) else None
    if contract is None or contract.tool_class is not ToolClass.READ:
        raise _bad(number, f"tool: {str(name)[:80]!r} is not a read tool")
    if not isinstance(params, dict):
        raise _bad(number, "params: an object is expected")
    if ("output" in raw) == ("error" in raw):
        raise _bad(number, "either output or error is expected")
    output, error = raw.get("output"), raw.get("error")
    if "output" in raw and not isinstance(output, dict):
        raise _bad(number, "output: an object is expected")
    if "error" in raw and not (isinstance(error, str) and error.strip()):
        raise _bad(number, "error: a text is expected")
    normal = _normalised(number, contract.name, params)
    return Recording(number, contract.name, normal, _full(contract.name, normal), output, error)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        raw = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _bad(number, f"is not JSON: {_one_line(str(error))}") from error
    if not isinstance(raw, dict):
        raise _bad(number, "an object is expected")
    surplus = sorted(set(raw) - _FIELDS)
    if surplus:
        raise _bad(number, f"unknown fields: {', '.join(surplus)[:200]}")
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands there twice")
    return result


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


def _normalised(number: int, name: str, params: dict[str, Any]) -> dict[str, JsonValue]:
    """Each parameter by itself, so that a recording may leave some out; times come out in one spelling."""
    fields = TOOLS[name].input_model.model_fields
    normal: dict[str, JsonValue] = {}
    for key, value in params.items():
        if key not in fields:
            raise _bad(number, f"params: {name} takes no {key[:80]!r}")
        adapter: TypeAdapter[Any] = TypeAdapter(_annotation(name, key))
        try:
            normal[key] = adapter.dump_python(_utc(adapter.validate_json(json.dumps(value), strict=True)), mode="json")
        except ValidationError as error:
            raise _bad(number, f"params.{key}: {_problems(error)}") from error
    return normal


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _annotation(name: str, key: str) -> Any:
    known = TOOLS[name].input_model.model_fields[key]
    if not known.metadata:
        return known.annotation
    from typing import Annotated

    return Annotated[known.annotation, *known.metadata]


def _full(name: str, params: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
    """All parameters with their defaults and times in UTC; None where something required is left out or does not fit."""
    try:
        model = TOOLS[name].input_model.model_validate_json(json.dumps(params))
    except ValidationError:
        return None
    return model.model_copy(update={key: _utc(value) for key, value in model}).to_json()


def _problems(error: ValidationError) -> str:
    """Fields and messages, without the values: those may not stand in a log."""
    found = [f"{'.'.join(map(str, item['loc'])) or 'value'}: {item['msg']}" for item in error.errors(include_input=False)]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return _one_line("; ".join(found[:3]) + more)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())[:300]


def _bad(number: int, problem: str) -> BadInput:
    return BadInput(f"Recording, line {number}: {problem}.", next_step="correct that line; --reads prints what is asked")
