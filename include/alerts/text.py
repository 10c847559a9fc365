"""Foreign text made fit for the canonical alert: invisible characters written out, cut where too long, and said so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from include.contracts.base import clean_text

CUT_MARK = " …[cut]"
MAX_LINE = 300
MAX_DESCRIPTION = 20_000
MAX_LABELS = 200
MAX_LABEL_NAME = 200
MAX_LABEL = 2_000
MAX_LINKS = 20
MAX_URL = 2_000
MAX_NOTES = 20


# A thousand alerts of one group may share a long text. Small, because it holds texts: at most 32 of 40,000 characters.
_clean = lru_cache(maxsize=32)(clean_text)


class Notes:
    """What was odd about one payload: each remark once, at most as many as the alert holds."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self._notes = dict.fromkeys(notes)

    def add(self, note: str | None) -> None:
        if note:
            self._notes.setdefault(note)

    def lines(self) -> tuple[str, ...]:
        notes = [one_line(note, "note", Notes()) or "" for note in self._notes]
        if len(notes) > MAX_NOTES:
            notes = [*notes[: MAX_NOTES - 1], f"{len(notes) - MAX_NOTES + 1} more remarks are left out."]
        return tuple(notes)


def _bounded(text: str, limit: int, *, rest: bool = False) -> tuple[str, bool]:
    """`text` cleaned and within `limit`, and whether anything was cut; `rest`: something was cut off before."""
    # A rough cut first: the cost must not depend on the size of a body whose one text is repeated in a thousand alerts.
    rough = text[: 2 * limit]
    cleaned = rough if rough.isascii() and rough.isprintable() else _clean(rough)
    if len(cleaned) <= limit and len(rough) == len(text) and not rest:
        return cleaned, False
    return cleaned[: limit - len(CUT_MARK)] + CUT_MARK, True


def one_line(text: str | None, field: str, notes: Notes, *, limit: int = MAX_LINE) -> str | None:
    """One line of at most `limit` characters, spaces folded; None when nothing visible is left."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    rough = stripped[: 16 * limit]
    folded, was_cut = _bounded(" ".join(rough.split()), limit, rest=len(rough) < len(stripped))
    if was_cut:
        notes.add(f"The {field} was longer than {limit} characters and is cut.")
    return folded


def block(text: str | None, field: str, notes: Notes, *, limit: int = MAX_DESCRIPTION) -> str:
    """Several lines of at most `limit` characters; empty when there is no text."""
    cleaned, was_cut = _bounded((text or "").strip(), limit)
    if was_cut:
        notes.add(f"The {field} was longer than {limit} characters and is cut.")
    return cleaned


def clean_labels(labels: Mapping[str, str], notes: Notes) -> dict[str, str]:
    """Label names and values within their bounds, sorted by name."""
    kept: dict[str, str] = {}
    for name in sorted(labels):
        key = one_line(name, "name of a label", notes, limit=MAX_LABEL_NAME)
        if key is None or key in kept:
            notes.add("A label without a name of its own is left out.")
        elif len(kept) == MAX_LABELS:
            notes.add(f"There were {len(labels)} labels; the first {MAX_LABELS} by name are kept.")
            break
        else:
            kept[key] = block(labels[name], "value of a label", notes, limit=MAX_LABEL)
    return kept


def clean_links(links: Iterable[str], notes: Notes) -> tuple[str, ...]:
    """The http(s) links, each once, in order; others, and those with a user name or password in them, are left out."""
    kept: dict[str, None] = {}
    for link in links:
        if not link:
            continue
        if not _is_plain_link(link):
            notes.add("A link that is not plain http or https is left out.")
        elif len(kept) == MAX_LINKS and link not in kept:
            notes.add(f"There were more than {MAX_LINKS} links; the first are kept.")
            break
        else:
            kept.setdefault(link)
    return tuple(kept)


def _is_plain_link(link: str) -> bool:
    if len(link) > MAX_URL or clean_text(link) != link or any(char.isspace() or char == "\\" for char in link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and link[:4] == "http"
    except ValueError:
        return False


def as_text(value: Any) -> str | None:
    """A scalar as the text it stands for, a list of scalars joined, anything deeper as compact JSON; None for null."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(as_text(item) or "" for item in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
