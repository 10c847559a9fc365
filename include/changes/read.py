"""Read technical notes in the forms in which people hand them in. What cannot be read is BadInput; nothing else raises."""

from __future__ import annotations

import re

from include.changes.from_html import html_blocks
from include.changes.from_markdown import markdown_blocks
from include.changes.from_wiki import is_wiki, wiki_blocks
from include.changes.notes import Notes
from include.contracts.base import clean_text
from include.contracts.errors import BadInput

MAX_BYTES = 5_000_000
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
_HTML = re.compile(r"<(?:!doctype html|html|body|table|h[1-6]|div)\b[^>]{0,500}>", re.IGNORECASE)


def read_notes(source: str | bytes) -> Notes:
    """The document as blocks with their lines.

    :raises BadInput: longer than MAX_BYTES, not text, not UTF-8 (or UTF-16 with its mark), or nothing in it
    """
    text = text_of(source)
    lines = text.count("\n") + 1
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
    text = clean_text(_decoded(source) if isinstance(source, bytes) else source.removeprefix("\ufeff"))
    if not text.strip():
        raise BadInput("The notes are empty.", next_step="give a document that describes the change")
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
