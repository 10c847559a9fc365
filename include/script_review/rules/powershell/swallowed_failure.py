"""A change fails, and the script ends as if it had not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import re2
from tree_sitter import Node

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule

# Ends the script, counts the failure, or hands it to what ends it by its name: `$module.FailJson(…)`, `Exit-Script`.
_TELLS = re2.compile(
    r"(?i)\b(throw|exit|return|break)\b|write-error|\$false|\+\+|\+=|\$[\w:]+\s*="
    r"|\.(\w*(fail|exit|abort|throw)\w*|add)\(|\b(fail|abort|die|quit)-|-(fail|abort|terminat)|stop-\w*function\b"
)
_LONGEST = 20_000  # of a catch: a longer one does more than show an error


def check(script: Script) -> Iterator[Hit]:
    """In a script's own body: a try around a change whose catch only shows the error."""
    if script.is_test or script.is_module or not script.nodes.get("catch"):
        return
    changed = [effect.by.start for effect in script.changes.of(script.body)]
    for node in script.nodes.get("try", ()):
        if script.function_at(node.start_byte) is not script.body:
            continue
        tried = node.named_children[0] if node.named_child_count else None
        if tried is None or bisect_left(changed, tried.start_byte) == bisect_left(changed, tried.end_byte):
            continue
        yield from _quiet(node, changed)


def _quiet(node: Node, changed: list[int]) -> Iterator[Hit]:
    for clauses in node.named_children:
        for clause in clauses.named_children if clauses.type == "catch_clauses" else ():
            text = clause.text or b""
            block = clause.named_children[-1]
            if bisect_left(changed, clause.start_byte) != bisect_left(changed, clause.end_byte):
                continue  # it tries something else
            if block.named_child_count and len(text) <= _LONGEST and not _TELLS.search(text):
                yield Hit(
                    clause.start_byte, clause.end_byte, "The error of a change is shown, and the script still ends in success."
                )


RULE = Rule(
    id="ps-swallowed-failure",
    title="A failed change ends in success",
    category=Category.WEAK_LOGGING,
    severity=Severity.MEDIUM,
    why="The error is shown and then forgotten: the exit code says success, so a scheduler or pipeline goes on.",
    fix="End the catch with `throw` or `exit 1`, or count failures and exit with them at the end.",
    bad="""try { Restart-Service -Name W3SVC -ErrorAction Stop } catch { Write-Host "failed: $_" }
""",
    good="""try { Restart-Service -Name W3SVC -ErrorAction Stop } catch { Write-Error "failed: $_"; exit 1 }
""",
    check=check,
)
