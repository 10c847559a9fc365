"""Tell the person on call, once per incident and briefing, over the channels of the service's escalation chain."""

from __future__ import annotations

from include.contracts.tool import load_contract
from include.contracts.writes import BriefInput, Done

CONTRACT = load_contract(
    {
        "name": "notify_on_call",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "Notify the person on call with a link to the brief",
        "owner": "sre",
        "input_model": BriefInput,
        "output_model": Done,
        "system": "paging",
        "conn_id": "holdpoint_paging",
        "label": "internal",
        "timeout_s": 30,
        "retry": {"attempts": 3, "delay_s": 5},
        "idempotency": "mark",
    }
)
