"""The container's program runs as root."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rule import Hit, Rule


def check(file: Dockerfile) -> Iterator[Hit]:
    last = next((one for one in reversed(file.instructions) if one.word in ("USER", "FROM")), None)
    if last is not None and last.word == "USER" and last.text.split(":")[0].strip() in ("root", "0"):
        yield Hit(last.start, last.end, "what the container starts runs as root")


RULE = Rule(
    id="docker-user-root",
    title="Runs as root",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="A hole in the program is then a hole with every right inside the container, and a shorter way out of it.",
    fix="Go back to an account without rights after the steps that need root: `USER app`.",
    bad="FROM debian:12\nUSER root\nRUN apt-get update\n",
    good="FROM debian:12\nUSER root\nRUN apt-get update\nUSER app\n",
    check=check,
)
