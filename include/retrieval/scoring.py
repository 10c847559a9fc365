"""BM25 over the cells that a reader may read, as if they were one table, and nothing else existed.

FTS5 measures how rare a word is within one table. A cell may hold two runbooks, in which nothing is rare, so that measure is
taken out of `bm25()` again and replaced by one over all readable cells. What remains of FTS5's is how often and where the word
stands in a row, relative to the row's length. https://sqlite.org/fts5.html#the_bm25_function
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

_WEIGHTS = "3.0, 4.0, 2.0, 1.0"  # title, alerts, heading, text
_SENTENCE_WORDS = """
a an and any are as at be been but by can could did do does for from had has have how i if in is it its me my not of on or our
should so some than that the their then there these they this to was we were what when where which who why will with would you
your
"""
_SENTENCE = frozenset(_SENTENCE_WORDS.split())
_WORD = re.compile(r"[^\W_]+")  # underscores part words, as they do in the index


@dataclass(frozen=True)
class Cell:
    """A full-text table of the index; `weight` multiplies the score of what is found there."""

    id: int
    rows: int
    weight: float


def words_of(text: str) -> tuple[str, ...]:
    """The words to look for, each once, sorted; they hold letters and digits only, so none can be read as a query.

    Among few runbooks the words that only make a sentence can be rare; they are left out, unless there are no others.
    """
    words = {word.lower() for word in _WORD.findall(text)}
    return tuple(sorted(words - _SENTENCE or words))


def score(connection: sqlite3.Connection, cells: Sequence[Cell], words: Sequence[str]) -> dict[int, float]:
    """Row -> score, higher is better, for each row of these cells that has one of the words."""
    scores: dict[int, float] = {}
    total = sum(cell.rows for cell in cells)
    for word in words:
        found = [(cell, _matches(connection, cell, word)) for cell in cells]
        rarity = _rarity(total, sum(len(rows) for _, rows in found))
        for cell, rows in found:
            factor = cell.weight * rarity / _rarity_in_fts5(cell.rows, len(rows))
            for row, value in rows:
                scores[row] = scores.get(row, 0.0) + factor * value
    return scores


def _matches(connection: sqlite3.Connection, cell: Cell, word: str) -> list[tuple[int, float]]:
    table = f"words_{cell.id:d}"
    query = f"SELECT rowid, -bm25({table}, {_WEIGHTS}) FROM {table} WHERE {table} MATCH ?"  # noqa: S608 (a number and constants)
    return connection.execute(query, (f'"{word}"',)).fetchall()


def _rarity(rows: int, found: int) -> float:
    """Above zero also for a word in every row, so that a match always counts."""
    return math.log1p((rows - found + 0.5) / (found + 0.5))


def _rarity_in_fts5(rows: int, found: int) -> float:
    """The factor that `bm25()` applied: fts5_aux.c gives a word in more than half of the rows this small number."""
    return max(math.log((rows - found + 0.5) / (found + 0.5)), 1e-6)
