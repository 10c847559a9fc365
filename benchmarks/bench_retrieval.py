"""Runbook search under permissions against the same FTS5 query without any.

100,000 documents in 50 classifications, of which the reader may read 2 %: search() of a reader ÷ one FTS5 table of all
documents, queried and ranked by FTS5 itself. The two are interleaved. Each line of output is a JSON object:
`{"name", "ratio", "limit", "ok", …}`, times in milliseconds; `limit` null is for information.

    python benchmarks/bench_retrieval.py [--documents 100000] [--queries 60]
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from pathlib import Path

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.catalogue import ClassificationLevel, Grant, Service
from include.contracts.runbook import Approval, RunbookMeta
from include.contracts.tools.query_approved_runbook import RunbookQuery
from include.retrieval.index import build_index
from include.retrieval.loader import Runbook
from include.retrieval.search import search
from include.retrieval.sections import Passage

LABELS = tuple(f"label-{number:02}" for number in range(50))
SERVICES = ("alpha", "beta", "gamma")
SCOPES = ("*", *SERVICES)
TODAY = date(2026, 11, 2)
READER, ALL_READER = "reader@service", "everything@service"
READABLE = LABELS[:2]  # for alpha: half of the documents of two labels of fifty, 2 %
CANARY = "zzyzxcanary"  # in every hidden document and in no other
LIMIT = 1.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Runbook search under permissions against plain FTS5.")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=60)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as folder:
        return 0 if run(Path(folder), options.documents, options.queries) else 1


def run(folder: Path, documents: int, queries: int) -> bool:
    began = time.perf_counter()
    runbooks = list(_runbooks(documents))
    catalogue = _catalogue()
    build_index(folder / "permitted.db", runbooks)
    built = time.perf_counter() - began
    plain = _Plain(folder / "plain.db", runbooks)
    searched = _Permitted(catalogue, folder / "permitted.db", READER)
    visible = {each.meta.name for each in runbooks if _visible(each)}
    facts = {"documents": documents, "visible": len(visible), "index_build_s": round(built, 1)}
    rng = random.Random(7)
    mixed = [_sentence(rng, rng.choice(runbooks)) for _ in range(queries)]
    rare = [_rare(rng, rng.choice(runbooks)) for _ in range(queries)]
    leaks = _leaks(searched, visible, [*mixed, *rare, CANARY])
    everything = _Permitted(catalogue, folder / "permitted.db", ALL_READER)
    ok = _report("runbook_search", searched.ask, plain.ask, mixed, limit=LIMIT, failed=bool(leaks), leaks=leaks, **facts)
    _report("runbook_search_rare_words", searched.ask, plain.ask, rare, limit=None)
    _report("runbook_search_everything_visible", everything.ask, plain.ask, mixed[:10], limit=None)
    return ok


def _report(
    name: str,
    ours: Callable[[str], object],
    theirs: Callable[[str], object],
    queries: list[str],
    *,
    limit: float | None,
    failed: bool = False,
    **facts: object,
) -> bool:
    times: dict[str, list[float]] = {"search_ms": [], "plain_ms": []}
    for ask in (ours, theirs):
        ask(queries[0])  # warm
    for query in queries:
        for column, ask in (("search_ms", ours), ("plain_ms", theirs)):
            began = time.perf_counter()
            ask(query)
            times[column].append((time.perf_counter() - began) * 1_000)
    medians = {column: round(statistics.median(taken), 3) for column, taken in times.items()}
    slowest = {f"{column[:-3]}_p95_ms": round(sorted(taken)[int(len(taken) * 0.95)], 3) for column, taken in times.items()}
    ratio = statistics.median(times["search_ms"]) / statistics.median(times["plain_ms"])
    ok = not failed and (limit is None or ratio <= limit)
    print(
        json.dumps({"name": name, "ratio": round(ratio, 3), "limit": limit, "ok": ok, **medians, **slowest, **facts}), flush=True
    )
    return ok


@dataclass(frozen=True)
class _Permitted:
    """The product's own search, opening its index each time."""

    catalogue: Catalogue
    index: Path
    principal: str

    def ask(self, words: str) -> list[str]:
        query = RunbookQuery(words=words, service="alpha")
        found = search(self.catalogue, self.principal, query, today=TODAY, index=self.index)
        return [hit.runbook for hit in found.hits]


