"""Numbered lists whose items are headings: `1. Introduction` by itself, `5. Rollback` with its text or a list below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from include.changes.fold import plain
from include.changes.labels import is_label

if TYPE_CHECKING:
    from markdown_it.token import Token

HEADING_WORDS = 8


def lonely_items(tokens: list[Token]) -> frozenset[int]:
    """Where `1. Introduction` is a numbered heading: lists of one short item, several of them or a known name."""
    found = []
    for index, token in enumerate(tokens):
        if token.type != "ordered_list_open" or token.level != 0 or index + 6 >= len(tokens):
            continue
        shape = [each.type for each in tokens[index + 1 : index + 6]]
        if shape != ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]:
            continue
        content = tokens[index + 3].content
        short = "\n" not in content and len(content.split()) <= HEADING_WORDS and not content.rstrip().endswith((".", ":", ";"))
        if short and tokens[index + 6].type == "ordered_list_close":
            found.append(index + 3)
    return frozenset(index for index in found if len(found) > 1 or is_label(tokens[index].content))


def headed_items(tokens: list[Token]) -> frozenset[int]:
    """Where `5. Rollback` in a list has its text on the next lines or in a list of its own: one of a list has a known name."""
    found: list[int] = []
    known = False
    out: set[int] = set()
    for index, token in enumerate(tokens):
        if token.type == "ordered_list_open" and token.level == 0:
            found, known = [], False
        elif token.type == "ordered_list_close" and token.level == 0:
            out.update(found if known else ())
        elif token.type == "list_item_open" and token.level == 1 and tokens[index + 2 : index + 3]:
            inline = tokens[index + 2]
            first, _, rest = inline.content.partition("\n")
            below = index + 4 < len(tokens) and tokens[index + 4].type.endswith(("list_open", "paragraph_open"))
            short = bool(first) and len(first.split()) <= HEADING_WORDS and not first.rstrip().endswith((".", ",", ";"))
            if inline.type == "inline" and short and (rest or below) and ":" not in first:
                found.append(index + 2)
                known = known or is_label(plain(first).strip())
    return frozenset(out)
