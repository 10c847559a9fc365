"""Steps of a change request as calls of registered production tools, where each of them says exactly one such call.

A document chooses no tool by its words alone: what comes of this is an offer, which a person has to sign as their own plan and
other people have to release. So the rule is narrow: every step that changes something is recognised by one contract, whole, and
names one thing of one affected service. Beside those there may be checks, each of one plain sentence. If one step is anything
else, or something stands where steps stand and is none of them, there is no offer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from include.catalogue.catalogue import Catalogue
from include.changes.notes import Notes
from include.changes.places import Passage, lay_out
from include.changes.steps import MAX_STEPS, MAX_TEXT, one_line
from include.contracts.change import Step
from include.contracts.errors import BadInput
from include.contracts.production import ProductionContract
from include.contracts.tools import production_tools

MAX_CALLS = 20
# The words for it stand in English, as those that a contract recognises. What is no such check counts as a step that changes.
_LOOKS = re.compile(
    r"(?:check|verify|confirm|make sure|watch|observe|monitor|wait|read|note|compare|tell|inform|notify|announce|ask)"
    r"(?: [^\W_](?:[\w%'./-]*[\w%])?){1,40}\.?",
    re.IGNORECASE,
)
_ALONE = frozenset({"item", "row", "code"})
_JOINS = re.compile(r"\b(?:and|or|then|before|after|afterwards|while|unless|otherwise|else|by|via|using)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Call:
    """One step as a call of a tool, its parameters checked."""

    step: int
    tool: str
    service: str
    params: dict[str, JsonValue]


def calls_of(
    document: Notes, steps: Sequence[Step], catalogue: Catalogue, services: Collection[str]
) -> tuple[tuple[Call, ...], str]:
    """The calls, or none; and why, in a sentence.

    :param document: the notes, with what they claim about themselves
    :param steps: as they were judged
    :param services: those that the document affects
    """
    if not any(step.changes_state for step in steps):
        return (), "The notes have no step that changes something."
    if len(steps) >= MAX_STEPS:
        return (), f"The notes have more than {MAX_STEPS - 1} steps."
    if beside := sorted(set(_beside(document, steps))):
        return (), f"Something stands where the steps stand, or alone, and was not read as one; on lines {_listed(beside)}."
    changing = [step for step in steps if not _only_looks(step)]
    if len(changing) > MAX_CALLS:
        return (), f"The notes have more than {MAX_CALLS} steps that change something."
    calls = [_call(step, catalogue, services) for step in changing]
    missing = [step.number for step, call in zip(changing, calls, strict=True) if call is None]
    if missing:
        return (), f"No registered tool does exactly what these steps say: {_listed(missing)}."
    return tuple(call for call in calls if call is not None), "Every step that changes something is a call of a registered tool."


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:12])) + (", …" if len(numbers) > 12 else "")


def _only_looks(step: Step) -> bool:
    return not step.changes_state and bool(_LOOKS.fullmatch(step.text)) and not _JOINS.search(step.text)


def _beside(document: Notes, steps: Sequence[Step]) -> Iterator[int]:
    """Lines of what is said among the steps, up to the next place that we know; and of lists and code that stand nowhere."""
    layout, read = lay_out(document), {(step.line, step.text) for step in steps}
    known = sorted((place.line, "steps" in place.topics) for place in layout.places if place.topics)
    for passage in layout.passages:
        if (passage.line, one_line(passage.text)) in read or not passage.text.strip():
            continue
        if "steps" in passage.topics or (not passage.topics and (passage.kind in _ALONE or _follows_steps(passage, known))):
            yield passage.line


def _follows_steps(passage: Passage, known: Sequence[tuple[int, bool]]) -> bool:
    at = bisect_right(known, (passage.line, True))
    return at > 0 and known[at - 1][1]


def _call(step: Step, catalogue: Catalogue, services: Collection[str]) -> Call | None:
    """The one call that the step can mean; None where there is none, or more than one."""
    if len(step.text) >= MAX_TEXT:  # it may have been cut, and nobody sees what follows
        return None
    found = [
        Call(step.number, contract.name, service, params)
        for contract in production_tools()
        if contract.recognise is not None and (params := contract.recognise(step.text)) is not None
        for service in services
        if _fits(contract, params, catalogue, service)
    ]
    return found[0] if len(found) == 1 else None


def _fits(contract: ProductionContract, params: dict[str, JsonValue], catalogue: Catalogue, service: str) -> bool:
    try:
        contract.target(contract.input_model.model_validate(params), catalogue.service(service))
    except (BadInput, ValueError):
        return False
    return True
