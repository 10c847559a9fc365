"""Bytes to text. Never raises; what was odd about reading is said in notes; what is no text at all is None.

Line ends stay as they are, the byte order mark goes. A text never holds surrogates: where bytes are no character, U+FFFD stands.
A script is not taken for binary because of a few bytes that no text holds, or an author could hide it so.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple

# The longer marks first: UTF-32's begins as UTF-16's does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_UTF16 = (("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"))
# What text does not hold: control characters but for backspace, tab, line ends, form feed, Control-Z and escape.
_CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1a\x1b")) + b"\x7f"
_PRINTED = bytes(range(32, 127)) + b"\t\n\r"
_BINARY_SHARE = 0.05  # random bytes hold a tenth of control characters
_BROKEN_SHARE = 0.02
_REPLACED = "\ufffd"


class Decoded(NamedTuple):
    """What a file says, and what a reviewer should know about how it was read."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded | None:
    """The text of a file; None if it is binary."""
    found = _by_mark(data)
    if found is None and b"\x00" in data:
        found = _unmarked_utf16(data)
    found = _plain(data) if found is None else found
    if _is_binary(found.text) and not found.text.startswith("#!"):
        return None
    return Decoded(found.text, (*found.notes, *_oddities(found.text)))


def _by_mark(data: bytes) -> Decoded | None:
    """Read as its byte order mark says. UTF-32 only if it is: FF FE 00 00 is UTF-16 with a NUL, too."""
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                if name.startswith("UTF-32"):
                    continue
                text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, () if name == "UTF-8" else (f"{name}, by its byte order mark",))
    return None


def _unmarked_utf16(data: bytes) -> Decoded | None:
    """Read as UTF-16 if at least a third of its units are printable ASCII with a zero byte at the same side."""
    for number, (encoding, name) in enumerate(_UTF16):
        zeros, letters = data[1 - number :: 2], data[number::2]
        ascii_units = sum(not high and low in _PRINTED for low, high in zip(letters[:4_000], zeros[:4_000], strict=False))
        if letters and ascii_units * 3 >= len(letters[:4_000]):
            text = data.decode(encoding, "replace")
            if text.count(_REPLACED) <= 1 + len(text) * _BROKEN_SHARE:
                return Decoded(text, (f"{name} without a byte order mark",))
    return None


def _plain(data: bytes) -> Decoded:
    """UTF-8; with a few broken places still UTF-8; else Windows-1252, which gives every byte a character."""
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACED)
    sound = len(text) - broken - len(data.translate(None, bytes(range(128, 256))))
    if sound > broken:
        return Decoded(text)
    return Decoded(data.decode("cp1252", "replace"), ("not UTF-8; read as Windows-1252",))


def _is_binary(text: str) -> bool:
    data = text.encode("utf-8", "replace")
    if text.isascii() and len(data.translate(None, _CONTROLS)) == len(data):
        return False
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > 1 + len(text) * _BINARY_SHARE or text.count(_REPLACED) > 1 + len(text) * _BROKEN_SHARE


def _oddities(text: str) -> list[str]:
    """Counts of what an editor hides."""
    zeros, replaced = text.count("\x00"), text.count(_REPLACED)
    alone = text.count("\r") - text.count("\r\n")
    found = (
        (zeros, "NUL characters"),
        (replaced, "places that are no characters"),
        (alone, "carriage returns without a newline"),
    )
    return [f"{what}: {number}" for number, what in found if number]
