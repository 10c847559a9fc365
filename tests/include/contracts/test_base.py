"""Text that a reader sees as the machine does: what is refused, what is written out, what is left alone."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from include.contracts.base import clean_text, plain_text

HIDDEN = {
    "a line separator": "a\u2028b",
    "a paragraph separator": "a\u2029b",
    "a carriage return": "a\rb",
    "a null": "a\x00b",
    "delete": "a\x7fb",
    "a zero width space": "a\u200bb",
    "a change of direction": "a\u202eb",
    "a soft hyphen": "a\u00adb",
    "a Hangul filler": "a\u3164b",
    "a half-width Hangul filler": "a\uffa0b",
    "a Hangul choseong filler": "a\u115fb",
    "a grapheme joiner": "a\u034fb",
    "a Mongolian selector": "a\u180bb",
    "a blank Braille pattern": "a\u2800b",
    "a selector behind a letter": "a\ufe0fb",
    "a selector before anything": "\ufe0fa",
    "another selector behind a symbol": "\u26a0\ufe00",
    "a selector far away": "a\U000e0100b",
    "a tag": "a\U000e0041b",
    "a private character": "a\ue000b",
    "a surrogate": "a\ud800b",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_seen_is_refused_and_written_out(text: str) -> None:
    with pytest.raises(ValueError, match=r"invisible or control character U\+"):
        plain_text(text)
    written = clean_text(text)
    assert written != text
    assert plain_text(written) == written


@pytest.mark.parametrize("text", ["", "é", "日本語", "한국어", "⚠️ CPU", "🔥", "a\tb\nc", "≠", "नमस्ते", "العربية", "½ €"])
def test_what_is_seen_stays(text: str) -> None:
    assert clean_text(text) == plain_text(text) == text


def test_a_letter_and_its_accent_are_one() -> None:
    with pytest.raises(ValueError, match="normal form"):
        plain_text("e\u0301")
    assert clean_text("e\u0301\r\nx") == "\u00e9\nx"


def test_no_line_ends_but_at_a_newline() -> None:
    """Of all characters there are."""
    whole = clean_text("".join(f"a{chr(each)}" for each in range(sys.maxunicode + 1)))
    assert len(whole.splitlines()) == len(whole.split("\n"))
    assert not [char for char in whole if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} and char not in "\n\t"]
