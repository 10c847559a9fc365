"""How a rule names what it found in a message."""

from __future__ import annotations

from include.script_review.bash.word import HOLE


def shown(text: str, most: int = 60) -> str:
    """In one line, what is filled in as `...`, and never longer than a reader wants."""
    flat = "".join(char if char.isprintable() else " " for char in text.replace(HOLE, "…").replace("\1", "…"))
    flat = " ".join(flat.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
