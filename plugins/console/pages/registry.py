"""The parts of the console, in the order of its menu. `/holdpoint/` leads to the first."""

from __future__ import annotations

from plugins.console.pages import (
    ask,
    audit,
    change,
    change_evidence,
    change_plan,
    changes,
    evidence,
    feedback,
    fleet,
    hold,
    hold_edit,
    hold_standing,
    hold_vote,
    holds,
    incident,
    incidents,
    keys,
    owners,
    review,
    reviews,
    trace,
)
from plugins.console.web.views import Section

SECTIONS: tuple[Section, ...] = (
    Section("holds", "Holds", (holds.pages, hold.pages, hold_vote.pages, hold_edit.pages, hold_standing.pages)),
    Section("incidents", "Incidents", (incidents.pages, incident.pages, evidence.pages, feedback.pages)),
    Section("changes", "Changes", (changes.pages, change.pages, change_evidence.pages, change_plan.pages)),
    Section("reviews", "Reviews", (reviews.pages, review.pages)),
    Section("ask", "Ask", (ask.pages,)),
    Section("trace", "Trace", (trace.pages,)),
    Section("fleet", "Fleet", (fleet.pages,)),
    Section("owners", "Owners", (owners.pages,)),
    Section("audit", "Audit", (audit.pages,)),
    Section("keys", "Keys", (keys.pages,)),
)
