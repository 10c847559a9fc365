"""Search the runbooks: permission selects what is searched, before any word is looked at (H12).

What the principal may not read takes no part in anything: not in the hits, not in their number or order, not in a score.
"""

from __future__ import annotations

import heapq
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import StoreError
from include.contracts.runbook import RunbookMeta
from include.contracts.tools.query_approved_runbook import CONTRACT, RunbookPassage, RunbookPassages, RunbookQuery
from include.policy.permit import readable_labels
from include.retrieval.index import current_index, open_index, row_of, runbook_of
from include.retrieval.scoring import Cell, score, words_of
from include.retrieval.standing import in_use, stale_reason

_BREAKS = re.compile(r"[\s,;:()\[\]\"']+")
OWN_SERVICE = 1.25  # a runbook that names the service, against one that applies everywhere
_FIND_CELLS = """
SELECT cells.id, cells.rows, max(scopes.service <> '*') FROM scopes JOIN cells ON cells.id = scopes.cell
WHERE scopes.label = ? AND scopes.service IN ('*', ?) GROUP BY cells.id
"""
_FIND_ALERT = "SELECT runbook FROM alerts WHERE cell = ? AND alert = ?"
_FETCH = "SELECT meta, heading, text FROM runbooks JOIN passages ON passages.row = ? WHERE runbooks.id = ?"


def search(
    catalogue: Catalogue,
    principal: str,
    query: RunbookQuery,
    *,
    today: date,
    index: Path | None = None,
    quarantined: frozenset[str] = frozenset(),
    alert: str | None = None,
) -> RunbookPassages:
    """The best passage of each runbook that matches, best first: those that name the alert, then by score; stale ones last.

    :param index: a file of `build_index`; default: that of the runbooks as they are now
    :param quarantined: names of runbooks that are not used for now
    :param alert: an alert's name; a runbook that names exactly this one, or one that stands among the words, precedes all
        others in use, and is found even where nothing else matches
    :raises NotFound: when the query's service is not in the catalogue
    :raises StoreError: when `index` cannot be read
    """
    if query.service is not None:
        catalogue.service(query.service)
    labels = readable_labels(catalogue, principal, CONTRACT.name, query.service, None, today=today)
    request = _Request(query, labels, today, quarantined, alert)
    if not labels:
        return RunbookPassages(hits=())
    try:
        with open_index(index or current_index(catalogue)) as connection:
            return _answer(connection, request)
    except sqlite3.Error as error:
        if index is not None:
            raise StoreError(
                f"The runbook index {index.name!r} cannot be read: {error}.", next_step="remove it and build it again"
            ) from error
    with open_index(current_index(catalogue)) as connection:  # pruned by another process between the check and the opening
        return _answer(connection, request)


@dataclass(frozen=True)
class _Request:
    query: RunbookQuery
    labels: frozenset[str]
    today: date
    quarantined: frozenset[str]
    alert: str | None

    @property
    def alerts(self) -> frozenset[str]:
        """The names of alerts to look for: the one given, and each of the words as it stands."""
        return frozenset(filter(None, (self.alert, *_BREAKS.split(self.query.words))))


def _answer(connection: sqlite3.Connection, request: _Request) -> RunbookPassages:
    cells = _readable(connection, request)
    limit = request.query.max_hits
    current: list[RunbookPassage] = []
    stale: list[RunbookPassage] = []
    for hit in _ranked(connection, cells, request):
        (stale if hit.stale else current).append(hit)
        if len(current) == limit:
            break
    return RunbookPassages(hits=tuple([*current, *stale][:limit]))


def _readable(connection: sqlite3.Connection, request: _Request) -> list[Cell]:
    rows = (
        row for label in sorted(request.labels) for row in connection.execute(_FIND_CELLS, (label, request.query.service or "*"))
    )
    return [Cell(cell, count, OWN_SERVICE if own else 1.0) for cell, count, own in rows]


def _ranked(connection: sqlite3.Connection, cells: Sequence[Cell], request: _Request) -> Iterator[RunbookPassage]:
    """Runbooks in use, best first, each with its best passage. Lazily: of thousands of matches few are ever fetched."""
    found = _by_runbook(score(connection, cells, words_of(request.query.words)))
    named = {
        runbook for cell in cells for alert in request.alerts for (runbook,) in connection.execute(_FIND_ALERT, (cell.id, alert))
    }
    queue = [(each not in named, -found[each].score if each in found else 0.0, each) for each in found.keys() | named]
    heapq.heapify(queue)
    while queue:
        _, negative, runbook = heapq.heappop(queue)
        section = found[runbook].section if runbook in found else 1
        raw, heading, text = connection.execute(_FETCH, (row_of(runbook, section), runbook)).fetchone()
        meta = RunbookMeta.model_validate_json(raw)
        if in_use(meta, request.today) and meta.name not in request.quarantined:
            stale = stale_reason(meta, request.today, successor=_successor(connection, cells, meta))
            yield _hit(meta, heading, text, -negative, stale)


@dataclass
class _Found:
    """A runbook's score is that of its head plus that of its best section; the first one where only the head matches."""

    head: float = 0.0
    best: float = 0.0
    section: int = 1

    @property
    def score(self) -> float:
        return self.head + self.best


def _by_runbook(scores: Mapping[int, float]) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for row in sorted(scores):
        runbook, section = runbook_of(row)
        entry = found.setdefault(runbook, _Found())
        if section == 0:
            entry.head = scores[row]
        elif scores[row] > entry.best:
            entry.best, entry.section = scores[row], section
    return found


def _successor(connection: sqlite3.Connection, cells: Sequence[Cell], meta: RunbookMeta) -> str | None:
    """The superseding runbook's name where this reader may read it; otherwise the answer must not show that it exists."""
    found = connection.execute("SELECT cell FROM runbooks WHERE name = ?", (meta.superseded_by,)).fetchone()
    return meta.superseded_by if found and any(cell.id == found[0] for cell in cells) else None


def _hit(meta: RunbookMeta, heading: str, text: str, value: float, stale: str | None) -> RunbookPassage:
    return RunbookPassage(
        runbook=meta.name,
        kind=meta.kind,
        title=meta.title,
        owner=meta.owner,
        label=meta.classification,
        heading=heading,
        passage=text,
        score=round(value, 6),
        stale=stale is not None,
        stale_reason=stale,
    )
