"""What a rule finds in a text: the lines, and how grave each is."""

from __future__ import annotations

from include.script_review.powershell.model import Script
from include.script_review.rule import Rule
from include.script_review.source import Source


def found(rule: Rule, text: str) -> list[tuple[int, str]]:
    source = Source("sample.ps1", "powershell", text)
    hits = sorted(rule.check(Script(source)), key=lambda hit: hit.start)
    assert all(0 <= hit.start < hit.end <= len(source.data) and hit.message for hit in hits)
    return [(source.place(hit.start)[0], str(hit.severity or rule.severity)) for hit in hits]
