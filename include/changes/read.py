"""Read technical notes in the forms in which people hand them in. What cannot be read is BadInput; nothing else raises."""

from __future__ import annotations

import re

from include.changes.from_html import html_blocks
from include.changes.from_json import json_blocks
from include.changes.from_markdown import markdown_blocks
from include.changes.from_wiki import is_wiki, wiki_blocks
from include.changes.notes import Notes
from include.contracts.base import clean_text
from include.contracts.errors import BadInput

MAX_BYTES = 5_000_000
# Of what is left without pictures and scripts. Nobody reads more, and the rules' time grows with it.
MAX_CHARACTERS = 1_000_000
MAX_LINES = 30_000
MAX_TAGS = 100_000
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"\x7fELF": "a program",
    b"{\\rtf": "a Rich Text document",
}
_AS_TEXT = "export the document as Markdown, HTML or plain text in UTF-8 and give that"
# Pictures inside the text, and what a browser does not show: no longer of interest once the size of the whole is known.
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,80}(?:;[\w=-]{1,40}){0,3};base64,[A-Za-z0-9+/=\r\n]*")
_UNSHOWN = re.compile(r"<(style|script)\b[^>]{0,500}>[^<]*</\1>", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|html|body|table|h[1-6]|div)\b[^>]{0,500}>", re.IGNORECASE)


def read_notes(source: str | bytes) -> Notes:
    """The document as blocks with their lines.

    :raises BadInput: longer than MAX_BYTES, not text, not UTF-8 (or UTF-16 with its mark), or nothing in it
    """
    text = text_of(source)
    lines = text.count("\n") + 1
    if (record := json_blocks(text)) is not None:
        return Notes("json", record, lines)
    if _HTML.search(text[:2_000]):
        return Notes("html", html_blocks(text), lines)
    if is_wiki(text):
        return Notes("wiki", wiki_blocks(text), lines)
    return Notes("markdown", markdown_blocks(text), lines)


def text_of(source: str | bytes) -> str:
    """The document's text, with invisible characters written out. Raises as `read_notes`."""
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise BadInput(
            f"The notes are longer than {MAX_BYTES} bytes.", next_step="give the change document alone, without attachments"
        )
    raw = _decoded(source) if isinstance(source, bytes) else source.removeprefix("\ufeff")
    html = _HTML.search(raw[:2_000]) is not None
    raw = _EMBEDDED.sub(_lines_only, raw) if "base64," in raw else raw
    text = _bounded(clean_text(_bounded(_UNSHOWN.sub(_lines_only, raw) if html else raw)))
    if not text.strip():
        raise BadInput("The notes are empty.", next_step="give a document that describes the change")
    return text


def _lines_only(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _lines(text: str) -> int:
    """How many lines have something in them; a blank one counts a tenth."""
    ends = text.count("\n")
    return ends if ends <= MAX_LINES else max(ends // 10, sum(map(bool, map(str.strip, text.split("\n")))))


def _bounded(text: str) -> str:
    """The text, if a person could read it.

    :raises BadInput: more than MAX_CHARACTERS, MAX_LINES or MAX_TAGS are left of it
    """
    long = len(text) - text.count(" ") > MAX_CHARACTERS or _lines(text) > MAX_LINES or text.count("<") > MAX_TAGS
    if long:
        raise BadInput(
            f"The notes are longer than {MAX_CHARACTERS} characters or {MAX_LINES} lines, pictures not counted.",
            next_step="give the change document alone, without the logs and lists that were pasted into it",
        )
    return text


def _decoded(data: bytes) -> str:
    for start, what in _MAGIC.items():
        if data.startswith(start):
            raise BadInput(f"The notes are {what}, not text.", next_step=_AS_TEXT)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding != "utf-16" and b"\x00" in data:
        raise BadInput("The notes hold zero bytes: they are not text.", next_step=_AS_TEXT)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"The notes are not UTF-8 (line {where}).", next_step="save the document in UTF-8 and give it again"
        ) from error
