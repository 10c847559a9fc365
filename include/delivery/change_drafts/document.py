"""A draft as a document of Jira's (Atlassian Document Format, version 1), and the text of one as Jira gives it back.

Text nodes hold text and nothing else: no marks, no mentions, no links, no cards. Whatever the notes hold is shown as characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from include.contracts.change_draft import ChangeDraft
from include.delivery.change_drafts.text import sections

MAX_JSON = 30_000  # Jira refuses a description of more than 32,767 characters
_LIMITS = (4_000, 2_000, 1_000, 500, 250, 150)  # many short lines cost most
_MAX_DEPTH = 30


def draft_document(draft: ChangeDraft) -> dict[str, Any]:
    """The whole draft; its texts are cut shorter, in a visible way, until it fits."""
    document: dict[str, Any] = {}
    for limit in _LIMITS:
        document = text_document(sections(draft, limit))
        if len(json.dumps(document)) <= MAX_JSON:
            break
    return document


def text_document(parts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Titled texts as headings and paragraphs; no heading for an empty title."""
    content: list[dict[str, Any]] = []
    for title, text in parts:
        if title:
            content.append({"type": "heading", "attrs": {"level": 3}, "content": [_text(title)]})
        content += [_paragraph(block) for block in text.split("\n\n") if block.strip()]
    return {"type": "doc", "version": 1, "content": content}


def words_of(document: object) -> str:
    """All texts of a document, in order, as Jira gives it back; "" where it is none."""
    return " ".join(_words(document, 0))


def _paragraph(block: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in block.split("\n"):
        if line.strip():
            content += [*([{"type": "hardBreak"}] if content else []), _text(line)]
    return {"type": "paragraph", "content": content}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _words(node: object, depth: int) -> Iterator[str]:
    if isinstance(node, dict) and depth < _MAX_DEPTH:
        if isinstance(node.get("text"), str):
            yield node["text"]
        elif node.get("type") not in ("doc", "heading", "paragraph", "hardBreak"):
            yield f"({node.get('type')})"  # a table, a picture, a mention: somebody has put it there
        for child in node.get("content") or ():
            yield from _words(child, depth + 1)
