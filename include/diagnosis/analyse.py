"""All analysers over one incident's evidence: observations that quote, causes that rest on them. Pure and deterministic.

The registry is explicit: an analyser is a file of this folder and a line here.
"""

from __future__ import annotations

from collections.abc import Sequence

from include.contracts.diagnosis import Cause, Diagnosis, Observation, Remark
from include.contracts.evidence import Evidence
from include.contracts.incident import Incident
from include.diagnosis import (
    alerts,
    deployments,
    failed_logons,
    known_issues,
    log_patterns,
    metric_change,
    process_state,
    saturation,
    subject,
    tickets,
)
from include.diagnosis.board import Analyser, Board
from include.diagnosis.case import Case, CatalogueFacts
from include.diagnosis.finding import MIN_SCORE, Finding, Sign

ANALYSERS: tuple[Analyser, ...] = (
    subject.ANALYSER,
    log_patterns.ANALYSER,
    process_state.ANALYSER,
    saturation.ANALYSER,
    metric_change.ANALYSER,
    deployments.ANALYSER,
    alerts.ANALYSER,
    failed_logons.ANALYSER,
    known_issues.ANALYSER,
    tickets.ANALYSER,
)


def analyse(incident: Incident, evidence: Sequence[Evidence], catalogue_facts: CatalogueFacts) -> Diagnosis:
    """What the evidence shows and what may have caused it, best first.

    Causes name services, times and revisions, never the words of a log line or an alert (H11).
    """
    case = Case.of(incident, evidence, catalogue_facts)
    findings = _unique([finding for analyser in ANALYSERS for finding in analyser.observe(case)])
    board = Board.of(case, findings)
    verdicts = [analyser.explain(board) for analyser in ANALYSERS]
    causes = [cause for verdict in verdicts for cause in verdict.causes if cause.score >= MIN_SCORE]
    remarks = [remark for verdict in verdicts for remark in verdict.remarks]
    observations = [finding.observation for finding in findings]
    return Diagnosis(
        observations=tuple(sorted(observations, key=_by_weight)),
        causes=tuple(sorted(_merged(causes), key=lambda cause: (-cause.score, cause.analyser, cause.statement))),
        remarks=tuple((*remarks, *_about_the_reading(case, findings))),
    )


def _by_weight(item: Observation) -> tuple[int, str]:
    return -item.weight, item.key


def _unique(findings: list[Finding]) -> list[Finding]:
    """One finding a key: the same process or revision read twice is one observation."""
    return list({finding.key: finding for finding in reversed(findings)}.values())[::-1]


def _merged(causes: list[Cause]) -> list[Cause]:
    """The same statement once, with the better score and all it rests on."""
    best: dict[str, Cause] = {}
    for cause in sorted(causes, key=lambda item: -item.score):
        known = best.get(cause.statement)
        if known is None:
            best[cause.statement] = cause
        else:
            supports = tuple(dict.fromkeys((*known.supports, *cause.supports)))
            best[cause.statement] = known.model_copy(update={"supports": supports})
    return list(best.values())


def _about_the_reading(case: Case, findings: Sequence[Finding]) -> list[Remark]:
    found = [Remark(statement=f"{name} could not be analysed: it does not fit what its tool returns.") for name in case.unread]
    logs = [finding.key for finding in findings if finding.sign is Sign.LOG]
    without = sorted(item.service for item in log_patterns.read_logs(case) if item.baseline is None and item.patterns)
    if logs and without:
        services = ", ".join(without)
        found.append(
            Remark(statement=f"The log of the hours before could not be compared for {services}: old errors may look new.")
        )
    return found
