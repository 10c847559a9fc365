"""A runbook file: YAML between two `---` lines, then Markdown. Strict: what cannot be read exactly is refused by field.

---
name: payments-down
title: Payment service does not answer
owner: priya
...                     (all fields: `include/contracts/runbook.py`)
---
## Symptoms
...
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from include.catalogue.strict_yaml import load_yaml
from include.contracts.base import plain_text
from include.contracts.errors import ConfigError
from include.contracts.runbook import RunbookMeta

MAX_FILE_BYTES = 256 * 1024  # a page that a person reads at night is far smaller
_FENCE = "---"


def read_runbook(data: bytes, file: str) -> tuple[RunbookMeta, str]:
    """Split and check one file.

    :param data: the file's bytes, UTF-8
    :param file: its name for messages
    :returns: the front matter and the Markdown below it
    :raises ConfigError: naming the file and each field that is missing or wrong
    """
    front, body = _split(_decode(data, file), file)
    return _meta(load_yaml(front.encode(), f"{file}: front matter"), file), body


def refused(file: str, problem: str) -> ConfigError:
    """The error for a file that does not load."""
    return ConfigError(f"{file} does not load: {problem}.", next_step=f"correct {file}, then run ./holdpoint runbooks check")


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise refused(file, f"it has more than {MAX_FILE_BYTES} bytes; split it")
    try:
        return plain_text(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except ValueError as error:
        raise refused(file, f"it is not plain UTF-8 text: {error}") from error


def _split(text: str, file: str) -> tuple[str, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise refused(file, "front matter: the first line is not `---`")
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    raise refused(file, "front matter: no second `---` line ends it")


def _meta(raw: Any, file: str) -> RunbookMeta:
    if not isinstance(raw, dict):
        raise refused(file, "front matter: it is not a mapping of fields")
    try:
        # Through JSON, so that the strict model takes ISO dates and lists, for which this YAML has no types of its own.
        return RunbookMeta.model_validate_json(json.dumps(raw, allow_nan=False))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'front matter'}: {e['msg']}" for e in error.errors())
        raise refused(file, problems) from error
    except (TypeError, ValueError) as error:
        raise refused(file, f"front matter: {error}") from error
