"""The failure of a change is thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.changes import system_changes
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule

# Often asked to undo what may not be there.
_MAY_FAIL = names("stop delete rm remove disable unmask down destroy uninstall kill daemon-reload start rmi del prune mask")


def check(script: Script) -> Iterator[Hit]:
    for command in system_changes(script):
        if command.allowed_to_fail and _silent(command) and not _MAY_FAIL & set(command.plain[:2]) and not script.is_test:
            yield command.hit(f"if `{command.name}` fails, nobody learns of it: neither its message nor its result is kept")


def _silent(command: Command) -> bool:
    texts = [(node.text or b"").replace(b" ", b"") for node in command.redirects]
    return any(text.startswith((b"2>/dev/null", b"&>/dev/null", b">&/dev/null")) for text in texts) or (
        any(text.startswith((b">/dev/null", b"1>/dev/null")) for text in texts) and b"2>&1" in texts
    )


RULE = Rule(
    id="sh-error-hidden",
    title="The failure of a change is thrown away",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="With the message in /dev/null and the result taken for true, a change that did not happen looks like one that did.",
    fix="Keep the message, and allow only the failure that is expected: test for it, or compare the exit code.",
    bad="kubectl apply -f web.yaml 2>/dev/null || true\n",
    good="kubectl apply -f web.yaml\nsystemctl stop web 2>/dev/null || true\n",
    check=check,
)