class _Plain:
    """All documents in one FTS5 table, ranked by FTS5, over a connection that stays open."""

    def __init__(self, path: Path, runbooks: list[Runbook]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        execute = self._connection.execute
        execute("PRAGMA journal_mode = OFF")
        execute("PRAGMA synchronous = OFF")
        execute("BEGIN")
        execute(
            "CREATE VIRTUAL TABLE words USING fts5 (title, alerts, heading, text, content='',"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
        execute("INSERT INTO words (words, rank) VALUES ('rank', 'bm25(3.0, 4.0, 2.0, 1.0)')")
        execute("CREATE TABLE passages (id INTEGER PRIMARY KEY, meta TEXT, text TEXT)")
        for number, each in enumerate(runbooks):
            text = each.passages[0]
            values = number, each.meta.title, " ".join(each.meta.alerts), text.heading, text.text
            execute("INSERT INTO words (rowid, title, alerts, heading, text) VALUES (?, ?, ?, ?, ?)", values)
            execute("INSERT INTO passages VALUES (?, ?, ?)", (number, each.meta.model_dump_json(), text.text))
        execute("COMMIT")

    def ask(self, words: str) -> list[object]:
        query = " OR ".join(f'"{word}"' for word in words.split())
        best = self._connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 5", (query,)).fetchall()
        return [self._connection.execute("SELECT meta, text FROM passages WHERE id = ?", row).fetchone() for row in best]


def _leaks(searched: _Permitted, visible: set[str], queries: list[str]) -> int:
    return sum(name not in visible for query in queries for name in searched.ask(query))


def _visible(runbook: Runbook) -> bool:
    return runbook.meta.classification in READABLE and not {"*", "alpha"}.isdisjoint(runbook.meta.services)


def _runbooks(count: int) -> Iterator[Runbook]:
    """Made-up words with frequencies after Zipf's law; 60 a document."""
    rng = random.Random(11)
    words = [f"{_syllables(number)}" for number in range(20_000)]
    cumulative = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for number in range(count):
        drawn = rng.choices(words, cum_weights=cumulative, k=66)
        label, scope = LABELS[number % len(LABELS)], SCOPES[number // len(LABELS) % len(SCOPES)]
        meta = RunbookMeta(
            name=f"doc-{number:06}",
            title=" ".join(drawn[:6]),
            owner="maya",
            approved=Approval(by="maya", on=date(2026, 1, 5)),
            services=(scope,),
            alerts=(f"Alert{number % 500}",),
            reviewed=date(2026, 10, 5),
            review_interval_days=180,
            classification=label,
        )
        body = Runbook(meta, f"{meta.name}.md", (Passage("Symptoms", " ".join(drawn[6:])),))
        yield body if _visible(body) else replace(body, passages=(Passage("Symptoms", f"{CANARY} {body.passages[0].text}"),))


def _syllables(number: int) -> str:
    """A word that no stemmer touches, another one for each number."""
    return "".join("bdfgklmnprstvz"[number // 14**place % 14] + "aou"[(number + place) % 3] for place in range(4)) + "k"


def _sentence(rng: random.Random, runbook: Runbook) -> str:
    """Five words of a document, as an alert's title has them: some common, some rare."""
    return " ".join(rng.sample(runbook.passages[0].text.replace(CANARY, "").split(), 5))


def _rare(rng: random.Random, runbook: Runbook) -> str:
    """The least common of twelve words of a document; later words of the vocabulary are rarer."""
    words = rng.sample(runbook.passages[0].text.replace(CANARY, "").split(), 12)
    return max(words, key=_RANKS.__getitem__)


_RANKS = {_syllables(number): number for number in range(20_000)}


def _catalogue() -> Catalogue:
    example = load_catalogue(EXAMPLE, "")
    service = example.service("shop-orders")
    grant = next(each for each in example.grants if "query_approved_runbook" in each.tools)
    labels = tuple(ClassificationLevel(name=name, rank=rank, meaning=name, owner="maya") for rank, name in enumerate(LABELS))
    tables = {
        **example.tables,
        "classifications": labels,
        "services": tuple(service.model_copy(update={"name": name}) for name in SERVICES),
        "grants": (_grant(grant, READER, READABLE), _grant(grant, ALL_READER, LABELS)),
    }
    assert all(isinstance(each, Service) for each in tables["services"])
    return replace(example, tables=tables)


def _grant(grant: Grant, principal: str, labels: tuple[str, ...]) -> Grant:
    return grant.model_copy(update={"name": principal, "principals": (principal,), "roles": (), "classifications": labels})


if __name__ == "__main__":
    sys.exit(main())
