"""A draft as titled sections, for systems without fields of their own for them; and its fingerprint, by which an edit shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from include.contracts.change_draft import ChangeDraft
from include.contracts.inert import inert_text

AGENT = "holdpoint/1 (machine; create_draft_change_request)"
_RESERVE = 100


def sections(draft: ChangeDraft, limit: int | None = None) -> list[tuple[str, str]]:
    """Titles and texts in reading order; what is empty says so.

    :param limit: characters of each text, cut in a visible way; twice as many of the first
    """
    window = f"{_minute(draft.start)} to {_minute(draft.end)}" if draft.start and draft.end else ""
    texts = [
        ("Justification", draft.justification),
        ("Implementation plan", draft.implementation_plan),
        ("Backout plan", draft.backout_plan),
        ("Test plan", draft.test_plan),
        ("Risk and impact", draft.risk_impact_analysis),
        ("Communication", draft.communication_plan),
        ("Planned", window),
        ("Type", draft.type.value),
        ("Open questions", "\n".join(f"- {each}" for each in draft.questions)),
    ]
    missing = "(the notes do not say)"
    first = cut(draft.description, 2 * limit) if limit else draft.description
    return [("Draft", first), *((title, (cut(text, limit) if limit else text) or missing) for title, text in texts)]


def newer(draft: ChangeDraft) -> str:
    """What a note says on a draft that people have taken over."""
    return (
        f"Holdpoint (a machine): there is a newer package, version {draft.version}, of change request {draft.mark}. "
        "It was not written over this record, because people have edited it or moved it on. Compare the two."
    )


def fingerprint(fields: Mapping[str, str]) -> str:
    """16 hexadecimal digits over texts, whatever a system does to white space on the way."""
    body = "\x00".join(f"{name}\x01{squeezed(text)}" for name, text in sorted(fields.items()))
    return sha256(body.encode()).hexdigest()[:16]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def cut(text: str, limit: int) -> str:
    """At most so many characters, with a visible mark, and still inert: a path that is cut must not become a command word."""
    if len(text) <= limit:
        return text
    kept = inert_text(text[: limit - _RESERVE].rstrip())
    return f"{kept[: limit - _RESERVE // 2]}\n… (cut; the rest stands in the package)"[:limit]
