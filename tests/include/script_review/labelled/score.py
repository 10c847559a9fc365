"""How the rules do on the labelled scripts: `python -m tests.include.script_review.labelled.score [-v]`."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from include.contracts.script_review import Finding
from include.script_review.review import review_unit
from include.script_review.rules.registry import RULES

HERE = Path(__file__).parent
# Rules about a whole function or file: any line of it is as good as the one that is marked.
WHOLE = frozenset({"PSUseShouldProcessForStateChangingFunctions", "PSShouldProcess", "PSAvoidUsingUsernameAndPasswordParams"})


class Case(NamedTuple):
    """One labelled script. `lines`: where the rule must speak; empty for a clean one."""

    id: str
    rule: str
    violates: bool
    path: str
    text: str
    lines: tuple[int, ...]


def cases(name: str, key: str) -> Iterator[Case]:
    """Those of one file, by the field that names the rule."""
    for row in yaml.safe_load((HERE / name).read_text("utf-8")):
        yield Case(row["id"], row[key], row["violates"], row.get("path", "x.ps1"), row["text"], tuple(row.get("lines") or ()))


def findings(case: Case) -> list[Finding]:
    """What the review says of it."""
    return [one for review in review_unit({case.path: case.text.encode()}) for one in review.findings]


def sharing(analyser_rule: str) -> frozenset[str]:
    """Our rules that look for what a rule of the analyser looks for."""
    return frozenset(rule.id for rule in RULES.values() if analyser_rule in rule.shares)


def right(case: Case, rules: frozenset[str]) -> bool:
    """Does the review speak where it must, and not where it must not?"""
    lines = {one.line for one in findings(case) if one.rule in rules}
    if not case.violates:
        return not lines
    return bool(lines) if case.rule in WHOLE else set(case.lines) <= lines


def score(found: list[tuple[Case, bool]]) -> tuple[int, int, int, int]:
    """Violating cases that were found, and all; clean ones that were left alone, and all."""
    bad = [ok for case, ok in found if case.violates]
    good = [ok for case, ok in found if not case.violates]
    return sum(bad), len(bad), sum(good), len(good)


def judged(name: str) -> list[tuple[Case, bool]]:
    """Every case of a file, and whether the review is right about it."""
    return [(case, right(case, sharing(case.rule))) for case in cases(name, "analyser_rule")]


def main(arguments: Any) -> None:
    """A line a rule, and the sum."""
    found = judged(arguments[0] if arguments else "second_author.yaml")
    by_rule: dict[str, list[tuple[Case, bool]]] = defaultdict(list)
    for case, ok in found:
        by_rule[case.rule].append((case, ok))
    for rule, rows in sorted(by_rule.items()):
        hit, bad, quiet, good = score(rows)
        wrong = ", ".join(case.id for case, ok in rows if not ok)
        print(f"{rule:<50} {hit:>3}/{bad:<3} {quiet:>3}/{good:<3} {wrong}")
    hit, bad, quiet, good = score(found)
    print(f"recall {hit}/{bad} = {hit / bad:.3f}, specificity {quiet}/{good} = {quiet / good:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
