"""Findings and reviews of files made to order, for tests of reviews."""

from __future__ import annotations

import hashlib
from typing import Any

from include.contracts.script_review import (
    Category,
    Confidence,
    Coverage,
    FileReview,
    Finding,
    Looked,
    Position,
    Severity,
)


def finding(path: str = "ops/clean.ps1", **fields: Any) -> Finding:
    usual: dict[str, Any] = {
        "rule": "ps-invoke-expression",
        "category": Category.RISKY_OPERATION,
        "severity": Severity.HIGH,
        "path": path,
        "line": 3,
        "column": 1,
        "end": Position(line=3, column=9),
        "message": "A built string is run as code.",
        "why": "Whoever shapes the string runs code.",
        "fix": "Call the command itself.",
        "confidence": Confidence.HIGH,
    }
    given = usual | fields
    name = f"{given['path']}:{given['rule']}:{given['line']}"
    return Finding(**{"fingerprint": hashlib.sha256(name.encode()).hexdigest()} | given)


def file_review(path: str = "ops/clean.ps1", *found: Finding, **fields: Any) -> FileReview:
    usual: dict[str, Any] = {
        "digest": hashlib.sha256(path.encode()).hexdigest(),
        "coverage": Coverage(looked=Looked.FULL, share=1.0),
    }
    return FileReview(path=path, language="powershell", findings=found, **usual | fields)
