"""A review as JSON: for programs, and as what the next review is compared with."""

from __future__ import annotations

import json

from include.contracts.script_review import ScriptReview
from include.script_review.report.since import Compared


def as_json(review: ScriptReview, compared: Compared | None = None) -> str:
    """`{"files", "summary", "rules"}`, and `since` where it was compared. ASCII, so that no terminal acts on it."""
    shown = review.to_json()
    if compared is not None:
        shown["since"] = compared.to_json()
    return json.dumps(shown, indent=1)
