"""docs/holds.md says what the code does: the states from the table, the rules by their names."""

from __future__ import annotations

import re
from pathlib import Path

from include.contracts.hold import HoldState
from include.holds import refusals
from include.holds.states import TRANSITIONS

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "holds.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def test_the_table_of_states_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", section("States"), re.MULTILINE)
    told = {HoldState(before): {HoldState(after) for after in re.findall(r"`(\w+)`", cell)} for before, cell in rows}
    assert told == {before: set(after) for before, after in TRANSITIONS.items() if after}


def test_every_rule_is_told_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ", section("Rules"), re.MULTILINE)
    assert sorted(rows) == sorted(refusals.RULES)


def test_the_kinds_of_refusals_are_those_of_the_code() -> None:
    source = "".join(path.read_text() for path in Path(refusals.__file__).parent.rglob("*.py"))
    for kind in re.findall(r"`(\w+\.refused)`", section("Rules")):
        assert f'"{kind}"' in source, kind
