"""File a change request as a draft, once per change and version; people decide about it. Nothing here approves or moves one."""

from __future__ import annotations

from include.contracts.change_draft import ChangeDraft, Filed
from include.contracts.tool import load_contract

CONTRACT = load_contract(
    {
        "name": "create_draft_change_request",
        "version": 1,
        "tool_class": "low_impact_write",
        "summary": "File a draft change request, marked as a machine's, for people to decide about",
        "owner": "service-desk",
        "input_model": ChangeDraft,
        "output_model": Filed,
        "system": "changes",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 120,
        "retry": {"attempts": 3, "delay_s": 120},
        "idempotency": "mark",
    }
)
