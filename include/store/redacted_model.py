"""A contract's object without secrets, still one that its contract allows: a marker may be longer than the secret it replaces."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from include.contracts.base import Contract
from include.contracts.errors import BadInput
from include.store.redaction import redact_value, suspicious

Model = TypeVar("Model", bound=Contract)
_CUT_MARKER = re.compile(r"\[[a-z:_-]*$")


def redact_model(item: Model) -> Model:
    """The same object where nothing was secret; else a redacted one, its texts cut to the length that the contract allows.

    :raises BadInput: what is left does not fit the contract for another reason; the message names fields, never values
    """
    if _looks_clean(item):
        return item
    plain = item.to_json()
    clean = redact_value(plain)
    if clean == plain:
        return item
    try:
        return _validated(type(item), clean)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            if problem["type"] == "string_too_long":
                _cut(clean, problem["loc"], int(problem["ctx"]["max_length"]))
    try:
        return _validated(type(item), clean)
    except ValidationError as error:
        fields = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors(include_input=False) if problem["loc"]}))
        raise BadInput(
            f"Without its secrets it does not fit its contract: {fields}.", next_step="keep secrets out of these fields"
        ) from None


def _looks_clean(item: Contract) -> bool:
    """Nothing in it looks like a secret, so that the walk is spared: most of a storm. False says only: look closer."""
    try:
        return not suspicious(item.model_dump_json().encode())
    except PydanticSerializationError:  # a lone surrogate, which the walk writes out
        return False


def _validated(model: type[Model], value: Any) -> Model:
    return model.model_validate_json(json.dumps(value))


def _cut(value: Any, where: tuple[int | str, ...], length: int) -> None:
    *path, last = where
    for step in path:
        value = value[step]
    value[last] = _CUT_MARKER.sub("", value[last][:length])
