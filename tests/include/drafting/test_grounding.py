"""Attacks on a whole brief: each begins from one that holds and changes one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.contracts.brief import Assumption, Brief, Fact, Hypothesis, NextStep
from include.contracts.errors import Ungrounded
from include.contracts.evidence import Citation, Evidence
from include.drafting.grounding import check_brief, keep_grounded
from include.triage.assemble import checked
from tests.fixtures.recorded.replay import replay


@pytest.fixture
def good(catalogue: Any) -> tuple[Brief, dict[str, Evidence]]:
    drafted, _ = replay(catalogue, "bad-config-deployed")
    return drafted.brief, {item.id: item for item in drafted.evidence}


def changed(brief: Brief, **fields: Any) -> Brief:
    return brief.model_copy(update=fields)


def first_hypothesis(brief: Brief, **fields: Any) -> Brief:
    return changed(brief, hypotheses=(brief.hypotheses[0].model_copy(update=fields), *brief.hypotheses[1:]))


def first_fact(brief: Brief, **fields: Any) -> Brief:
    return changed(brief, facts=(brief.facts[0].model_copy(update=fields), *brief.facts[1:]))


def step(text: str, why: str = "It could refute H1.") -> Callable[[Brief], Brief]:
    return lambda brief: changed(brief, next_steps=(*brief.next_steps, NextStep(step=text, why=why)))


ATTACKS: dict[str, Callable[[Brief], Brief]] = {
    "two facts with one id": lambda b: changed(b, facts=(*b.facts, b.facts[0])),
    "two hypotheses with one id": lambda b: changed(b, hypotheses=(*b.hypotheses, b.hypotheses[0])),
    "a fact that says more": lambda b: first_fact(b, statement=b.facts[0].statement + " and shop-frontend"),
    "a hypothesis on no fact": lambda b: first_hypothesis(b, supports=("F99",)),
    "a hypothesis against no fact": lambda b: first_hypothesis(b, against=("F99",)),
    "a hypothesis with another revision": lambda b: first_hypothesis(b, statement="Deployment 1122aac of shop-payments"),
    "a hypothesis with another service": lambda b: first_hypothesis(b, statement="The trouble is in shop-orders"),
    "a hypothesis with another number": lambda b: first_hypothesis(b, statement="The pool of shop-payments has 77 connections"),
    "a hypothesis with another time": lambda b: first_hypothesis(b, statement="It broke at 2026-11-20T09:00:00Z"),
    "a hypothesis with another span": lambda b: first_hypothesis(
        b, statement=b.hypotheses[0].statement.replace("60 seconds", "7 seconds")
    ),
    "a hypothesis with another state": lambda b: first_hypothesis(b, statement="The process is STOPPED"),
    "a hypothesis that advises": lambda b: first_hypothesis(b, statement="Restart shop-payments"),
    "a hypothesis whose check changes something": lambda b: first_hypothesis(b, refuted_by="Restart shop-payments."),
    "an assumption on no fact": lambda b: changed(b, assumptions=(Assumption(statement="It was so.", basis=("F99",)),)),
    "a step that changes something": step("Roll back 9f3c1d2."),
    "a step that asks for it softly": step("Check the log, and then restart it."),
    "a reason that changes something": step("Check the log.", why="Then restart it."),
    "a summary that advises": lambda b: changed(b, summary=b.summary + " Please restart shop-payments."),
    "evidence that was not retrieved": lambda b: changed(b, retrieved=(*b.retrieved, "e99")),
    "cited and not retrieved": lambda b: changed(b, retrieved=tuple(n for n in b.retrieved if n != b.used[-1])),
    "used more than cited": lambda b: changed(b, used=b.retrieved),
    "used less than cited": lambda b: changed(b, used=b.used[:-1]),
    "a label left out": lambda b: changed(b, labels=("public",), label="public"),
    "a label that is not the highest": lambda b: changed(b, labels=(*b.labels, "restricted")),
    "a label of nothing used": lambda b: changed(b, label="security"),
}


def test_the_brief_holds_before_the_attacks(catalogue: Any, good: tuple[Brief, dict[str, Evidence]]) -> None:
    check_brief(*good, catalogue=catalogue)
    assert good[0].hypotheses
    assert "60 seconds" in good[0].hypotheses[0].statement


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_refused(catalogue: Any, good: tuple[Brief, dict[str, Evidence]], name: str) -> None:
    brief, evidence = good
    attacked = ATTACKS[name](brief)
    assert attacked != brief
    with pytest.raises(Ungrounded):
        check_brief(attacked, evidence, catalogue=catalogue)


def test_a_runbook_quote_is_checked_like_a_fact(catalogue: Any, good: tuple[Brief, dict[str, Evidence]]) -> None:
    brief, evidence = good
    hit = brief.runbooks[0]
    assert hit.citation is not None
    moved = hit.citation.model_copy(update={"start": hit.citation.start + 1, "end": hit.citation.end + 1})
    with pytest.raises(Ungrounded):
        check_brief(changed(brief, runbooks=(hit.model_copy(update={"citation": moved}),)), evidence, catalogue=catalogue)


def test_a_plain_word_that_names_a_service_is_a_name(catalogue: Any, good: tuple[Brief, dict[str, Evidence]]) -> None:
    from include.drafting.grounding import check_hypothesis

    brief, evidence = good
    facts = {fact.id: fact for fact in brief.facts}
    guess = brief.hypotheses[0].model_copy(update={"statement": "The trouble began in ledger"})
    check_hypothesis(guess, facts, evidence, subject=brief)
    with pytest.raises(Ungrounded):
        check_hypothesis(guess, facts, evidence, subject=brief, names=["ledger"])


def model_draft(brief: Brief, evidence: dict[str, Evidence]) -> Brief:
    """What a drafter that makes things up might hand in."""
    text = evidence["get_service_status.shop-payments"].text
    citation = Citation(evidence="get_service_status.shop-payments", start=0, end=22, quote=text[:22])
    invented = Fact(id="F90", statement="shop-payments is RUNNING", citations=(citation,))
    return changed(
        brief,
        facts=(*brief.facts, invented),
        hypotheses=(
            *brief.hypotheses,
            Hypothesis(id="H8", statement="It is well", score=99, supports=("F90",), refuted_by="Check the log."),
            Hypothesis(id="H9", statement="It is in shop-orders", score=9, supports=("F1", "F90"), refuted_by="Check the log."),
        ),
        next_steps=(*brief.next_steps, NextStep(step="Restart it.", why="It helps.")),
    )


def test_what_does_not_hold_is_moved_and_what_holds_is_kept(catalogue: Any, good: tuple[Brief, dict[str, Evidence]]) -> None:
    brief, evidence = good
    kept, moved = keep_grounded(model_draft(brief, evidence), evidence)
    assert moved == 1
    assert [fact.id for fact in kept.facts] == [fact.id for fact in brief.facts]
    assert kept.assumptions[-1].statement == "Not shown by what it cites: shop-payments is RUNNING"
    assert [h.id for h in kept.hypotheses] == [h.id for h in brief.hypotheses]
    assert kept.next_steps == brief.next_steps
    check_brief(kept, evidence, catalogue=catalogue)


def test_keeping_changes_nothing_in_a_brief_that_holds(good: tuple[Brief, dict[str, Evidence]]) -> None:
    assert keep_grounded(*good) == (good[0], 0)


def test_h10_a_brief_that_cannot_be_saved_is_refused(catalogue: Any, good: tuple[Brief, dict[str, Evidence]]) -> None:
    """A label that is too low cannot be mended by leaving facts out."""
    from tests.include.drafting.test_extractive_properties import context_of

    brief, evidence = good
    context = context_of(catalogue, list(evidence.values()))
    with pytest.raises(Ungrounded):
        checked(changed(brief, label="public", labels=("public",)), context)
    said = checked(model_draft(brief, evidence), context).assumptions[-1].statement
    assert said.startswith("1 drafted fact did not hold")
