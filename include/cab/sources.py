"""Where notes come from other than a person's document: a ticket of the desk, a possible cause in a brief. As text, quoted.

Both are read with the requester's permissions, and neither is read for a plan (`offer`): what is in them chooses no tool (H11).
"""

from __future__ import annotations

from sqlalchemy import Connection

from include.contracts.errors import BadInput, NotFound
from include.policy.permit import readable_labels
from include.store import desk
from include.triage import reading
from include.triage.reading import Reader

TICKETS = "search_tickets"


def of_ticket(conn: Connection, who: Reader, number: str) -> str:
    """A ticket of the embedded desk with its comments, as far as the person may read them.

    :param number: `DESK-7`
    :raises BadInput: no such form
    :raises NotFound: there is none for this person
    """
    head, _, digits = number.strip().partition("-")
    if head.upper() != "DESK" or not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise BadInput("A ticket of the desk is named like DESK-7.", next_step="name it so, or hand in its text as a document")
    row = desk.get(conn, int(digits))
    labels = (
        readable_labels(who.catalogue, who.person.name, TICKETS, row["service"], None, today=who.today)
        if row is not None
        else frozenset()
    )
    if row is None or row["label"] not in labels:
        raise NotFound("There is no such ticket, or none that you may read.", next_step="look it up on the desk")
    said = [each["body"] for each in desk.comments_of(conn, int(digits)) if each["label"] in labels]
    return "\n\n".join([f"# {row['title']}", f"Ticket: DESK-{digits}", *said])


def of_hypothesis(conn: Connection, who: Reader, incident_id: str, hypothesis: str) -> str:
    """A possible cause of an incident, with what supports it, as the beginning of notes: the rest is for the author to write.

    :param hypothesis: `H1`
    :raises NotFound: there is none for this person
    """
    item = reading.incident(conn, who, incident_id)
    head = next(iter(reading.versions(conn, who, item)), None)
    brief = reading.brief(conn, who, item, head.version) if head is not None else None
    cause = next((each for each in brief.hypotheses if each.id == hypothesis), None) if brief is not None else None
    if brief is None or cause is None:
        raise NotFound("There is no such hypothesis, or none that you may read.", next_step="the incident's page names them")
    facts = {fact.id: fact.statement for fact in brief.facts}
    supports = [f"- {facts[key]}" for key in cause.supports if key in facts]
    return "\n".join(
        [
            f"# Change for {item.title}",
            "",
            f"Purpose: answer {cause.id} of {item.id}: {cause.statement}",
            "",
            f"Affected: {item.service or ''}",
            "",
            "## Background",
            "",
            *supports,
        ]
    )
