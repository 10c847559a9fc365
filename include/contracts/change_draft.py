"""A draft change request: what is filed in the change system for people to decide about, and what came of filing it.

Its texts are quoted from somebody's notes, so the contract asks of them that they do nothing wherever they are shown (H11), and
that they say what they are: a draft, by a machine.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from include.contracts.base import Contract, Line, Plain, Principal, Slug
from include.contracts.change import ChangeId, ChangeType
from include.contracts.inert import inert_text

DRAFT = "[DRAFT] "
AUTHOR = "Holdpoint"
MAX_TITLE = 160  # ServiceNow's short_description; Jira's summary takes 255
MAX_BODY = 4_000  # ServiceNow's plans and description; what is longer it would cut without a word


def _inert(value: str) -> str:
    if inert_text(value) != value:
        raise ValueError("text holds a mention, a command word, an address or markup that is not broken")
    return value


Inert = AfterValidator(_inert)
Title = Annotated[
    str, StringConstraints(min_length=len(DRAFT) + 1, max_length=MAX_TITLE, pattern=r"^\[DRAFT\] [^\n]+$"), Plain, Inert
]
Body = Annotated[str, StringConstraints(max_length=MAX_BODY), Plain, Inert]
Question = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\n]*$"), Plain, Inert]


class ChangeDraft(Contract):
    """One version of a draft. What the notes do not say is empty, and `description` and `questions` say so.

    `mark` is the change request's id: the draft is found again by it. `start` and `end` are there only where the notes' window
    is certain.
    """

    mark: ChangeId
    version: Annotated[int, Field(ge=1, le=10_000)]
    short_description: Title
    description: Body
    justification: Body = ""
    implementation_plan: Body = ""
    backout_plan: Body = ""
    test_plan: Body = ""
    risk_impact_analysis: Body = ""
    communication_plan: Body = ""
    type: Annotated[ChangeType, Field(strict=False)]
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    services: tuple[Slug, ...] = ()
    environment: Slug
    requested_by: Principal
    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _says_what_it_is(self) -> ChangeDraft:
        if not (self.description.startswith("DRAFT") and AUTHOR in self.description and self.mark in self.description):
            raise ValueError(f"description must begin with DRAFT, name {AUTHOR} as its author, and bear the mark")
        if (self.start is None) is not (self.end is None) or (self.start and self.end and self.start >= self.end):
            raise ValueError("start and end: both, in this order, or neither")
        return self


FileOutcome = Literal["created", "updated", "unchanged", "newer_noted"]


class Filed(Contract):
    """Where a draft is now. `newer_noted`: people have taken it over, so there it only says that a newer version exists.

    `probed` says whether it was shown that the account there cannot approve: `clear` it was; `not_probed` it could not be, and
    the catalogue accepts that; `embedded` needs none.
    """

    system: Literal["servicenow", "jira", "embedded"]
    desk: Slug
    number: Line
    id: Line
    url: Annotated[str, StringConstraints(max_length=500), Plain] = ""  # empty: the embedded desk has no page of its own
    outcome: FileOutcome
    version: Annotated[int, Field(ge=1)]
    probed: Literal["clear", "not_probed", "embedded"]
