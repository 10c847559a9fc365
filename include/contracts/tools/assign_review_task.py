"""Ask a named person to look at a change request's package, or at a review of scripts: one ticket, with it on it."""

from __future__ import annotations

from include.contracts.tool import load_contract
from include.contracts.writes import Done, TaskInput

CONTRACT = load_contract(
    {
        "name": "assign_review_task",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "Open a review task for the owner of a change or of scripts, with the package or the report on it",
        "owner": "service-desk",
        "input_model": TaskInput,
        "output_model": Done,
        "system": "tickets",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 30,
        "retry": {"attempts": 3, "delay_s": 2},
        "idempotency": "mark",
    }
)
