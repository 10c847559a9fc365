"""Reviews for the tests of what is written about them."""

from __future__ import annotations

from typing import Any

from include.contracts.script_review import Coverage, FileReview, Finding, Looked, Position, ScriptReview
from include.script_review.report.fingerprint import fingerprints
from include.script_review.summary import summarise

RULES_DIGEST = "a" * 64


def finding(path: str = "ops/clean.ps1", rule: str = "ps-whatif-missing", line: int = 12, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": rule,
        "category": "missing_supports_should_process",
        "severity": "high",
        "path": path,
        "line": line,
        "column": 5,
        "end": Position(line=line, column=17),
        "message": "Remove-OldUser calls Remove-ADUser and cannot be previewed.",
        "why": "Nobody sees beforehand what it would remove.",
        "fix": "Declare SupportsShouldProcess and ask ShouldProcess before Remove-ADUser.",
        "confidence": "high",
    }
    values["fingerprint"] = fingerprints(path, [(rule, f"text of {changes.pop('text', line)}")])[0]
    return Finding(**values | changes)


def reviewed(path: str = "ops/clean.ps1", *findings: Finding, **changes: Any) -> FileReview:
    values: dict[str, Any] = {
        "language": "powershell",
        "digest": "b" * 64,
        "coverage": Coverage(looked=Looked.FULL, share=1.0),
        "findings": findings,
    }
    return FileReview(path=path, **values | changes)


def partly(share: float = 0.8, looked: Looked = Looked.PARTIAL, *notes: str) -> Coverage:
    return Coverage(looked=looked, share=share, notes=notes)


def review(*files: FileReview, rules: str = RULES_DIGEST) -> ScriptReview:
    return ScriptReview(files=files, summary=summarise(files), rules=rules)
