"""The questions, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.contracts.errors import BadInput, NotFound
from include.fleet.answer import Answer
from include.fleet.approvals import approvals
from include.fleet.asking import Asking
from include.fleet.corrections import corrections
from include.fleet.failures import failures
from include.fleet.fatigue import fatigue
from include.fleet.sources import sources
from include.fleet.tools import tools
from include.fleet.workflows import workflows


class Question(Protocol):
    def __call__(self, asking: Asking, *, before: int | None = None) -> Answer: ...


QUESTIONS: Mapping[str, Question] = {
    "workflows": workflows,
    "sources": sources,
    "tools": tools,
    "approvals": approvals,
    "failures": failures,
    "corrections": corrections,
    "fatigue": fatigue,
}


def answer(
    conn: Connection,
    catalogue: Catalogue,
    person: Person,
    question: str,
    *,
    since: str | None = None,
    until: str | None = None,
    before: int | None = None,
) -> Answer:
    """Answer one question for one person, over a connection of `Store.read()`.

    :param since: a day, YYYY-MM-DD, UTC; both ends included; the last 28 days where nothing is said
    :param before: list entries before this number
    :raises NotFound: there is no such question
    :raises BadInput: that is no period, or no number of an entry
    """
    if question not in QUESTIONS:
        raise NotFound("There is no such question.", next_step=f"ask one of: {', '.join(QUESTIONS)}")
    if before is not None and not 1 <= before < 2**53:
        raise BadInput("An entry's number is 1 or more.", next_step="give the number that the last page named")
    return QUESTIONS[question](Asking.of(conn, catalogue, person, since, until), before=before)
