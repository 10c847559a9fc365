"""A password is written where others read it."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_NAME = re2.compile(
    r"(?i)(^|_)(password|passwd|passphrase|secret|secret_?(access_)?key|api_?key|(access|auth|api)_?token|private_?key)$"
)


_WORTH = re2.compile(rb"(?i)\$\{?\w*(pass|secret|api_?key|token|private)")


def check(script: Script) -> Iterator[Hit]:
    if _WORTH.search(script.data) is None:
        return
    for command in script.calls("echo", "printf", "logger"):
        names = [
            used.name
            for word in command.arguments
            for used in word.expansions
            if _NAME.search(used.name) and not _part(used.rest)
        ]
        inside = command.substitution is not None
        if names and not inside and (command.name == "logger" or not command.output_hidden):
            yield command.hit(f"writes the value of {shown(names[0])} to its output, and so to every log of it")


def _part(rest: str) -> bool:
    """Is it not the value itself: `${X:+set}`, `${X%%...}`?"""
    return rest.startswith((":+", "+", ":0:", "%", "#"))


RULE = Rule(
    id="sh-secret-printed",
    title="A secret is written to the output",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    why="The output of scripts is kept by schedulers, terminals and log collectors, readable by more people than the secret.",
    fix="Say that it was set, not what it is; hand it on through a pipe or a file of mode 600.",
    bad='echo "new password: $DB_PASSWORD"\n',
    good='echo "$DB_PASSWORD" | docker login --password-stdin\necho "password set: ${DB_PASSWORD:+yes}"\n',
    check=check,
)
