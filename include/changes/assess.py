"""The assessment of a change request: what the other modules find, put together. It decides and approves nothing."""

from __future__ import annotations

from collections.abc import Sequence

from include.catalogue.catalogue import Catalogue
from include.changes import findings as about
from include.changes.affected import affected, unmatched
from include.changes.claims import set_aside
from include.changes.completeness import completeness
from include.changes.conflicts import conflicts
from include.changes.kind import change_type
from include.changes.notes import Notes
from include.changes.places import lay_out
from include.changes.risk import DEFAULT, Weights, rate
from include.changes.steps import steps
from include.changes.tongue import doubtful, foreign
from include.changes.window import Window, find_window
from include.contracts.change import Assessment, ChangeWindow, Finding, OpenIncident, OtherChange, Severity

_ORDER = list(Severity)


def assess(
    notes: Notes,
    catalogue: Catalogue,
    *,
    environment: str = "production",
    overlapping: Sequence[OtherChange] = (),
    incidents: Sequence[OpenIncident] = (),
    weights: Weights = DEFAULT,
) -> Assessment:
    """Judge the notes against the catalogue.

    :param environment: where the change is to happen, for the freezes
    :param overlapping: other planned changes, whatever their time: those that overlap are picked out
    :param incidents: open incidents, whatever their service
    """
    notes, claims = set_aside(notes)  # first: what a document says about itself changes no verdict
    layout = lay_out(notes)
    aspects = completeness(layout)
    standing = {each.name: each.standing for each in aspects}
    kind, _, _ = change_type(layout)
    found = steps(layout, standing["rollback"], standing["validation"])
    systems, others = affected(layout, catalogue), unmatched(layout, catalogue)
    services = sorted({each.service for each in systems if each.service})
    window = find_window(layout)
    met = conflicts(catalogue, services, environment, window, overlapping, incidents)
    all_findings = (
        *about.about_aspects(aspects),
        *about.about_language(foreign(layout), doubtful(aspects)),
        *about.about_steps(found),
        *about.about_systems(systems, others),
        *about.about_window(window, met),
        *about.about_claims(claims),
    )
    return Assessment(
        title=" ".join(notes.title.split())[:300],
        rollback=standing["rollback"],
        validation=standing["validation"],
        type=kind,
        aspects=aspects,
        steps=found,
        affected=systems,
        unmatched=others,
        window=_shown(window),
        conflicts=met,
        risk=rate(layout, aspects, kind, systems, others, met, found, weights),
        findings=tuple(sorted(all_findings, key=_rank)),
    )


def _rank(finding: Finding) -> int:
    return _ORDER.index(finding.severity)


def _shown(window: Window | None) -> ChangeWindow | None:
    if window is None:
        return None
    return ChangeWindow(line=window.line, text=" ".join(window.text.split())[:300], start=window.start, end=window.end)
