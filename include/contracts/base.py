"""What every contract has in common: strict types, no surplus fields, frozen, text without traps.

A reader who compares two strings must see what the machine sees, so text is refused unless it is NFC and free of
characters that draw nothing or turn the direction of writing (Unicode categories Cc, Cf, Cs, Co, Cn but for newline and tab).
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_ALLOWED_CONTROLS = frozenset("\n\t")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain_text(value: str) -> str:
    """Return `value` unchanged; raise ValueError where it is not NFC or holds an invisible character."""
    if value.isascii() and value.isprintable():  # the common case, in C
        return value
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("text is not in Unicode normal form C")
    for position, char in enumerate(value):
        if char not in _ALLOWED_CONTROLS and unicodedata.category(char) in _REFUSED_CATEGORIES:
            raise ValueError(f"invisible or control character U+{ord(char):04X} at position {position}")
    return value


def clean_text(value: str) -> str:
    """Make foreign text safe to store: NFC, CR folded, refused characters written out as `\\u{XXXX}`, so that nothing is lost."""
    if value.isascii() and value.isprintable():
        return value
    folded = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        char if char in _ALLOWED_CONTROLS or unicodedata.category(char) not in _REFUSED_CATEGORIES else f"\\u{{{ord(char):04X}}}"
        for char in folded
    )


Plain = AfterValidator(plain_text)
# A catalogue key: what people type and machines compare, so ASCII only.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
# One line for a person.
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\n]*$"), Plain]
# Several lines for a person.
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000), Plain]
# Who acts: a person's slug, or `<workflow>@service`.
Principal = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}(@service)?$")]
# SHA-256, lower-case hexadecimal.
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Contract(BaseModel):
    """Base of all models: surplus fields refused, no coercion, immutable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_default=True, allow_inf_nan=False)

    def to_json(self) -> dict[str, Any]:
        """The model as plain JSON values (times in ISO 8601), as stored and as printed."""
        return self.model_dump(mode="json")
