"""Each rule finds its bad sample and leaves its good one alone, and each rule's file is in a registry."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from include.contracts.script_review import Category
from include.script_review.review import review_unit
from include.script_review.rule import Rule
from include.script_review.rules.registry import OF_LANGUAGE, OF_TEXT, RULES

SUFFIX = {"powershell": "sample.ps1", "bash": "sample.sh", "terraform": "main.tf", "dockerfile": "Dockerfile"}
HERE = Path(__file__).parents[4] / "include/script_review/rules"
ALL = [(language, rule) for language, rules in OF_LANGUAGE.items() for rule in rules] + [("text", rule) for rule in OF_TEXT]


def found(rule: Rule, language: str, text: str) -> list[str]:
    path = rule.sample or SUFFIX.get(language, "notes.txt")
    (review,) = review_unit({path: text.encode()})
    assert not [one for one in review.findings if one.rule == "coverage-rule"]
    assert review.coverage.looked in ("full", "text"), review.coverage
    return [one.rule for one in review.findings]


@pytest.mark.parametrize(("language", "rule"), ALL, ids=[rule.id for _, rule in ALL])
def test_a_rule_finds_its_bad_sample_and_not_its_good_one(language: str, rule: Rule) -> None:
    assert rule.id in found(rule, language, rule.bad)
    assert rule.id not in found(rule, language, rule.good)


def test_every_rule_file_is_registered() -> None:
    for file in sorted(HERE.rglob("*.py")):
        if file.stem in ("registry", "coverage", "pages", "__init__"):
            continue
        module = importlib.import_module(".".join(file.relative_to(HERE.parents[2]).with_suffix("").parts))
        rule = getattr(module, "RULE", None)
        assert rule is None or rule.id in RULES, f"{file.name} is in no registry"


def test_a_rule_says_what_a_person_needs() -> None:
    ids = [rule.id for _, rule in ALL]
    assert len(ids) == len(set(ids))
    for rule in RULES.values():
        assert rule.title
        assert rule.why.endswith(".")
        assert rule.fix.endswith((".", "`.", ").")) or rule.fix.endswith(")")
        assert isinstance(rule.category, Category)
