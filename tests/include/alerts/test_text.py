from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from include.alerts.text import (
    CUT_MARK,
    MAX_LABELS,
    MAX_LINKS,
    MAX_NOTES,
    Notes,
    as_text,
    block,
    clean_labels,
    clean_links,
    one_line,
)
from include.contracts.alert import Url
from include.contracts.base import Line, plain_text

ANY = st.text(alphabet=st.characters(), max_size=700)


@given(ANY)
def test_one_line_always_fits_a_line(text: str) -> None:
    found = one_line(text, "title", Notes())
    if found is None:
        assert not text.strip()
    else:
        TypeAdapter(Line).validate_python(found)


@given(ANY, st.integers(20, 200))
def test_a_block_is_always_plain_and_bounded(text: str, limit: int) -> None:
    found = block(text, "description", Notes(), limit=limit)
    assert plain_text(found) == found
    assert len(found) <= limit


def test_a_cut_is_marked_and_noted() -> None:
    notes = Notes()
    found = one_line("x" * 301, "title", notes)
    assert found.endswith(CUT_MARK)
    assert len(found) == 300
    assert notes.lines() == ("The title was longer than 300 characters and is cut.",)


@pytest.mark.parametrize("text", ["x" * 300, "支" * 300, " " * 9_000 + "x" + " " * 9_000])
def test_what_fits_is_not_cut(text: str) -> None:
    notes = Notes()
    assert one_line(text, "title", notes) == text.strip()
    assert notes.lines() == ()


def test_hangul_that_composes_is_still_cut_with_a_mark() -> None:
    notes = Notes()
    found = one_line(unicodedata.normalize("NFD", "각" * 400), "title", notes)
    assert found.endswith(CUT_MARK)
    assert notes.lines()


def test_invisible_characters_are_written_out() -> None:
    assert one_line("pay\u200bments\u202e", "title", Notes()) == "pay\\u{200B}ments\\u{202E}"
    assert one_line("a\ud800b", "title", Notes()) == "a\\u{D800}b"
    assert block("a\x1b[31mred\r\nb", "description", Notes()) == "a\\u{001B}[31mred\nb"


def test_lines_are_folded() -> None:
    assert one_line("a\n\nb\u2028c\td", "title", Notes()) == "a b c d"


def test_labels_are_bounded_and_sorted() -> None:
    notes = Notes()
    found = clean_labels({f"k{number:03}": "v" for number in range(MAX_LABELS + 5, -1, -1)}, notes)
    assert list(found) == [f"k{number:03}" for number in range(MAX_LABELS)]
    assert notes.lines() == (f"There were {MAX_LABELS + 6} labels; the first {MAX_LABELS} by name are kept.",)


def test_label_names_that_become_one_are_noted() -> None:
    notes = Notes()
    assert clean_labels({"a": "1", " a": "2", "": "3", "\n": "4"}, notes) == {"a": "2"}
    assert notes.lines() == ("A label without a name of its own is left out.",)


def test_only_plain_web_links_are_kept() -> None:
    notes = Notes()
    good = ["https://a.example/x?y=1#z", "http://b.example:8080/"]
    bad = [
        "javascript:alert(1)",
        "ftp://a.example/",
        "//a.example/",
        "HTTPS://shouting.example/",
        "https://user:secret@a.example/",
        "https://user@a.example/",
        "https://",
        "https:///path",
        "https://a.example/ b",
        "https://a.example/\nb",
        "https://a.example\\@evil.example/",
        "https://a.example/\u202e",
        "http://[::1",
        "data:text/html,x",
        "https://a.example/" + "x" * 2_000,
    ]
    assert clean_links(["", *bad, *good, good[0]], notes) == tuple(good)
    assert notes.lines() == ("A link that is not plain http or https is left out.",)
    for link in good:
        TypeAdapter(Url).validate_python(link)


@given(st.lists(st.one_of(ANY, ANY.map("http://".__add__), ANY.map("https://a.".__add__)), max_size=5))
def test_every_link_that_is_kept_fits_the_contract(links: list[str]) -> None:
    for link in clean_links(links, Notes()):
        TypeAdapter(Url).validate_python(link)


def test_links_are_bounded() -> None:
    notes = Notes()
    assert len(clean_links([f"https://a.example/{number}" for number in range(50)], notes)) == MAX_LINKS
    assert notes.lines()


def test_notes_are_bounded_and_each_stands_once() -> None:
    notes = Notes()
    for number in range(30):
        notes.add(f"remark {number}")
        notes.add(f"remark {number}")
    notes.add(None)
    lines = notes.lines()
    assert len(lines) == MAX_NOTES
    assert lines[-1] == "11 more remarks are left out."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("x", "x"),
        (1, "1"),
        (True, "true"),
        (1.5, "1.5"),
        (9007199254740993, "9007199254740993"),
        (["a", 1, None], '["a",1,null]'),
        (["a", 1], "a, 1"),
        ({"a": ["ü"]}, '{"a":["ü"]}'),
    ],
)
def test_as_text(value: object, expected: str | None) -> None:
    assert as_text(value) == expected
