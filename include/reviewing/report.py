"""The report: what all batches said, gaps where one failed, beside what was known before. A repeat makes the next version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from include.contracts.errors import Conflict
from include.contracts.script_review import FileReview, Finding, ScriptReview
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.contents import Contents, Entry
from include.reviewing.ranks import ranked
from include.script_review.language import language_of
from include.script_review.report.as_json import as_json
from include.script_review.report.checklist import checklist
from include.script_review.report.sarif import as_sarif
from include.script_review.report.since import Compared, compare
from include.script_review.review import Unread, unread
from include.script_review.rules.registry import RULES
from include.script_review.summary import summarise
from include.store import ledger, script_findings, script_reports, script_units
from include.store import script_reviews as reviews
from include.store.database import Store
from include.store.script_findings import Seen
from include.store.script_reports import Counts, Report
from include.store.script_reviews import Review, ReviewKind

GAP = "the batch that it was in failed; clear that task and this report is completed"


@dataclass(frozen=True)
class Compiled:
    """`new` is False where the newest version says the same already. `unchanged`: another review's report is this one's."""

    review_id: str
    version: int
    new: bool
    unchanged: bool
    counts: Counts


@dataclass(frozen=True)
class _Said:
    """All that a report is made of."""

    review: ScriptReview
    compared: Compared | None
    gaps: int

    @property
    def counts(self) -> Counts:
        new = len(self.compared.new) if self.compared is not None else self.review.summary.findings
        fixed = len(self.compared.fixed) if self.compared is not None else 0
        return Counts(findings=self.review.summary.findings, new=new, fixed=fixed, gaps=self.gaps)


def compile_report(store: Store, *, review_id: str, run: str, label: str) -> Compiled:
    """Join what was looked at, and keep it.

    :param label: the classification of the repository
    :raises Conflict: this run does not have the review, or nothing was listed
    """
    with store.read() as conn:
        review = require_claim(conn, review_id, run)
        if review.manifest is None:
            raise Conflict("There is nothing to report: the commit was not listed.", next_step="clear the task list_changed")
        said = None if review.same_as is not None else _joined(conn, review)
    with store.begin() as conn:
        ledger.lock(conn)
        require_claim(conn, review_id, run)
        return _unchanged(conn, review, run) if said is None else _kept(conn, review, said, run, label)


def read_report(report: Report) -> ScriptReview:
    """What was reported, without what it was compared with."""
    body = json.loads(report.body)
    body.pop("since", None)
    return ScriptReview.model_validate_json(json.dumps(body))


def read_compared(report: Report) -> Compared | None:
    """What was new, known and fixed in it; None where there was nothing to compare with."""
    since = json.loads(report.body).get("since")
    if since is None:
        return None
    here = {each.fingerprint: each for file in read_report(report).files for each in file.findings}
    now = {name: tuple(here[each] for each in since[name]) for name in ("new", "known", "suppressed")}
    gone = {name: tuple(Finding.model_validate_json(json.dumps(each)) for each in since[name]) for name in ("fixed", "unseen")}
    return Compared(**now, **gone, rules_changed=bool(since["rules_changed"]))


def _joined(conn: Connection, review: Review) -> _Said:
    contents = Contents.from_json(script_units.manifest(conn, str(review.manifest)))
    agreed = script_findings.dismissals(conn, review.repository, agreed=True)
    files, gaps = _files(conn, contents.units)
    was, lost = _files(conn, contents.base)
    now = _review(ranked(files, agreed), str(review.rules))
    if review.kind is ReviewKind.PULL_REQUEST:
        before = _review(ranked(was, agreed), str(review.rules)) if review.base is not None else None
        return _Said(now, _gone(compare(before, now), now) if before is not None else None, gaps + lost)
    earlier = reviews.last_reported(conn, review)
    report = script_reports.latest(conn, earlier.said_by) if earlier is not None else None
    if report is None:
        return _Said(now, None, gaps)
    known = script_findings.history(conn, review.repository)
    return _Said(now, _settled(_gone(compare(read_report(report), now), now), known, review.id), gaps)


def _files(conn: Connection, entries: Sequence[Entry]) -> tuple[list[FileReview], int]:
    """Reviews of all files of these units, and of how many there is none."""
    found = script_units.reviews_of(conn, [each.key for each in entries])
    gaps = [_gap(path) for each in entries if each.key not in found for path in each.members]
    return [*(file for each in entries for file in found.get(each.key, ())), *gaps], len(gaps)


def _gap(path: str) -> FileReview:
    return unread(Unread(path, language_of(path, ""), None, GAP))


def _review(files: Iterable[FileReview], rules: str) -> ScriptReview:
    ordered = tuple(sorted(files, key=lambda file: file.path))
    return ScriptReview(files=ordered, summary=summarise(ordered), rules=rules)


def _gone(compared: Compared, now: ScriptReview) -> Compared:
    """What stood in a file that the commit does not hold any more is not left unseen: it is gone with its file."""
    here = {file.path for file in now.files}
    fixed = tuple(each for each in compared.unseen if each.path not in here)
    unseen = tuple(each for each in compared.unseen if each.path in here)
    return replace(compared, fixed=(*compared.fixed, *fixed), unseen=unseen)


def _settled(compared: Compared, history: dict[str, Seen], review_id: str) -> Compared:
    """What the last report had a gap for is not new because of that: the history knows it from before."""

    def known(fingerprint: str) -> bool:
        seen = history.get(fingerprint)
        return seen is not None and seen.fixed is None and seen.first != review_id

    old = tuple(each for each in compared.new if known(each.fingerprint))
    new = tuple(each for each in compared.new if not known(each.fingerprint))
    return replace(compared, new=new, known=(*compared.known, *old))


def _unchanged(conn: Connection, review: Review, run: str) -> Compiled:
    report = script_reports.latest(conn, review.said_by)
    assert report is not None  # else it were not unchanged
    if reviews.move(conn, review.id, "reported"):
        payload = {"unchanged": True, "same_as": review.same_as, "commit": review.commit, "files": review.files}
        ledger.append(conn, actor=PRINCIPAL, kind="review.reported", subject=review.id, run=run, payload=payload)
    return Compiled(review.id, report.version, new=False, unchanged=True, counts=report.counts)


def _kept(conn: Connection, review: Review, said: _Said, run: str, label: str) -> Compiled:
    version, new = script_reports.add_report(
        conn,
        review.id,
        run=run,
        label=label,
        counts=said.counts,
        body=as_json(said.review, said.compared),
        sarif=as_sarif(said.review, RULES.values(), compared=said.compared),
        markdown=checklist(said.review, compared=said.compared),
    )
    if new:
        _remember(conn, review, said)
        payload = {
            "version": version,
            "rules": review.rules,
            "files": said.review.summary.files,
            "failed": [each.number for each in script_units.batches(conn, review.id) if each.state != "reviewed"],
            "label": label,
            **vars(said.counts),
        }
        ledger.append(conn, actor=PRINCIPAL, kind="review.reported", subject=review.id, run=run, payload=payload)
    reviews.move(conn, review.id, "reported")
    return Compiled(review.id, version, new, unchanged=False, counts=said.counts)


def _remember(conn: Connection, review: Review, said: _Said) -> None:
    """The repository's own history; not where a newer review has written it on already."""
    if review.kind is ReviewKind.PULL_REQUEST or reviews.overtaken(conn, review):
        return
    here = {file.path for file in said.review.files}
    known = script_findings.history(conn, review.repository).values()
    gone = {each.fingerprint for each in known if each.fixed is None and each.path not in here}  # also where a file was renamed
    fixed = {each.fingerprint for each in said.compared.fixed} if said.compared is not None else set()
    script_findings.keep_fixed(conn, review.repository, review.id, gone | fixed)
    script_findings.keep_seen(conn, review.repository, review.id, _open(said.review))


def _open(review: ScriptReview) -> Iterator[Finding]:
    return (each for file in review.files for each in file.findings if each.suppressed_by is None)
