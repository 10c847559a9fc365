"""The grounding check: a fact says what its quotes say, or it is no fact. One check for every drafter.

A statement is held against the spans it cites, default deny: apart from a short list of words that claim nothing, every word,
name, number and time must stand in the quotes, numbers beside the same words, negations where the evidence has them. Counts and
spans of time that stand nowhere may be stated only in the forms of `include/contracts/claims.py`, and are computed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from include.contracts.brief import Fact
from include.contracts.claims import COUNT_CLAIM, count_lines, parse_time
from include.contracts.errors import Ungrounded
from include.contracts.evidence import Citation, Evidence, text_digest
from include.drafting.words import FRAME, atoms, contains_run, normalised, polarities, polarity_map, segments

_QUOTED = re.compile(r'"([^"\n]+)"|“([^”\n]+)”|`([^`\n]+)`|«([^»\n]+)»')
_STATE = re.compile(r"([^\s,;:()]+) (?:is|are|was|were) (?:not )?([^\s,;:()]+)")
_LOOK_BACK = 12  # atoms before a number that must stand before it in the quote too
_NEXT = "write the statement in the words of its citations, or make it an assumption"


@dataclass(frozen=True)
class Cited:
    """What a fact's citations give it to work with."""

    quotes: tuple[str, ...]
    streams: tuple[list[str], ...]  # atoms of each quote
    lines: tuple[str, ...]  # the whole lines that hold the quotes: a quote must not cut a negation off
    provenance: frozenset[str]  # where the evidence was read: its service, environment, tool and id


def check_fact(fact: Fact, evidence: Mapping[str, Evidence]) -> None:
    """Hold one fact against the evidence it cites.

    :param evidence: by id; what the run retrieved, nothing else
    :raises Ungrounded: saying which part of the statement or which citation does not hold
    """
    for citation in fact.citations:
        check_citation(citation, evidence, fact.id)
    cited = cited_by(fact.citations, evidence)
    statement = _without_claims(fact, cited, evidence)
    _check_quoted(fact.id, statement, cited)
    text = normalised(statement)
    _check_words(fact.id, text, cited)
    _check_numbers(fact.id, text, cited)
    _check_states(fact.id, text, cited)
    _check_negations(fact.id, text, cited)


def check_citation(citation: Citation, evidence: Mapping[str, Evidence], where: str) -> None:
    """The evidence is there, is what it was when it was read, and says exactly this at exactly this place."""
    source = evidence.get(citation.evidence)
    if source is None:
        raise ungrounded(f"{where} cites {citation.evidence}, which this run did not retrieve")
    if text_digest(source.text) != source.digest:
        raise ungrounded(f"{where}: the text of {source.id} is not what its digest says")
    if source.text[citation.start : citation.end] != citation.quote:
        raise ungrounded(f"{where}: {source.id} does not say the quote at {citation.start}–{citation.end}")


def cited_by(citations: Iterable[Citation], evidence: Mapping[str, Evidence]) -> Cited:
    """Collect what checked citations refer to."""
    citations = tuple(citations)
    quotes = tuple(citation.quote for citation in citations)
    provenance = {atom for citation in citations for atom in _provenance(evidence[citation.evidence])}
    return Cited(
        quotes=quotes,
        streams=tuple(atoms(normalised(quote)) for quote in quotes),
        lines=tuple(_whole_lines(evidence[citation.evidence].text, citation) for citation in citations),
        provenance=frozenset(provenance),
    )


def ungrounded(problem: str) -> Ungrounded:
    return Ungrounded(f"{problem}.", next_step=_NEXT)


def _provenance(evidence: Evidence) -> list[str]:
    names = (evidence.id, evidence.tool, evidence.params.get("service"), evidence.params.get("environment"))
    return [name.casefold() for name in names if isinstance(name, str)]


def _whole_lines(text: str, citation: Citation) -> str:
    start = text.rfind("\n", 0, citation.start) + 1
    end = text.find("\n", citation.end)
    return text[start : end if end >= 0 else len(text)]


