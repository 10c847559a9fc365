"""Comment a brief's version on the incident's ticket, once per version."""

from __future__ import annotations

from include.contracts.tool import load_contract
from include.contracts.writes import BriefInput, Done

CONTRACT = load_contract(
    {
        "name": "add_ticket_comment",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "Comment the brief on the incident's own ticket",
        "owner": "service-desk",
        "input_model": BriefInput,
        "output_model": Done,
        "system": "tickets",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 30,
        "retry": {"attempts": 3, "delay_s": 2},
        "idempotency": "mark",
    }
)
