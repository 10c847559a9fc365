"""Notes in every form become the same blocks; what is no text is refused with a next step."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.changes.completeness import completeness, rollback
from include.changes.labels import topics
from include.changes.places import lay_out
from include.changes.read import MAX_BYTES, read_notes
from include.contracts.errors import BadInput
from tests.include.changes.documents import EXPECTED, document

FORMS = {
    "markdown": "# CR 1\n\n## Rollback\n\nRedeploy 1.4.2 on node-1.\n\n1. Stop node-1\n2. Start node-1\n",
    "wiki": "h1. CR 1\n\nh2. Rollback\n\nRedeploy 1.4.2 on node-1.\n\n# Stop node-1\n# Start node-1\n",
    "html": "<html><body><h1>CR 1</h1><h2>Rollback</h2><p>Redeploy 1.4.2 on node-1.</p>"
    "<ol><li>Stop node-1</li><li>Start node-1</li></ol></body></html>",
}


@pytest.mark.parametrize("form", FORMS)
def test_one_document_in_three_forms(form: str) -> None:
    notes = read_notes(FORMS[form])
    assert notes.form == form
    assert [(block.kind, block.text) for block in notes.blocks] == [
        ("heading", "CR 1"),
        ("heading", "Rollback"),
        ("paragraph", "Redeploy 1.4.2 on node-1."),
        ("item", "Stop node-1"),
        ("item", "Start node-1"),
    ]
    assert all(block.ordered for block in notes.blocks[3:])
    assert notes.title == "CR 1"


def test_sections_know_the_headings_above() -> None:
    notes = read_notes("# A\n\n## B\n\ntext\n\n### C\n\nmore\n\n## D\n")
    assert [(section.path, len(section.blocks)) for section in notes.sections] == [
        (("A",), 0),
        (("A", "B"), 1),
        (("A", "B", "C"), 1),
        (("A", "D"), 0),
    ]


def test_lines_are_those_of_the_file() -> None:
    blocks = read_notes(
        "# T\r\n\r\nBackout plan: x\r\nTest plan: y\r\n\r\n| a | b | c |\r\n|---|---|---|\r\n| 1 | 2 | 3 |\r\n"
    ).blocks
    assert [(block.kind, block.line) for block in blocks] == [("heading", 1), ("field", 3), ("field", 4), ("row", 8)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x89PNG\r\n", "picture"),
        (b"text\x00text", "zero bytes"),
        ("Rückfallplan: Zurück".encode("latin-1"), "UTF-8"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "empty"),
        (b"  \n\t\n", "empty"),
        (b"x" * (MAX_BYTES + 1), "longer"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as found:
        read_notes(data)
    assert found.value.next_step


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are(encoding: str) -> None:
    assert read_notes("Rückfallplan: Zurück".encode(encoding)).blocks[0].key == "Rückfallplan"


def test_invisible_characters_are_written_out() -> None:
    assert read_notes("Roll\u200bback: x").blocks[0].key == "Roll\\u{200B}back"


GARBAGE = {
    "deep lists": "".join("  " * depth + "- x\n" for depth in range(2_000)),
    "quotes": ">" * 20_000,
    "wide table": "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000 + "\n" + ("|" + "b|" * 50 + "\n") * 200,
    "long table": "| step | rollback |\n|---|---|\n" + "| x | y |\n" * 10_000,
    "one line": "if " * 100_000,
    "stars": "*" * 100_000,
    "brackets": "[" * 50_000,
    "fields": "a: b\n" * 20_000,
    "code marks": "`" * 50_000,
    "comments": "<!--" * 20_000,
    "html nesting": "<html><body>" + "<div>" * 20_000,
    "html lists": "<html>" + "<ul><li>" * 5_000 + "x",
    "html open tags": "<html>" + "<a " * 20_000,
    "html comments": "<html>" + "<!" * 20_000,
    "html table": "<html><table>" + "<tr><td>a<td>b" * 5_000,
    "wiki table": "h1. x\n" + "||a||b||\n" * 5_000 + "{code}\n",
    "numbers": "1. x\n\ny\n\n" * 3_000,
    "conditions": "if error, restore, " * 10_000,
    "spaces": "a" + " " * 200_000 + ":",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_takes_no_longer_than_text(name: str) -> None:
    began = time.process_time()
    assert completeness(lay_out(read_notes(GARBAGE[name])))
    assert time.process_time() - began < 5


PASTED = {
    "prose": "If the error rate exceeds 2 % we redeploy 1.4.2 on app-7. ",
    "one line": "x",
    "lists": "- a\n",
    "quotes": "> > > > > > > > > > a\n",
    "deep quotes": ">" * 2_000 + " a\n",
    "tables": "| a | b |\n|---|---|\n| Rollback | x |\n\n",
    "headings": "== Rollback ==\n",
    "right to left": "\u202eabc\u200f def\n",
    "accents": "a\u0301\u0301\u0301",
    "tags": "<html><div>",
    "no tags": "<html><",
    "comments": "<html><!-- ",
}


@pytest.mark.parametrize("name", PASTED)
def test_five_megabytes_are_read_or_refused_in_no_time(name: str) -> None:
    unit = PASTED[name]
    data = (unit * (MAX_BYTES // len(unit.encode())))[:MAX_BYTES].encode()[:MAX_BYTES]
    began = time.process_time()
    with pytest.raises(BadInput, match="longer than") as found:
        read_notes(data)
    assert "without the logs" in found.value.next_step
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "form",
    [
        '<html><body><p>Rollback: restore db-1</p><img src="{}"></body></html>',
        "Rollback: restore db-1\n\n![plan]({})\n\nEnd: x\n",
    ],
)
def test_megabytes_of_pictures_are_no_text(form: str) -> None:
    picture = "data:image/png;base64," + ("QUJD" * 19 + "\r\n") * 60_000
    began = time.process_time()
    notes = read_notes(form.format(picture).encode())
    assert next((each.key, each.text) for each in notes.blocks) == ("Rollback", "restore db-1")
    assert sum(len(each.text) for each in notes.blocks) < 100
    assert time.process_time() - began < 3
    assert notes.lines > 60_000  # lines stay where they are


def test_what_a_browser_does_not_show_is_not_counted() -> None:
    style = "<style>" + "p.MsoNormal {margin:0cm}\n" * 60_000 + "</style>"
    assert [each.text for each in read_notes(f"<html>{style}<p>restore db-1</p>").blocks] == ["restore db-1"]


@pytest.mark.parametrize("text", ["Roll\u200bback: x", "<html><p>Roll&#8203;back: x</p>", "<html><p>Roll&shy;back: x</p>"])
def test_an_invisible_character_hides_no_name(text: str) -> None:
    assert topics(read_notes(text).blocks[0].key) == {"rollback"}


@pytest.mark.parametrize("code", ["&#8203;", "&#x202e;", "&#0;", "&#xD800;", "&#x1e;", "&#xFFFE;", "&shy;"])
def test_an_invisible_character_of_html_breaks_nothing(code: str) -> None:
    found = rollback(lay_out(read_notes(f"<html><h2>Roll{code}back</h2><p>restore{code} db-1{code}</p></html>")))
    assert found.reason.isprintable()


def test_a_text_with_half_a_character_is_written_out() -> None:
    assert read_notes("restore \ud800 x").blocks[0].text == "restore \\u{D800} x"
    with pytest.raises(BadInput, match="UTF-8"):
        read_notes(b"restore \xed\xa0\x80 x")


def test_a_line_break_of_html_ends_a_field() -> None:
    blocks = read_notes("<html><p>Type: Normal<br>Rollback: restore db-1</p></html>").blocks
    assert [(each.key, each.text) for each in blocks] == [("Type", "Normal"), ("Rollback", "restore db-1")]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300) | st.text("#|:-*`h2.<>[]{}\n abT/~_0", max_size=300))
def test_no_text_crashes_it(text: str) -> None:
    for form in (text, f"<html><td>{text}", f"h1. x\n{text}"):
        if form.strip():
            assert completeness(lay_out(read_notes(form)))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes) -> None:
    with contextlib.suppress(BadInput):
        read_notes(data)


@pytest.mark.parametrize("name", EXPECTED)
def test_any_beginning_of_a_document_can_be_read(name: str) -> None:
    text = document(name).decode()
    for end in range(1, len(text), 997):
        completeness(lay_out(read_notes(text[:end])))
