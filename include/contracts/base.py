"""What every contract has in common: strict types, no surplus fields, frozen, text without traps.

A reader who compares two strings must see what the machine sees, so text is refused unless it is NFC and free of
characters that draw nothing, turn the direction of writing or break lines elsewhere than at a newline: Unicode categories Cc, Cf,
Cs, Co, Cn, Zl, Zp but for newline and tab, and what the standard calls default-ignorable in other categories
(DerivedCoreProperties.txt). A variation selector behind a symbol is part of how that is drawn (⚠️), so it may stand there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IGNORABLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)  # the blank Braille pattern too
_SELECTORS = range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
_DRAWN_AS, _SYMBOLS = "\ufe0e\ufe0f", frozenset({"So", "Sm", "Sk"})
_UNUSUAL = re.compile(r"[^\n\t\x20-\x7e]")


def plain_text(value: str) -> str:
    """Return `value` unchanged; raise ValueError where it is not NFC or holds an invisible character."""
    if value.isascii() and value.isprintable():  # the common case, in C
        return value
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("text is not in Unicode normal form C")
    for found in _UNUSUAL.finditer(value):
        if _hidden(found):
            raise ValueError(f"invisible or control character U+{ord(found[0]):04X} at position {found.start()}")
    return value


def clean_text(value: str) -> str:
    """Make foreign text safe to store: NFC, CR folded, refused characters written out as `\\u{XXXX}`, so that nothing is lost."""
    if value.isascii() and value.isprintable():
        return value
    folded = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNUSUAL.sub(lambda found: f"\\u{{{ord(found[0]):04X}}}" if _hidden(found) else found[0], folded)


def _hidden(found: re.Match[str]) -> bool:
    """Does a reader not see this character where it stands?"""
    char, at = found[0], found.start()
    if any(ord(char) in selectors for selectors in _SELECTORS):
        return char not in _DRAWN_AS or at == 0 or unicodedata.category(found.string[at - 1]) not in _SYMBOLS
    return char in _IGNORABLE or unicodedata.category(char) in _REFUSED_CATEGORIES


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
