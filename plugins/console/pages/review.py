"""One review of scripts: its findings with line, reason and mend, what is new, and who finds what of it wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Path
from pydantic import Field

from include.contracts.base import Contract, Digest
from include.contracts.script_review import Finding, Looked, ReviewSummary
from include.reviewing import sight
from include.reviewing.dismissing import agree, dismiss
from include.reviewing.report import read_compared, read_report
from include.script_review.report.wording import in_words, looked_in_words, worst_first
from include.store import script_findings, script_reports, script_units
from include.store.script_findings import Dismissal
from include.store.script_reports import Report
from include.store.script_reviews import Review
from plugins.console.web.links import run_href
from plugins.console.web.sending import Sending
from plugins.console.web.views import Done, Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

DAG_ID = "script_review"
SHOWN = 200  # findings and files of one page; the whole report has all
ReviewPath = Annotated[str, Path(pattern=r"^rev_[0-9a-z]{26}$")]


@dataclass(frozen=True)
class Row:
    """One finding; `standing` is new, known or suppressed; `dismissals` are of it or of its rule here."""

    finding: Finding
    standing: str
    dismissals: list[Dismissal]


@dataclass(frozen=True)
class Said:
    """One version of the report: the worst findings first, what was fixed, and files that were not wholly looked at."""

    version: int
    summary: ReviewSummary
    words: str
    rows: list[Row]
    left_out: int
    fixed: list[Finding]
    not_whole: list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """`said` is None where there is no report yet. `owns`: may this person agree to dismissals? `failed`: red batches."""

    review: Review
    owner_name: str
    owns: bool
    done_files: int
    failed: list[int]
    said: Said | None
    dismissals: list[Dismissal]
    names: dict[str, str] = field(default_factory=dict)

    def run_href(self, visit: Visit) -> str:
        return run_href(visit.root, DAG_ID, self.review.run_id or "")


@dataclass(frozen=True)
class Whole:
    """The newest report: for a reviewer to work through, and as SARIF 2.1.0 for machines."""

    review_id: str
    markdown: str
    sarif: str


@pages.page("/{review_id}", template="review.html")
def review(visit: Visiting, review_id: ReviewPath) -> Shown:
    """The review with its newest report."""
    with visit.store.read() as conn:
        item = sight.review(conn, visit.catalogue, visit.person, review_id)
        home = sight.home_of(visit.catalogue, item.repository)
        report = script_reports.latest(conn, item.said_by)
        dismissals = script_findings.dismissals(conn, item.repository)
        batches = script_units.batches(conn, item.id)
    return Shown(
        review=item,
        owner_name=visit.full_name(home.owner),
        owns=home.owner == visit.person.name,
        done_files=sum(each.files for each in batches if each.state == "reviewed"),
        failed=[each.number for each in batches if each.state == "failed"],
        said=_said(report, dismissals) if report is not None else None,
        dismissals=dismissals,
        names={each.person: visit.full_name(each.person) for each in dismissals},
    )


@pages.page("/{review_id}/whole", template="review_whole.html")
def whole(visit: Visiting, review_id: ReviewPath) -> Whole:
    """All of the newest report."""
    with visit.store.read() as conn:
        item = sight.review(conn, visit.catalogue, visit.person, review_id)
        report = script_reports.latest(conn, item.said_by)
    return Whole(item.id, report.markdown if report is not None else "", report.sarif if report is not None else "")


class OfFinding(Contract):
    """`about`: this finding, or every one of its rule in the repository."""

    fingerprint: Digest
    about: Annotated[str, Field(pattern=r"^(finding|rule)$")]
    reason: Annotated[str, Field(max_length=20_000)]  # how many there may be the core says, so that it can say what to do


class OfDismissal(Contract):
    dismissal: Annotated[str, Field(pattern=r"^dsm_[0-9a-z]{26}$")]


@dataclass(frozen=True)
class Given:
    """The id of what was kept."""

    dismissal: str


@pages.action("/{review_id}/dismiss")
def say_wrong(visit: Visiting, sent: Sending, review_id: ReviewPath) -> Done:
    """This finding is wrong, or this rule is here; it counts once the owner has agreed."""
    said = sent.read(OfFinding)
    with visit.store.begin() as conn:
        kept = dismiss(
            conn,
            visit.catalogue,
            visit.person,
            review_id,
            fingerprint=said.fingerprint,
            whole_rule=said.about == "rule",
            reason=said.reason,
        )
    return Done(f"/reviews/{review_id}", Given(kept))


@pages.action("/{review_id}/agree")
def agree_to(visit: Visiting, sent: Sending, review_id: ReviewPath) -> Done:
    """The owner agrees."""
    said = sent.read(OfDismissal)
    with visit.store.begin() as conn:
        kept = agree(conn, visit.catalogue, visit.person, review_id, dismissal_id=said.dismissal)
    return Done(f"/reviews/{review_id}", Given(kept.id))


def _said(report: Report, dismissals: list[Dismissal]) -> Said:
    found, since = read_report(report), read_compared(report)
    known = {each.fingerprint for each in since.known} if since is not None else set()
    every = [each for file in found.files for each in file.findings]
    ordered = [*worst_first(each for each in every if each.suppressed_by is None), *_suppressed(every)]
    blind = (Looked.PARTIAL, Looked.TOKENS, Looked.NONE)
    not_whole = [(file.path, "; ".join(file.coverage.notes)) for file in found.files if file.coverage.looked in blind]
    return Said(
        version=report.version,
        summary=found.summary,
        words=f"{in_words(found.summary)} {looked_in_words(found.summary)}",
        rows=[Row(each, _standing(each, known), _of(each, dismissals)) for each in ordered[:SHOWN]],
        left_out=max(0, len(ordered) - SHOWN),
        fixed=list(since.fixed[:SHOWN]) if since is not None else [],
        not_whole=not_whole[:SHOWN],
    )


def _suppressed(findings: Iterable[Finding]) -> list[Finding]:
    return worst_first(each for each in findings if each.suppressed_by is not None)


def _standing(finding: Finding, known: set[str]) -> str:
    if finding.suppressed_by is not None:
        return "suppressed"
    return "known" if finding.fingerprint in known else "new"


def _of(finding: Finding, dismissals: list[Dismissal]) -> list[Dismissal]:
    return [each for each in dismissals if each.fingerprint == finding.fingerprint or _of_rule(each, finding)]


def _of_rule(dismissal: Dismissal, finding: Finding) -> bool:
    return dismissal.fingerprint is None and dismissal.rule == finding.rule
