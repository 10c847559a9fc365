"""Known issues whose description has the words of what the log shows."""

from __future__ import annotations

import re

from include.contracts.diagnosis import Cause
from include.contracts.tools.query_approved_runbook import RunbookPassage, RunbookPassages
from include.diagnosis.board import Analyser, Board
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_WORD = re.compile(r"[a-z]{4,}")
_COMMON_WORDS = """
about after alert also because been before check error errors failed from have high into issue known logs more over service shop
that them then there this warning were what when where which will with within your production
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_MIN_SHARED = 3
_SCORE, _PER_WORD, _MOST = 34, 3, 55


def observe(case: Case) -> list[Finding]:
    return [
        _known_issue(hit, line)
        for source in case.of_tool("query_approved_runbook", RunbookPassages)
        for hit, line in source.items(source.output.hits)
        if hit.kind == "known_issue"
    ]


def _known_issue(hit: RunbookPassage, line: Line) -> Finding:
    words = " ".join((hit.title, hit.heading, hit.passage)).lower()
    return Finding(
        quote(f"known:{hit.runbook}", [line], weight=44),
        Sign.KNOWN_ISSUE,
        details={"name": hit.runbook, "words": words, "stale": "yes" if hit.stale else ""},
    )


def explain(board: Board) -> Verdict:
    """A known issue becomes a hypothesis where its words are those of the unusual log lines."""
    logs = board.of_sign(Sign.LOG)
    causes = []
    for item in board.of_sign(Sign.KNOWN_ISSUE):
        known = _words(item.details["words"])
        shared = {log.key: known & _words(log.observation.statement) for log in logs}
        best = sorted((key for key in shared if len(shared[key]) >= _MIN_SHARED), key=lambda key: (-len(shared[key]), key))[:2]
        if best:
            score = min(_MOST, _SCORE + _PER_WORD * len(shared[best[0]])) - (10 if item.details["stale"] else 0)
            causes.append(
                Cause(
                    analyser="known_issues",
                    statement=f"The known issue {item.details['name']}: its description shares words with the log",
                    score=score,
                    supports=(item.key, *best),
                    refuted_by=f"Read {item.details['name']} and check its signs one by one against the cited lines.",
                )
            )
    return Verdict(tuple(causes))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON


ANALYSER = Analyser("known_issues", observe, explain)
