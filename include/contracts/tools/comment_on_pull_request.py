"""Say on a pull request what a review of its scripts found: one comment, edited in place."""

from __future__ import annotations

from include.contracts.tool import load_contract
from include.contracts.writes import Done, ReviewInput

CONTRACT = load_contract(
    {
        "name": "comment_on_pull_request",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "Keep one comment on a pull request with what a review of its scripts found",
        "owner": "sre",
        "input_model": ReviewInput,
        "output_model": Done,
        "system": "github",
        "conn_id": None,  # the repository's row of the catalogue names it
        "label": "internal",
        "timeout_s": 60,
        "retry": {"attempts": 4, "delay_s": 20},
        "idempotency": "mark",
    }
)
