"""The report reaches the people who own the files: a task each, updated where there is something new. Nobody is woken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.script_review import Finding, ScriptReview
from include.delivery.report_task import find_task, tell_owner
from include.reviewing.begin import PRINCIPAL, require_claim
from include.reviewing.contents import Contents
from include.reviewing.report import read_compared, read_report
from include.reviewing.whose import owners_by_path
from include.script_review.report.comment import comment
from include.script_review.report.since import Compared
from include.script_review.summary import summarise
from include.store import ledger, script_reports, script_units
from include.store import script_reviews as reviews
from include.store.database import Store, day
from include.store.script_reports import Report
from include.store.script_reviews import Review, ReviewKind

MOST = 20_000  # characters of one comment on a task


@dataclass(frozen=True)
class Home:
    """Where a repository belongs: as its row of the catalogue says."""

    owner: str
    service: str | None
    label: str


@dataclass(frozen=True)
class Told:
    """`version` None: there was no report, and the owner was told so. `tickets` are those that were written on."""

    version: int | None
    tickets: tuple[int, ...]


def file_report(store: Store, catalogue: Catalogue, *, review_id: str, run: str, home: Home, link: str, run_link: str) -> Told:
    """A task for each owner of files with something new, in one transaction. Of a pull request its comment tells.

    :param link: the console's page of this review; `run_link`: Airflow's of the run
    :raises Conflict: this run does not have the review
    :raises Denied: the workflow may not open tasks; a retry changes nothing
    """
    with store.begin() as conn:
        ledger.lock(conn)
        review = require_claim(conn, review_id, run)
        report = script_reports.latest(conn, review.said_by)
        if report is None:
            told = Told(None, (_no_report(conn, catalogue, review, home, run_link),))
        elif review.kind is ReviewKind.PULL_REQUEST or review.same_as is not None:
            told = Told(report.version, ())
        else:
            told = Told(report.version, tuple(_tell(conn, catalogue, review, report, home, link)))
        if report is not None:
            reviews.move(conn, review_id, "filed")
        payload = {"version": told.version, "tickets": [f"DESK-{number}" for number in told.tickets], "owner": home.owner}
        ledger.append(conn, actor=PRINCIPAL, kind="review.filed", subject=review_id, run=run, payload=payload)
    return told


def _no_report(conn: Connection, catalogue: Catalogue, review: Review, home: Home, run_link: str) -> int:
    said = f"A review of scripts could not be made; the failed task says why: {run_link}"
    return _say(conn, catalogue, review, replace(home, label=catalogue.lowest), home.owner, "none", said)


def _tell(conn: Connection, catalogue: Catalogue, review: Review, report: Report, home: Home, link: str) -> Iterator[int]:
    contents = Contents.from_json(script_units.manifest(conn, str(review.manifest)))
    now, compared = read_report(report), read_compared(report)
    paths = {file.path for file in now.files} | {each.path for each in _all(compared)}
    whose = owners_by_path(catalogue, home.owner, contents.owners, paths)
    for owner in sorted({name for names in whose.values() for name in names}):
        mine = {path for path in paths if owner in whose[path]}
        part, since = _part(now, mine), _since(compared, mine)
        if _worth_telling(part, since, find_task(conn, review.repository, owner) is not None):
            subject = f"{review.repository}:{owner}"
            text = comment(part, subject=subject, compared=since, limit=MOST).partition("\n")[2]  # without its hidden mark
            said = f"{text}\n\nThe whole report, version {report.version}: {link}"
            label = catalogue.highest((home.label, report.label))
            yield _say(conn, catalogue, review, replace(home, label=label), owner, f"v{report.version}", said)


def _say(conn: Connection, catalogue: Catalogue, review: Review, home: Home, owner: str, what: str, text: str) -> int:
    return tell_owner(
        conn,
        catalogue,
        repository=review.repository,
        service=home.service,
        owner=owner,
        label=home.label,
        mark=f"script-review:{review.id}:{owner}:{what}",
        text=text,
        today=day(conn),
    )


def _worth_telling(part: ScriptReview, since: Compared | None, told_before: bool) -> bool:
    """Something is new, or something that they were told of is fixed. What stays as it was is no news."""
    if since is None or not told_before:
        return bool(part.summary.findings)
    return bool(since.new or since.fixed)


def _part(review: ScriptReview, paths: set[str]) -> ScriptReview:
    files = tuple(file for file in review.files if file.path in paths)
    return ScriptReview(files=files, summary=summarise(files), rules=review.rules)


def _since(compared: Compared | None, paths: set[str]) -> Compared | None:
    if compared is None:
        return None
    names = ("new", "known", "suppressed", "fixed", "unseen")
    kept: dict[str, Any] = {name: tuple(one for one in getattr(compared, name) if one.path in paths) for name in names}
    return replace(compared, **kept)


def _all(compared: Compared | None) -> tuple[Finding, ...]:
    return (*compared.fixed, *compared.unseen) if compared is not None else ()
