"""The first stage: claim the review, list what the commit holds, see what of it nobody has looked at, make batches."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.contracts.errors import Conflict
from include.reviewing.contents import Contents, Lines, batched, changed, entries
from include.reviewing.ports import Git, Snapshot
from include.store import ledger, script_findings, script_reports, script_units
from include.store import script_reviews as reviews
from include.store.database import Store
from include.store.script_reviews import Review, ReviewKind

PRINCIPAL = "script_review@service"


@dataclass(frozen=True)
class Begun:
    """`batches` are numbers, those that a run before has reviewed included: to review one again asks nothing of anybody."""

    review: Review
    batches: tuple[int, ...]

    @property
    def unchanged(self) -> bool:
        return self.review.same_as is not None


def begin_review(store: Store, *, review_id: str, run: str, git: Git, rules: str) -> Begun:
    """Claim and plan; asked again by the same run it changes nothing and gives the same answer.

    :param rules: the rules' digest
    :raises Conflict: another run has this review
    :raises NotFound: no such review, or the repository has no such commit
    :raises ReadFailed: the repository cannot be read
    """
    claim_review(store, review_id=review_id, run=run)
    with store.read() as conn:
        review = reviews.get(conn, review_id)
        dismissed = tuple(each.id for each in script_findings.dismissals(conn, review.repository, agreed=True))
    if review.begun_at is None:
        commit, base, contents = _listed(git, review, rules, dismissed)
        with store.begin() as conn:
            ledger.lock(conn)
            _plan(conn, reviews.get(conn, review_id), run, commit, base, contents, rules)
    with store.read() as conn:
        review = reviews.get(conn, review_id)
        numbers = tuple(each.number for each in script_units.batches(conn, review_id))
    return Begun(review, numbers)


def require_claim(conn: Connection, review_id: str, run: str) -> Review:
    """The review, which this run has; Conflict where it does not."""
    if not reviews.holds(conn, review_id, run):
        raise Conflict(f"The review {review_id} belongs to another run.", next_step="nothing to do: that run makes it")
    return reviews.get(conn, review_id)


def claim_review(store: Store, *, review_id: str, run: str) -> None:
    """Before anything is read: of two runs one reads.

    :raises Conflict: another run has this review
    :raises NotFound: no such review
    """
    with store.begin() as conn:
        ledger.lock(conn)
        reviews.get(conn, review_id)
        reviews.claim(conn, review_id, run)
        require_claim(conn, review_id, run)


def _listed(git: Git, review: Review, rules: str, dismissed: tuple[str, ...]) -> tuple[str, str | None, Contents]:
    """The commit, what it is compared with, and what there is to report about."""
    commit = git.resolve(review.commit)
    head = git.snapshot(commit)
    if review.kind is not ReviewKind.PULL_REQUEST or review.base is None:
        return commit, None, Contents(entries(head, rules), (), _code_owners(head), dismissed)
    base = git.common(git.resolve(review.base), commit)
    before = git.snapshot(base)
    after, was = changed(entries(head, rules), entries(before, rules))
    # Who wants a change does not choose who looks at it: the base says whose a path is.
    return commit, base, Contents(after, was, _code_owners(before), dismissed)


def _code_owners(snapshot: Snapshot) -> Lines:
    return tuple((line.pattern, line.owners) for line in snapshot.owners().lines)


def _plan(conn: Connection, review: Review, run: str, commit: str, base: str | None, contents: Contents, rules: str) -> None:
    if review.begun_at is not None:
        return  # another try of this task was faster
    every = (*contents.units, *contents.base)
    batches = batched(every, script_units.reviewed(conn, [each.key for each in every]))
    manifest = script_units.keep_manifest(conn, contents.to_json())
    same = None if batches else _said_before(conn, review, manifest)
    script_units.plan_batches(conn, review.id, batches)
    fresh = sum(files for _, files in batches)
    found = {"rules": rules, "manifest": manifest, "same_as": same, "files": contents.files, "fresh_files": fresh}
    reviews.begun(conn, review.id, commit_id=commit, base_id=base, **found)
    payload = {
        "repository": review.repository,
        "kind": review.kind.value,
        "commit": commit,
        "base": base,
        "pull": review.pull,
        "batches": len(batches),
        **found,
    }
    ledger.append(conn, actor=PRINCIPAL, kind="review.begun", subject=review.id, run=run, payload=payload)


def _said_before(conn: Connection, review: Review, manifest: str) -> str | None:
    """The review whose report says all that this one's would: same content, rules, owners, dismissals, and no gap in it."""
    last = reviews.last_reported(conn, review)
    report = script_reports.latest(conn, last.said_by) if last is not None and last.manifest == manifest else None
    return report.review_id if report is not None and not report.counts.gaps else None
