"""The grounding check of a CAB package: the same for every drafter, whether a model or not.

Facts are held against their evidence as those of a brief. What a package worries about and asks, it has from the assessment, word
for word, so that no drafter can leave the verdicts aside or invent others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Assumption
from include.contracts.cab import CabPackage, Headed
from include.contracts.evidence import Evidence
from include.drafting.fact_check import check_citation, check_fact, ungrounded
from include.drafting.grounding import sorted_out
from include.drafting.read_only import instruction_in, is_read_only_step


def check_package(package: CabPackage, evidence: Mapping[str, Evidence], catalogue: Catalogue) -> None:
    """Hold a draft against what its run retrieved and judged.

    :param evidence: by id, the notes among them
    :raises Ungrounded: at the first thing that does not hold
    """
    _check_sources(package, evidence)
    for fact in package.facts:
        check_fact(fact, evidence)
    for hit in package.runbooks:
        if hit.citation is not None:
            check_citation(hit.citation, evidence, f"the runbook {hit.runbook}")
    _check_references(package)
    _check_verdicts(package)
    _check_advice(package)
    _check_labels(package, evidence, catalogue)


def keep_grounded(package: CabPackage, evidence: Mapping[str, Evidence]) -> CabPackage:
    """The package with its ungrounded facts moved to the assumptions."""
    kept, moved = sorted_out(package.facts, evidence)
    known = {fact.id for fact in kept}
    headed = {name: tuple(key for key in keys if key in known) for name, keys in _headed(package.headed)}
    cited = {citation.evidence for fact in kept for citation in fact.citations}
    cited |= {hit.citation.evidence for hit in package.runbooks if hit.citation is not None}
    said = (
        *package.assumptions,
        *(Assumption(statement=f"Not shown by what it cites: {fact.statement}"[:20_000]) for fact in moved),
    )
    changed = {
        "facts": tuple(kept),
        "headed": Headed(**headed),
        "assumptions": said,
        "used": tuple(name for name in package.retrieved if name in cited),
    }
    return package.model_copy(update=changed)


def _headed(headed: Headed) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((name, getattr(headed, name)) for name in Headed.model_fields)


def _check_sources(package: CabPackage, evidence: Mapping[str, Evidence]) -> None:
    if len({fact.id for fact in package.facts}) != len(package.facts):
        raise ungrounded("two facts have the same id")
    unknown = [name for name in package.retrieved if name not in evidence]
    if unknown:
        raise ungrounded(f"the package claims to have retrieved {', '.join(unknown[:5])}, which this run did not")
    cited = {citation.evidence for fact in package.facts for citation in fact.citations}
    cited |= {hit.citation.evidence for hit in package.runbooks if hit.citation is not None}
    if not cited <= set(package.retrieved) or cited != set(package.used):
        raise ungrounded("what the package says it used is not what it cites")


def _check_references(package: CabPackage) -> None:
    known = {fact.id for fact in package.facts}
    named = {key for _, keys in _headed(package.headed) for key in keys} | {
        key for assumption in package.assumptions for key in assumption.basis
    }
    if not named <= known:
        raise ungrounded(f"{', '.join(sorted(named - known)[:5])} is no fact of this package")


def _check_verdicts(package: CabPackage) -> None:
    """Each worry and each question is one of the assessment's; and none of its blockers is left out for want of mention."""
    found, risk = package.assessment.findings, package.assessment.risk
    known = {(each.rule, each.says) for each in found}
    known |= {(each.rule, each.says) for each in (*risk.likelihood_reasons, *risk.impact_reasons)}
    if any((worry.rule, worry.says) not in known for worry in package.worries):
        raise ungrounded("the package worries about what the assessment did not find")
    asked = {(each.rule, each.asks) for each in found}
    if any((question.rule, question.asks) not in asked for question in package.questions):
        raise ungrounded("the package asks what the assessment does not")
    blockers = [each for each in found if each.severity.value == "blocker"]
    worried = {(worry.rule, worry.says) for worry in package.worries}
    if blockers and not any((each.rule, each.says) in worried for each in blockers):
        raise ungrounded("the package worries about none of what stands in the way of a decision")


def _check_advice(package: CabPackage) -> None:
    for number, step in enumerate(package.recommendations, 1):
        if not is_read_only_step(step.step) or instruction_in(step.why):
            raise ungrounded(f"recommendation {number} is not a check that only reads")
    if words := instruction_in(package.summary):
        raise ungrounded(f"the summary instructs a change ({words[:60]!r})")


def _check_labels(package: CabPackage, evidence: Mapping[str, Evidence], catalogue: Catalogue) -> None:
    used: Iterable[str] = {evidence[name].label for name in package.used} | {hit.label for hit in package.runbooks}
    if not set(used) <= set(package.labels) or package.label not in package.labels:
        raise ungrounded("the package does not bear the label of everything it used")
    if package.label != catalogue.highest(package.labels):
        raise ungrounded("the package's label is not the highest of those it used")
