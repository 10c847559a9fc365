"""Open the incident's own ticket, once, or find the one its mark is on."""

from __future__ import annotations

from include.contracts.tool import load_contract
from include.contracts.writes import BriefInput, Done

CONTRACT = load_contract(
    {
        "name": "open_ticket",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "Open the incident's ticket in its owner's queue",
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
