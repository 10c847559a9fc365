"""The parts of the console, in the order of its menu. `/holdpoint/` leads to the first."""

from __future__ import annotations

from plugins.console.pages import (
    evidence,
    feedback,
    hold,
    hold_edit,
    hold_standing,
    hold_vote,
    holds,
    incident,
    incidents,
    keys,
    trace,
)
from plugins.console.web.views import Section

SECTIONS: tuple[Section, ...] = (
    Section("holds", "Holds", (holds.pages, hold.pages, hold_vote.pages, hold_edit.pages, hold_standing.pages)),
    Section("incidents", "Incidents", (incidents.pages, incident.pages, evidence.pages, feedback.pages)),
    Section("trace", "Trace", (trace.pages,)),
    Section("keys", "Keys", (keys.pages,)),
)
