"""Every rule's file stands in its registry, finds its bad sample and nothing in its good one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.contracts.script_review import Category, Finding, Position
from include.script_review.bash.script import Script
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rule import Hit, Rule
from include.script_review.rules.bash import registry as bash
from include.script_review.rules.dockerfile import registry as dockerfile
from include.script_review.rules.terraform import registry as terraform
from include.script_review.source import Source
from include.script_review.terraform.module import Module

LANGUAGES: dict[str, tuple[tuple[Rule, ...], Callable[[Source], Any], str, Path]] = {
    "bash": (bash.RULES, Script.of, "sh-", Path(bash.__file__).parent),
    "terraform": (terraform.RULES, Module.of, "tf-", Path(terraform.__file__).parent),
    "dockerfile": (dockerfile.RULES, Dockerfile.of, "docker-", Path(dockerfile.__file__).parent),
}
EACH = [pytest.param(language, rule, id=rule.id) for language, (rules, *_) in LANGUAGES.items() for rule in rules]


def _hits(language: str, rule: Rule, text: str) -> list[Hit]:
    path = "x.bats" if "@test" in text else "x.sh"
    return list(rule.check(LANGUAGES[language][1](Source(path, language, text))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_in_the_registry(language: str) -> None:
    rules, _, _, folder = LANGUAGES[language]
    files = {path.stem for path in folder.glob("*.py")} - {"registry"}
    assert {rule.check.__module__.rsplit(".", 1)[-1] for rule in rules} == files
    assert len({rule.id for rule in rules}) == len(rules) == len(files)


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_the_bad_sample_is_found_and_the_good_one_is_not(language: str, rule: Rule) -> None:
    found = _hits(language, rule, rule.bad)
    assert found
    assert _hits(language, rule, rule.good) == []
    data = rule.bad.encode()
    assert all(0 <= hit.start < hit.end <= len(data) for hit in found)


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_a_rule_fits_the_contract(language: str, rule: Rule) -> None:
    assert rule.id.startswith(LANGUAGES[language][2])
    for hit in _hits(language, rule, rule.bad):
        Finding(
            rule=rule.id,
            category=rule.category,
            severity=hit.severity or rule.severity,
            path="x",
            line=1,
            column=1,
            end=Position(line=1, column=2),
            message=hit.message,
            why=rule.why,
            fix=rule.fix,
            confidence=hit.confidence or rule.confidence,
            fingerprint="0" * 64,
        )


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_an_empty_file_has_nothing(language: str, rule: Rule) -> None:
    assert _hits(language, rule, "") == []
    assert _hits(language, rule, "\n\n# a comment\n") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        "{" * 3_000,
        "$(" * 1_500,
        '"$(' * 1_500,
        "`" * 999,
        "a\0b; rm -rf \0\n",
        "echo \ud800 | sh\n",
        "if true; then " * 800,
        "a {\n" * 1_500,
        "a = [" * 1_500,
        "cat <<E\n" * 500,
        'bash -c "' * 500,
        "RUN \\\n" * 1_500,
        'FROM a\nRUN <<E\n"',
        "ADD\nENV\nARG =\nUSER\nRUN\nRUN --\n",
        "curl x | " * 600 + "sh",
        "\r\n\r\n\t\ufeff",
    ],
)
def test_garbage_is_survived(language: str, text: str) -> None:
    rules, model, _, _ = LANGUAGES[language]
    made = model(Source("x", language, text))
    size = len(text.encode("utf-8", "surrogatepass"))
    for rule in rules:
        for hit in rule.check(made):
            assert 0 <= hit.start <= hit.end <= size


def test_categories_of_the_languages_are_covered() -> None:
    """A reviewer of shell scripts asks more than what is dangerous."""
    wanted = {
        Category.RISKY_OPERATION,
        Category.MISSING_WHATIF,
        Category.WEAK_LOGGING,
        Category.SECRET_EXPOSURE,
        Category.MISSING_ROLLBACK,
        Category.THIN_TESTS,
    }
    assert {rule.category for rule in bash.RULES} == wanted
