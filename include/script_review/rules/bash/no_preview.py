"""A script changes a system and cannot be asked what it would do."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.changes import system_changes
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_PREVIEW = re2.compile(
    r"(?i)(dry[-_ ]?run|what-?if|--check\b|--noop|no[-_]?act|--simulate|preview|--plan\b|\bplan\b"
    r"|\bread -[a-z]*p|confirm|are you sure)"
)
_LEAST = 3


def check(script: Script) -> Iterator[Hit]:
    if script.is_test or script.data[:2] != b"#!":
        return
    found = system_changes(script)
    if len(found) >= _LEAST and not _PREVIEW.search(script.data.decode("utf-8", "replace")):
        yield found[0].hit(f"{len(found)} changes of the system, and no way to see them before they are made")


RULE = Rule(
    id="sh-no-preview",
    title="Changes cannot be previewed",
    category=Category.MISSING_WHATIF,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="A reviewer or an approver can then only read the script, not see what it would do to this host.",
    fix="Take a `--dry-run` option and put a function in front of each change that prints the command instead of running it.",
    bad="#!/bin/bash\nset -e\nsystemctl stop shop\napt-get install -y shop\nsystemctl start shop\n",
    good=(
        '#!/bin/bash\nset -e\nrun() { [ "$DRY_RUN" ] && echo "$@" || "$@"; }\n'
        "run systemctl stop shop\nrun apt-get install -y shop\nrun systemctl start shop\n"
    ),
    check=check,
)
