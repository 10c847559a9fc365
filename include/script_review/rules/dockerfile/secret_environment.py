"""A secret becomes part of the image."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.say import shown
from include.script_review.dockerfile.dockerfile import Dockerfile, Instruction
from include.script_review.rule import Hit, Rule

_NAME = re2.compile(
    r"(?i)(^|_)(password|passwd|secret|secret_?key|secret_access_key|api_?key|auth_?token|access_?token|token|private_?key)$"
)
_PAIR = re2.compile(r"(?:^|\s)([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
_SPARE = re2.compile(r"(?i)^(|\$.*|<.*>|changeme.*|your.*|x+|none|null|true|false|\d{1,3}|/.*|placeholder.*)$")


def check(file: Dockerfile) -> Iterator[Hit]:
    for one in file.of_word("ENV", "ARG"):
        for name, value in _pairs(one):
            if not _NAME.search(name):
                continue
            if not _SPARE.search(value.strip("\"'")):
                yield Hit(one.start, one.end, f"the value of {shown(name)} stays in the image for everyone who can pull it")
            elif one.word == "ARG" and not value:
                text = f"what {shown(name)} is given when the image is built stays in its history"
                yield Hit(one.start, one.end, text, severity=Severity.LOW, confidence=Confidence.MEDIUM)


def _pairs(one: Instruction) -> list[tuple[str, str]]:
    text = one.text[:20_000]
    found = [(name, value) for name, value in _PAIR.findall(text)]
    if not found and text:
        name, _, value = text.partition(" ")
        found = [(name, value.strip())]
    return found


RULE = Rule(
    id="docker-secret-environment",
    title="A secret in the image",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why="Every layer can be read by whoever can pull the image, and `docker history` shows what ENV and ARG were given.",
    fix="Mount it while building (`RUN --mount=type=secret,id=...`), and give it to the container when it starts.",
    bad="FROM debian:12\nENV DB_PASSWORD=Winter" + "2024shop\n",
    good="FROM debian:12\nENV DB_PASSWORD_FILE=/run/secrets/db\nRUN --mount=type=secret,id=npm npm ci\n",
    check=check,
)
