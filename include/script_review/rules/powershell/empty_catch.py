"""An error is caught and nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """`catch` blocks without a statement; a comment is none, but tells, as a named type does, that the error was expected."""
    for node in script.nodes.get("catch", ()):
        block = next((child for child in node.named_children if child.type == "statement_block"), None)
        if block is not None and all(child.type in ("comment", "empty_statement") for child in block.named_children):
            expected = bool(block.named_child_count) or any(child.type == "catch_type_list" for child in node.named_children)
            severity = Severity.LOW if expected else None
            yield Hit(node.start_byte, node.end_byte, "This catch does nothing: the error is lost.", severity)


RULE = Rule(
    id="ps-empty-catch",
    title="Empty catch",
    category=Category.WEAK_LOGGING,
    severity=Severity.MEDIUM,
    why="The error is gone: the script goes on as if nothing had happened, and nobody can find out later.",
    fix="Say what happened (Write-Error, a log), and stop or `throw` where going on would do harm.",
    bad="""try { Stop-Service -Name Spooler } catch { }
""",
    good="""try { Stop-Service -Name Spooler } catch { Write-Error "Spooler: $_"; throw }
""",
    check=check,
    shares=("PSAvoidUsingEmptyCatchBlock",),
)
