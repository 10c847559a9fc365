"""The grounding check of a whole brief: facts, what rests on them, what is advised, and the label it bears.

`check_brief` refuses; `keep_grounded` takes a draft apart so that what holds is kept and the rest is shown for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Assumption, Brief, Fact, FactId, Hypothesis
from include.contracts.claims import SPAN_CLAIM, spell
from include.contracts.errors import Ungrounded
from include.contracts.evidence import Evidence
from include.contracts.reads import stamp
from include.drafting.fact_check import check_citation, check_fact, cited_by, ungrounded
from include.drafting.read_only import instruction_in, is_read_only_step
from include.drafting.words import atoms, normalised

__all__ = ["check_brief", "check_fact", "check_hypothesis", "keep_grounded", "sorted_out"]

_SHOUTED = re.compile(r"\b[A-Z]{2,}\b")


def check_brief(brief: Brief, evidence: Mapping[str, Evidence], *, catalogue: Catalogue | None = None) -> None:
    """Hold a draft against what its run retrieved.

    :param evidence: by id; what the run retrieved
    :param catalogue: where given, the rank of the brief's label and names of services in hypotheses are checked too
    :raises Ungrounded: at the first thing that does not hold
    """
    _check_ids(brief)
    _check_sources(brief, evidence)
    for fact in brief.facts:
        check_fact(fact, evidence)
    facts = {fact.id: fact for fact in brief.facts}
    names = frozenset(catalogue.services) if catalogue else frozenset()
    for hypothesis in brief.hypotheses:
        check_hypothesis(hypothesis, facts, evidence, subject=brief, names=names)
    for assumption in brief.assumptions:
        _check_references(f"the assumption {assumption.statement[:40]!r}", assumption.basis, facts)
    for hit in brief.runbooks:
        if hit.citation is not None:
            check_citation(hit.citation, evidence, f"the runbook {hit.runbook}")
    _check_advice(brief)
    _check_labels(brief, evidence, catalogue)


def check_hypothesis(
    hypothesis: Hypothesis,
    facts: Mapping[str, Fact],
    evidence: Mapping[str, Evidence],
    *,
    subject: Brief | None = None,
    names: Collection[str] = (),
) -> None:
    """A hypothesis may guess, but its identifiers, numbers and times come from the facts it refers to.

    :param subject: the brief it stands in, whose service, environment and start it may name
    :param names: plain words that are names all the same (services of the catalogue)
    """
    _check_references(hypothesis.id, (*hypothesis.supports, *hypothesis.against), facts)
    referred = [facts[key] for key in (*hypothesis.supports, *hypothesis.against)]
    known = {atom for fact in referred for atom in _atoms_of(fact, evidence)} | (_target(subject) if subject else set())
    times = _instants(known)
    statement = SPAN_CLAIM.sub(lambda match: " " if _is_span(match[0], times) else match[0], hypothesis.statement)
    folded = {name.casefold() for name in names}
    for atom in _identifiers(statement, folded):
        if atom not in known:
            raise ungrounded(f"{hypothesis.id} names {atom.strip('@')[:80]}, which none of its facts does")


def keep_grounded(brief: Brief, evidence: Mapping[str, Evidence]) -> tuple[Brief, int]:
    """The brief with its ungrounded facts moved to the assumptions, and how many there were.

    Hypotheses keep the support that is left and go where none is or where they do not hold; steps that are no reads go too.
    """
    kept, moved = sorted_out(brief.facts, evidence)
    facts = {fact.id: fact for fact in kept}
    hypotheses = tuple(h for h in (_supported(h, facts) for h in brief.hypotheses) if h and _holds(h, facts, evidence, brief))
    runbooks = tuple(hit for hit in brief.runbooks if hit.citation is None or _cites(hit.citation, evidence))
    used = {c.evidence for fact in kept for c in fact.citations} | {hit.citation.evidence for hit in runbooks if hit.citation}
    assumptions = (
        *(Assumption(statement=a.statement, basis=tuple(b for b in a.basis if b in facts)) for a in brief.assumptions),
        *(Assumption(statement=f"Not shown by what it cites: {fact.statement}"[:20_000]) for fact in moved),
    )
    changed = {
        "facts": tuple(kept),
        "assumptions": assumptions,
        "hypotheses": hypotheses,
        "runbooks": runbooks,
        "next_steps": tuple(step for step in brief.next_steps if is_read_only_step(step.step) and not instruction_in(step.why)),
        "used": tuple(name for name in brief.retrieved if name in used),
    }
    return brief.model_copy(update=changed), len(moved)


def sorted_out(facts: Iterable[Fact], evidence: Mapping[str, Evidence]) -> tuple[list[Fact], list[Fact]]:
    """The facts that hold, and those that do not."""
    kept: list[Fact] = []
    moved: list[Fact] = []
    for fact in facts:
        try:
            check_fact(fact, evidence)
            kept.append(fact)
        except Ungrounded:
            moved.append(fact)
    return kept, moved


def _supported(hypothesis: Hypothesis, facts: Mapping[str, Fact]) -> Hypothesis | None:
    supports = tuple(key for key in hypothesis.supports if key in facts)
    against = tuple(key for key in hypothesis.against if key in facts)
    return hypothesis.model_copy(update={"supports": supports, "against": against}) if supports else None


def _holds(hypothesis: Hypothesis, facts: Mapping[str, Fact], evidence: Mapping[str, Evidence], brief: Brief) -> bool:
    try:
        check_hypothesis(hypothesis, facts, evidence, subject=brief)
    except Ungrounded:
        return False
    return is_read_only_step(hypothesis.refuted_by)


def _cites(citation: object, evidence: Mapping[str, Evidence]) -> bool:
    from include.contracts.evidence import Citation

    assert isinstance(citation, Citation)
    try:
        check_citation(citation, evidence, "a runbook")
    except Ungrounded:
        return False
    return True


def _target(brief: Brief) -> set[str]:
    names = {name.casefold() for name in (brief.service, brief.environment) if name}
    return names | set(atoms(normalised(stamp(brief.started_at))))


def _check_ids(brief: Brief) -> None:
    for what, ids in (("fact", [f.id for f in brief.facts]), ("hypothesis", [h.id for h in brief.hypotheses])):
        if len(set(ids)) != len(ids):
            raise ungrounded(f"two have the same {what} id")


def _check_sources(brief: Brief, evidence: Mapping[str, Evidence]) -> None:
    unknown = [name for name in brief.retrieved if name not in evidence]
    if unknown:
        raise ungrounded(f"the brief claims to have retrieved {', '.join(unknown[:5])}, which this run did not")
    cited = {citation.evidence for fact in brief.facts for citation in fact.citations}
    cited |= {hit.citation.evidence for hit in brief.runbooks if hit.citation is not None}
    if not cited <= set(brief.retrieved):
        raise ungrounded(f"{', '.join(sorted(cited - set(brief.retrieved))[:5])} is cited and not among what was retrieved")
    if cited != set(brief.used):
        raise ungrounded("what the brief says it used is not what it cites")


def _check_references(where: str, keys: Iterable[FactId], facts: Mapping[str, Fact]) -> None:
    missing = [key for key in keys if key not in facts]
    if missing:
        raise ungrounded(f"{where} rests on {', '.join(missing[:5])}, which is no fact of this brief")


def _check_advice(brief: Brief) -> None:
    for where, text in _steps(brief):
        if not is_read_only_step(text):
            raise ungrounded(f"{where} is not a check that only reads")
    for where, text in _prose(brief):
        words = instruction_in(text)
        if words:
            raise ungrounded(f"{where} instructs a change ({words[:60]!r})")


def _steps(brief: Brief) -> Iterator[tuple[str, str]]:
    yield from ((f"next step {number}", step.step) for number, step in enumerate(brief.next_steps, 1))
    yield from ((f"the check of {hypothesis.id}", hypothesis.refuted_by) for hypothesis in brief.hypotheses)


def _prose(brief: Brief) -> Iterator[tuple[str, str]]:
    yield "the summary", brief.summary
    yield from ((f"the reason of next step {number}", step.why) for number, step in enumerate(brief.next_steps, 1))
    yield from ((hypothesis.id, hypothesis.statement) for hypothesis in brief.hypotheses)


def _check_labels(brief: Brief, evidence: Mapping[str, Evidence], catalogue: Catalogue | None) -> None:
    used = {evidence[name].label for name in brief.used} | {hit.label for hit in brief.runbooks}
    if not used <= set(brief.labels):
        raise ungrounded("the brief does not bear the label of everything it used")
    if brief.label not in brief.labels:
        raise ungrounded("the brief's label is none of the labels it used")
    if catalogue is not None and brief.label != catalogue.highest(brief.labels):
        raise ungrounded("the brief's label is not the highest of those it used")


def _atoms_of(fact: Fact, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    yield from atoms(normalised(fact.statement))
    cited = cited_by(fact.citations, evidence)
    yield from cited.provenance
    for stream in cited.streams:
        yield from stream


def _identifiers(statement: str, names: Collection[str]) -> Iterator[str]:
    """Atoms of a statement that name or measure something."""
    text = normalised(statement)
    shouted = {word.casefold() for word in _SHOUTED.findall(statement)}
    for atom in atoms(text):
        if any(char.isdigit() for char in atom) or any(char in atom for char in "_.-@") or atom in names or atom in shouted:
            yield atom


def _instants(known: Iterable[str]) -> list[datetime]:
    return sorted(datetime.fromisoformat(atom.strip("@").upper()) for atom in known if atom.startswith("@"))


def _is_span(text: str, times: list[datetime]) -> bool:
    """Is this the distance of two of the times?"""
    spans: set[timedelta] = {later - earlier for earlier, later in combinations(times, 2)} | {timedelta(0)}
    return any(spell(span) == text for span in spans)
