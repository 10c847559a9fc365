"""Somebody finds a finding wrong, or a rule in a repository; it counts once the repository's owner has agreed."""

from __future__ import annotations

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.contracts.errors import BadInput, Denied, NotFound
from include.contracts.script_review import Category, Finding
from include.reviewing import sight
from include.reviewing.report import read_report
from include.store import script_findings, script_reports
from include.store.feedback import plain
from include.store.script_findings import MAX_REASON, Dismissal
from include.store.script_reviews import Review


def dismiss(
    conn: Connection, catalogue: Catalogue, person: Person, review_id: str, *, fingerprint: str, whole_rule: bool, reason: str
) -> str:
    """Keep it, with the reason; the dismissal's id. Until the owner agrees it changes nothing.

    :param whole_rule: every finding of the rule in this repository, not only this one
    :raises NotFound: no such review or finding, or none for this person
    :raises BadInput: no reason that can be kept; or the finding is about what could not be looked at, which is nobody's opinion
    """
    review = sight.review(conn, catalogue, person, review_id)
    found = _finding(conn, review, fingerprint)
    if found.category is Category.COVERAGE:
        raise BadInput("What could not be looked at cannot be dismissed.", next_step="look at the file by hand")
    said = plain(reason)
    if len(said) > MAX_REASON:
        raise BadInput(f"The reason must have at most {MAX_REASON} characters.", next_step="say it shorter")
    dismissal, _ = script_findings.dismiss(
        conn,
        repository=review.repository,
        rule=found.rule,
        fingerprint=None if whole_rule else fingerprint,
        person=person.name,
        reason=said,
        review_id=review_id,
    )
    return dismissal


def agree(conn: Connection, catalogue: Catalogue, person: Person, review_id: str, *, dismissal_id: str) -> Dismissal:
    """The owner's agreement.

    :raises NotFound: no such review or dismissal, or none for this person
    :raises Denied: the repository is another person's
    :raises Conflict: it was agreed to already
    """
    review = sight.review(conn, catalogue, person, review_id)
    if script_findings.dismissal(conn, dismissal_id).repository != review.repository:
        raise NotFound("There is no such dismissal.", next_step="look at the review again")
    owner = sight.home_of(catalogue, review.repository).owner
    if person.name != owner:
        raise Denied(f"Only the owner of {review.repository} can agree to that.", next_step=f"ask {owner}")
    return script_findings.agree(conn, dismissal_id, person=person.name, review_id=review_id)


def _finding(conn: Connection, review: Review, fingerprint: str) -> Finding:
    report = script_reports.latest(conn, review.said_by)
    files = read_report(report).files if report is not None else ()
    found = next((each for file in files for each in file.findings if each.fingerprint == fingerprint), None)
    if found is None:
        raise NotFound("The report has no such finding.", next_step="look at the review again; it may be fixed")
    return found
