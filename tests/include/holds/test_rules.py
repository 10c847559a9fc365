"""The rules by themselves: what is not known is refused, a rule that breaks is refused, nothing composed of nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.contracts.errors import BadInput
from include.contracts.hold import Verdict
from include.holds import (
    emergency,
    emergency_rules,
    refusals,
    release,
    revoke,
    rules,
    template_fit,
    template_rules,
    templates,
    votes,
)
from include.holds.case import Case, No, Unknown, known
from include.holds.outside import enter
from include.holds.rules import AllOf, AnyOf, Check, rule

MODULES = (rules, template_fit, template_rules, templates, emergency_rules)
CHECKS = {name: found for module in MODULES for name, found in vars(module).items() if isinstance(found, Check)}


class Fixed:
    """Says what it is told to."""

    def __init__(self, name: str, ok: bool) -> None:
        self.verdict = Verdict(rule=name, ok=ok, reason="told so")

    def judge(self, case: Case) -> Verdict:
        return self.verdict


@pytest.fixture
def empty(catalogue: Any) -> Case:
    """A case in which nothing is known."""
    return Case(now=datetime(2026, 11, 20, tzinfo=UTC), head_at=None, catalogue=catalogue, revoked_people=None)


@pytest.mark.parametrize("name", CHECKS)
def test_h02_what_is_not_known_is_refused_by_every_rule(empty: Case, name: str) -> None:
    verdict = CHECKS[name].judge(empty)
    assert not verdict.ok
    assert verdict.reason


@pytest.mark.parametrize("breaks", [KeyError("x"), ZeroDivisionError(), BadInput("It is not.", next_step="x"), Unknown(), No("")])
def test_h02_a_rule_that_breaks_refuses(empty: Case, breaks: Exception) -> None:
    @rule("state", "it is not so")
    def broken(case: Case) -> bool:
        raise breaks

    verdict = broken.judge(empty)
    assert (verdict.ok, verdict.rule) == (False, "state")
    assert verdict.reason.startswith("it is not so")


@pytest.mark.parametrize("answer", [1, "yes", [0], object()])
def test_h02_only_true_allows(empty: Case, answer: Any) -> None:
    assert not Check("state", "it is not so", lambda case: answer).judge(empty).ok


def test_a_refusal_s_reason_is_one_short_line(empty: Case) -> None:
    @rule("state", "it is not so")
    def long(case: Case) -> bool:
        raise No("line\n" * 500)

    assert len(long.judge(empty).reason) == 300
    assert "\n" not in long.judge(empty).reason


def test_all_of_nothing_and_any_of_nothing_are_invalid() -> None:
    for kind in (AllOf, AnyOf):
        with pytest.raises(ValueError, match="nothing"):
            kind()


def test_all_of_refuses_by_the_first_that_refuses(empty: Case) -> None:
    both = AllOf(Fixed("state", True), Fixed("role", False), Fixed("key", False))
    assert both.judge(empty).rule == "role"
    assert [verdict.ok for verdict in both.each(empty)] == [True, False, False]
    assert AllOf(Fixed("state", True), Fixed("key", True)).judge(empty).ok


def test_any_of_allows_by_the_first_that_allows(empty: Case) -> None:
    assert AnyOf(Fixed("state", False), Fixed("role", True)).judge(empty) == Fixed("role", True).verdict
    assert AnyOf(Fixed("state", False), Fixed("role", False)).judge(empty) == Fixed("state", False).verdict


def test_known_is_what_is_there_even_if_it_is_little() -> None:
    assert [known(value) for value in (0, "", (), False)] == [0, "", (), False]
    with pytest.raises(Unknown):
        known(None)


def test_every_rule_has_a_name_that_says_what_to_do_next() -> None:
    assert {check.name for check in CHECKS.values()} | {"signature"} == set(refusals.RULES)


def test_every_rule_is_asked_somewhere() -> None:
    """A rule that no composition names guards nothing."""
    asked: set[int] = set()

    def walk(found: Any) -> None:
        asked.add(id(found))
        for child in getattr(found, "children", ()):
            walk(child)

    for module in (release, votes, revoke, enter, template_rules, templates, emergency, emergency_rules):
        for found in vars(module).values():
            if isinstance(found, AllOf | AnyOf):
                walk(found)
    assert {name for name, check in CHECKS.items() if id(check) not in asked} == set()


def test_the_order_of_a_release_is_that_of_what_people_look_for_first() -> None:
    names = [check.name for check in release.BEFORE_VOTES.children if isinstance(check, Check)]
    assert names == [
        "single_use",
        "clock",
        "plan_intact",
        "complete_record",
        "deny",
        "state",
        "execute_by",
        "window",
        "freeze",
        "derived",
        "outside",
    ]
