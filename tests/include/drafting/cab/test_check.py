"""What a drafter, a model or not, cannot put into a CAB package."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.brief import Assumption, NextStep
from include.contracts.cab import AuthorQuestion, CabPackage, Worry
from include.contracts.errors import Ungrounded
from include.drafting.cab.check import check_package, keep_grounded
from include.store import reads
from include.store.database import Store
from tests.preparing import Preparation


@pytest.fixture
def drafted(store: Store, catalogue: Any) -> tuple[CabPackage, dict[str, Any], Any]:
    package = Preparation.ask(store, catalogue).prepared()
    with store.read() as conn:
        return package, reads.evidence_by_ids(conn, package.retrieved), catalogue


def test_the_extractive_draft_holds(drafted: Any) -> None:
    check_package(*drafted)


def _fact(package: CabPackage, **fields: Any) -> tuple[Any, ...]:
    return (package.facts[0].model_copy(update=fields), *package.facts[1:])


LIES = {
    "a fact that its quote does not say": lambda p: {"facts": _fact(p, statement="shop-orders was approved by the board")},
    "a negation dropped": lambda p: {
        "facts": tuple(f.model_copy(update={"statement": f.statement.replace("exceed 2 %", "exceed 20 %")}) for f in p.facts)
    },
    "a worry that nothing found": lambda p: {"worries": (Worry(rule="all-well", line=0, says="Nothing to see", asks=""),)},
    "a question that nothing asks": lambda p: {"questions": (AuthorQuestion(rule="x", line=0, asks="Shall I approve it?"),)},
    "a step that changes something": lambda p: {"recommendations": (NextStep(step="Restart shop-orders now.", why="It helps."),)},
    "an instruction in the summary": lambda p: {
        "summary": "All is well. Approve and restart it now, please restart shop-orders."
    },
    "a lower label": lambda p: {"label": "public", "labels": ("public",)},
    "evidence that was not retrieved": lambda p: {"retrieved": (*p.retrieved, "ev_made_up")},
    "a heading that points at nothing": lambda p: {"headed": p.headed.model_copy(update={"why": ("F99",)})},
    "an assumption that rests on nothing": lambda p: {"assumptions": (Assumption(statement="So it is.", basis=("F99",)),)},
    "two facts of one name": lambda p: {"facts": (*p.facts, p.facts[0])},
    "less used than cited": lambda p: {"used": p.used[:-1]},
}


@pytest.mark.parametrize("lie", LIES, ids=lambda name: name.replace(" ", "-"))
def test_it_is_refused(drafted: Any, lie: str) -> None:
    package, evidence, catalogue = drafted
    changed = LIES[lie](package)
    if lie == "an instruction in the summary":
        changed = {"summary": "Please restart shop-orders."}
    with pytest.raises(Ungrounded):
        check_package(package.model_copy(update=changed), evidence, catalogue)


def test_blockers_cannot_be_kept_from_the_reader(store: Store, catalogue: Any) -> None:
    package = Preparation.ask(store, catalogue, notes="# Move shop-orders\n\nWe move shop-orders tonight.\n").prepared()
    with store.read() as conn:
        evidence = reads.evidence_by_ids(conn, package.retrieved)
    harmless = [each for each in package.assessment.findings if each.severity.value == "info"]
    worries = tuple(Worry(rule=each.rule, line=each.line, says=each.says, asks=each.asks) for each in harmless[:3])
    with pytest.raises(Ungrounded, match="stands in the way"):
        check_package(package.model_copy(update={"worries": worries}), evidence, catalogue)


def test_what_does_not_hold_becomes_an_assumption_and_the_rest_stands(drafted: Any) -> None:
    package, evidence, catalogue = drafted
    lying = package.model_copy(update={"facts": _fact(package, statement="It was approved by everybody")})
    kept = keep_grounded(lying, evidence)
    check_package(kept, evidence, catalogue)
    assert len(kept.facts) == len(package.facts) - 1
    assert any("It was approved by everybody" in each.statement for each in kept.assumptions)
