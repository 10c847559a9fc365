"""A script changes a system and goes on after whatever fails."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.changes import system_changes
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_LEAST = 2  # a single change has nothing that could go on after it


def check(script: Script) -> Iterator[Hit]:
    if script.is_test or (b"trap " in script.data and b" ERR" in script.data):
        return
    loose = [
        command
        for command in system_changes(script)
        if not command.checked and not script.options.on("e", command.start) and "$?" not in script.tested
    ]
    if len(loose) >= _LEAST:
        yield loose[0].hit(f"{len(loose)} changes of the system are made, and nothing looks at whether one failed")


RULE = Rule(
    id="sh-no-error-stop",
    title="Goes on after a failed change",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="The next steps then work on a state that nobody meant, and the script still ends as if all were well.",
    fix="Begin with `set -euo pipefail`, or end each change with `|| { log ...; exit 1; }`.",
    bad="#!/bin/bash\nsystemctl stop shop\nhelm upgrade shop ./chart\nsystemctl start shop\n",
    good="#!/bin/bash\nset -euo pipefail\nsystemctl stop shop\nhelm upgrade shop ./chart\n",
    check=check,
)
