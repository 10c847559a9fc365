"""Functions that change a system, and no test of them beside the script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.changes import changes_system, changing_functions, system_changes
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    if script.is_test or not script.functions or not system_changes(script) or _tested(script):
        return
    found = [one for one in changing_functions(script) if any(changes_system(command) for command in one.function.commands)]
    if found:
        first = found[0].function
        names = ", ".join(one.name for one in found[:4])
        yield Hit(
            first.start, first.end, f"{shown(names)} {'change' if len(found) > 1 else 'changes'} a system, and no test calls them"
        )


def _tested(script: Script) -> bool:
    """Is there a file of tests that bears the script's name, or any in the folder or one called after tests beside it?"""
    stem, folder = PurePosixPath(script.path).stem.lower(), PurePosixPath(script.path).parent
    for path in map(PurePosixPath, script.beside):
        name = path.name.lower()
        is_test = path.suffix == ".bats" or (path.suffix in (".sh", ".bash") and ("test" in name or "spec" in name))
        if is_test and (
            stem in name or path.parent == folder or path.parent in (folder / "test", folder / "tests", folder / "spec")
        ):
            return True
    return False


RULE = Rule(
    id="sh-no-tests",
    title="State-changing functions without a test",
    category=Category.THIN_TESTS,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="What a function does to a system is then tried for the first time on that system.",
    fix="Add a .bats file that puts stand-ins for the changing commands on PATH and checks how they are called.",
    bad="restart_shop() {\n  systemctl restart shop\n}\n",
    good="shop_status() {\n  systemctl is-active shop\n}\n",
    check=check,
)
