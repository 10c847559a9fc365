"""The assessment of a change request against parsing its Markdown.

A document of 30 KB: reading and assessing it ÷ parsing it with markdown-it-py. The two are interleaved, and what is kept from one
document to the next is thrown away. The output is a JSON object: `{"name", "ratio", "limit", "ok", …}`, times in milliseconds.

    python benchmarks/bench_assess.py [--kilobytes 30] [--rounds 20]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes import fold, labels, vocabulary
from include.changes.assess import assess
from include.changes.read import read_notes

DOCUMENTS = Path(__file__).parents[1] / "tests/include/changes/documents"
LIMIT = 10.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Assessing a change request against parsing its Markdown.")
    parser.add_argument("--kilobytes", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(argv)
    return 0 if run(options.kilobytes * 1_000, options.rounds) else 1


def run(size: int, rounds: int) -> bool:
    text = _document(size)
    catalogue = load_catalogue(EXAMPLE, "")
    markdown = MarkdownIt("commonmark").enable("table")
    times: dict[str, list[float]] = {"assess_ms": [], "parse_ms": []}
    work: dict[str, Callable[[], object]] = {
        "assess_ms": lambda: assess(read_notes(text), catalogue),
        "parse_ms": lambda: markdown.parse(text),
    }
    for each in work.values():
        each()  # compiled patterns and imports are paid once a process
    for _ in range(rounds):
        for name, each in work.items():
            _forget()
            began = time.perf_counter()
            each()
            times[name].append((time.perf_counter() - began) * 1_000)
    medians = {name: round(statistics.median(taken), 2) for name, taken in times.items()}
    ratio = medians["assess_ms"] / medians["parse_ms"]
    ok = ratio <= LIMIT
    print(json.dumps({"name": "assess", "ratio": round(ratio, 2), "limit": LIMIT, "ok": ok, **medians, "characters": len(text)}))
    return ok


def _forget() -> None:
    """What earlier rounds have folded and looked up: the next document will have other words."""
    for cached in (fold.fold, fold.label, labels.topics, vocabulary.specific_words):
        cached.cache_clear()


def _document(size: int) -> str:
    """The tests' Markdown documents, one after the other, from the beginning again where they do not suffice."""
    joined = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCUMENTS.glob("[0-9]*.md")))
    return (joined * (size // len(joined) + 1))[:size]


if __name__ == "__main__":
    sys.exit(main())
