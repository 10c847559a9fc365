"""Fields as forms send them: all of it text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator


def _as_number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16 else value


Number = Annotated[int, BeforeValidator(_as_number)]
"""A whole number, from a form or from JSON."""
