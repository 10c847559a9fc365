"""What a pull request is told: one comment, as its newest report says."""

from __future__ import annotations

from dataclasses import dataclass

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import Conflict
from include.contracts.tools import comment_on_pull_request
from include.delivery.pull_requests.keep_comment import Comments, Outcome, Said, keep_comment
from include.policy.permit import Target, require
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.file import Home
from include.reviewing.report import read_compared, read_report
from include.script_review.report.comment import comment
from include.store import script_reports
from include.store import script_reviews as reviews
from include.store.database import Store, day
from include.store.script_reviews import ReviewKind

TOOL = comment_on_pull_request.CONTRACT.name
NAME = "script_review"


@dataclass(frozen=True)
class Commented:
    """`overtaken`: a later review of the same pull request has spoken, and this one says nothing."""

    outcome: Outcome | None
    version: int

    @property
    def overtaken(self) -> bool:
        return self.outcome is None


def comment_on_pull(store: Store, catalogue: Catalogue, *, review_id: str, run: str, home: Home, comments: Comments) -> Commented:
    """Write it, or bring it up to date.

    :raises Conflict: no pull request's review, none of this run's, or there is no report yet
    :raises Denied: the workflow may not comment there; a retry changes nothing
    :raises DeliveryFailed, ReadFailed, ConfigError: as `keep_comment`
    """
    with store.read() as conn:
        review = require_claim(conn, review_id, run)
        if review.kind is not ReviewKind.PULL_REQUEST or review.pull is None:
            raise Conflict("This review is of no pull request.", next_step="nothing to do: the owner's task has the report")
        report = script_reports.latest(conn, review.said_by)
        if report is None:
            raise Conflict("There is no report yet.", next_step="clear the task compile_report, or what failed before it")
        label = catalogue.highest((home.label, report.label, comment_on_pull_request.CONTRACT.label))
        require(catalogue, PRINCIPAL, TOOL, Target(home.service, None, label), today=day(conn))
        if reviews.overtaken(conn, review):
            return Commented(None, report.version)
    subject = f"{review.repository} {NAME}"
    body = comment(read_report(report), subject=subject, compared=read_compared(report))
    said = Said(review.repository, review.pull, review_id, report.version, body)
    _, outcome = keep_comment(store, said, comments, run=run)
    return Commented(outcome, report.version)