def _without_claims(fact: Fact, cited: Cited, evidence: Mapping[str, Evidence]) -> str:
    """The statement without its countable claims, each of which was counted again; quoted ones are left to the other checks."""

    def verified(match: re.Match[str]) -> str:
        if any(match[0] in quote for quote in cited.quotes):
            return match[0]
        _check_count(fact.id, match, evidence)
        return " — "

    return COUNT_CLAIM.sub(verified, fact.statement)


def _check_count(where: str, match: re.Match[str], evidence: Mapping[str, Evidence]) -> None:
    source = evidence.get(match["evidence"])
    if source is None:
        raise ungrounded(f"{where} counts lines of {match['evidence']}, which this run did not retrieve")
    counted = count_lines(source.text, match["literal"])
    if counted.count != int(match["count"]):
        raise ungrounded(f"{where} counts {match['count']} lines of {source.id} where there are {counted.count}")
    for group, time in (("first", counted.first), ("last", counted.last)):
        if match[group] and parse_time(match[group]) != time:
            raise ungrounded(f"{where}: the {group} such line of {source.id} is not at {match[group]}")


def _check_quoted(where: str, statement: str, cited: Cited) -> None:
    quotes = [_squeezed(quote) for quote in cited.quotes]
    for match in _QUOTED.finditer(statement):
        said = _squeezed(next(group for group in match.groups() if group is not None))
        if not any(said in quote for quote in quotes):
            raise ungrounded(f"{where} puts words between quotation marks that its citations do not have")


def _check_words(where: str, text: str, cited: Cited) -> None:
    known = FRAME | cited.provenance
    known = known.union(*cited.streams)
    surplus = [atom for atom in dict.fromkeys(atoms(text)) if atom not in known]
    if surplus:
        raise ungrounded(f"{where} says what its citations do not: {', '.join(surplus[:5])}")


def _check_numbers(where: str, text: str, cited: Cited) -> None:
    """A number belongs to the words before it and the unit behind it."""
    for run in segments(text):
        for at, atom in enumerate(run):
            if any(char.isdigit() for char in atom) and atom not in cited.provenance and not _stands_so(run, at, cited):
                raise ungrounded(f"{where} puts {atom.strip('@')} where its citations do not have it")


def _stands_so(run: list[str], at: int, cited: Cited) -> bool:
    first = max(0, at - _LOOK_BACK)
    starts = [first]
    while starts[-1] < at and run[starts[-1]] in cited.provenance:
        starts.append(starts[-1] + 1)
    before = any(contains_run(run[start : at + 1], cited.streams) for start in starts)
    return before and contains_run(run[at : at + 2], cited.streams)


def _check_states(where: str, text: str, cited: Cited) -> None:
    """`x is FATAL` only where a citation says it of x."""
    quotes = [_squeezed(normalised(quote)) for quote in cited.quotes]
    for match in (match for part in re.split(r"[—…;\n]", text) for match in _STATE.finditer(_squeezed(part))):
        if match[1] not in FRAME and not any(match[0] in quote for quote in quotes):
            raise ungrounded(f"{where}: no citation says that {match[1][:60]} is {match[2][:60]}")


def _check_negations(where: str, text: str, cited: Cited) -> None:
    allowed = polarity_map(normalised(line) for line in cited.lines)
    for atom, negated in polarities(text):
        if atom not in FRAME | cited.provenance and negated not in allowed.get(atom, {negated}):
            raise ungrounded(f"{where} {'adds a negation to' if negated else 'drops the negation of'} {atom[:60]}")


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def by_id(evidence: Sequence[Evidence]) -> dict[str, Evidence]:
    """Evidence by id; Ungrounded where two share one."""
    found = {item.id: item for item in evidence}
    if len(found) != len(evidence):
        raise ungrounded("two pieces of evidence share an id")
    return found
