from __future__ import annotations

import math
import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.contracts.runbook import Approval, RunbookMeta
from include.retrieval.index import build_index, open_index, row_of
from include.retrieval.loader import Runbook
from include.retrieval.scoring import Cell, score, words_of
from include.retrieval.sections import Passage

VOCABULARY = ("pool", "disk", "orders", "queue", "zebra", "logon", "kafka")
Document = tuple[str, str, str, str]  # classification, title, heading, text


def _runbook(number: int, document: Document) -> Runbook:
    label, title, heading, text = document
    meta = RunbookMeta(
        name=f"doc-{number:02}",
        title=title,
        owner="maya",
        approved=Approval(by="maya", on=date(2026, 1, 5)),
        services=("*",),
        reviewed=date(2026, 10, 5),
        review_interval_days=180,
        classification=label,
    )
    return Runbook(meta, "x.md", (Passage(heading, text),))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text)


def _expected(documents: list[Document], word: str) -> dict[int, float]:
    """BM25 written down again, slowly: k1 1.2, b 0.75, lengths relative to the classification, rarity over all of them."""
    rows: dict[int, tuple[str, float, int]] = {}  # row -> classification, weighted frequency, length
    for number, (label, title, heading, text) in enumerate(documents, 1):
        rows[row_of(number, 0)] = label, 3.0 * _tokens(title).count(word), len(_tokens(title))
        frequency = 2.0 * _tokens(heading).count(word) + _tokens(text).count(word)
        rows[row_of(number, 1)] = label, frequency, len(_tokens(heading) + _tokens(text))
    found = sum(frequency > 0 for _, frequency, _ in rows.values())
    rarity = math.log(1 + (len(rows) - found + 0.5) / (found + 0.5))
    scores = {}
    for row, (label, frequency, length) in rows.items():
        lengths = [each for other, _, each in rows.values() if other == label]
        relative = length / (sum(lengths) / len(lengths))
        if frequency:
            scores[row] = rarity * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * relative))
    return scores


@st.composite
def _documents(draw: st.DrawFn) -> list[Document]:
    words = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)
    return draw(st.lists(st.tuples(st.sampled_from(("public", "internal")), words, words, words), min_size=1, max_size=8))


@settings(max_examples=60, deadline=None)
@given(documents=_documents(), queried=st.sets(st.sampled_from(VOCABULARY), min_size=1))
def test_scores_are_bm25_over_all_cells(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document], queried: set[str]
) -> None:
    path = tmp_path_factory.mktemp("index") / "index.db"
    build_index(path, [_runbook(number, each) for number, each in enumerate(documents, 1)])
    expected: dict[int, float] = {}
    for word in queried:
        for row, value in _expected(documents, word).items():
            expected[row] = expected.get(row, 0.0) + value
    with open_index(path) as connection:
        cells = [Cell(cell, rows, 1.0) for cell, rows in connection.execute("SELECT id, rows FROM cells")]
        assert score(connection, cells, sorted(queried)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pool pool POOL", ("pool",)),
        ("db_pool_in_use", ("db", "pool", "use")),
        ('payments" OR "restricted', ("payments", "restricted")),
        (
            "title: x* NEAR(a b, 5) ^start -not +plus {heading text}: (a AND b)",
            ("b", "heading", "near", "plus", "start", "text", "title", "x", "5"),
        ),
        ("why is it?", ("is", "it", "why")),
        ("why is checkout slow?", ("checkout", "slow")),
        ("Störung größer 数据库 İstanbul", None),
        ("!!! … — ⏎ \t\n", ()),
        ("", ()),
    ],
)
def test_a_query_is_words_and_nothing_else(text: str, words: tuple[str, ...] | None) -> None:
    found = words_of(text)
    assert all(word.isalnum() or word == "i̇stanbul" for word in found)
    if words is not None:
        assert found == tuple(sorted(words))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet="\"*^:(){}+-|\\'\0 abANDORNOTEnear,", max_size=60))
def test_no_text_is_an_error_or_a_query_language(index_of_two: Path, text: str) -> None:
    with open_index(index_of_two) as connection:
        cells = [Cell(cell, rows, 1.0) for cell, rows in connection.execute("SELECT id, rows FROM cells")]
        score(connection, cells, words_of(text))


@pytest.fixture(scope="module")
def index_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "index.db"
    texts = ("The pools were exhausted at the café", "restarts of anderen Diensten near the disk")
    build_index(path, [_runbook(number, ("public", f"T{number}", "H", text)) for number, text in enumerate(texts, 1)])
    return path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pool", {1}),  # the same stem
        ("exhaustion", {1}),
        ("CAFE", {1}),
        ("po", set()),  # no prefix
        ("po*", set()),
        ("pool AND disk", {1, 2}),  # AND is a word
        ("pool NOT exhausted", {1}),
        ('"pool disk"', {1, 2}),  # no phrase
        ("text:pool", {1}),  # no column: `text` is a word
        ("NEAR(pool disk, 1)", {1, 2}),
    ],
)
def test_operators_of_the_query_language_do_nothing(index_of_two: Path, query: str, found: set[int]) -> None:
    with open_index(index_of_two) as connection:
        cells = [Cell(cell, rows, 1.0) for cell, rows in connection.execute("SELECT id, rows FROM cells")]
        assert {row for row in score(connection, cells, words_of(query))} == {row_of(each, 1) for each in found}


def test_without_words_nothing_is_found(index_of_two: Path) -> None:
    with open_index(index_of_two) as connection:
        assert score(connection, [Cell(1, 4, 1.0)], ()) == {}


def test_the_factor_taken_out_is_the_one_fts5_put_in() -> None:
    """A word in more than half of the rows has a factor of 1e-6 in FTS5; SQLite's manual does not say so, so it is tried."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [("a b",), ("a c",), ("a d",)])
    (common,) = connection.execute("SELECT -bm25(t) FROM t WHERE t MATCH 'a' LIMIT 1").fetchone()
    (rare,) = connection.execute("SELECT -bm25(t) FROM t WHERE t MATCH 'b'").fetchone()
    assert common == pytest.approx(1e-6 * 2.2 / 2.2)
    assert rare == pytest.approx(math.log((3 - 1 + 0.5) / 1.5))
