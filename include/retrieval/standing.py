"""How far a runbook may be trusted today: not used, used last, or used."""

from __future__ import annotations

from datetime import date, timedelta

from include.contracts.runbook import RunbookMeta


def in_use(meta: RunbookMeta, today: date) -> bool:
    """Approved, and not only from a later day on."""
    return meta.approved is not None and meta.approved.on <= today


def stale_reason(meta: RunbookMeta, today: date, *, successor: str | None = None) -> str | None:
    """Why it ranks last, in one line; None while it is current.

    :param successor: the superseding runbook's name, where the reader may know of it (H12)
    """
    reasons = []
    if meta.superseded_by:
        reasons.append(f"superseded by {successor or 'another runbook'}")
    if meta.reviewed > today:
        reasons.append(f"its review date {meta.reviewed} lies in the future")
    elif (due := _due(meta)) < today:
        reasons.append(f"its review was due on {due}")
    return "; ".join(reasons) or None


def standing(meta: RunbookMeta, today: date) -> str:
    """`in use`, or why not or only as a last choice; for those who look after runbooks."""
    if meta.approved is None:
        return "not approved"
    if not in_use(meta, today):
        return f"approved only from {meta.approved.on} on"
    reason = stale_reason(meta, today, successor=meta.superseded_by)
    return f"stale: {reason}" if reason else "in use"


def _due(meta: RunbookMeta) -> date:
    try:
        return meta.reviewed + timedelta(days=meta.review_interval_days)
    except OverflowError:
        return date.max
