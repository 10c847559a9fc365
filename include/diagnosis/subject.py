"""What the incident is about, quoted: the alert's own words or the question's."""

from __future__ import annotations

from include.diagnosis.board import Analyser
from include.diagnosis.case import Case, lines_of
from include.diagnosis.finding import Finding, Sign
from include.diagnosis.quoting import quote

_HEADLINE, _DESCRIPTION = 100, 58


def observe(case: Case) -> list[Finding]:
    """Evidence of the pseudo-tools `alert` and `question`: the first line, and the description where there is one."""
    found = []
    for evidence in case.evidence:
        if evidence.tool not in ("alert", "question"):
            continue
        head, *rest = lines_of(evidence)
        found.append(Finding(quote(f"subject:{evidence.id}", [head], weight=_HEADLINE), Sign.SUBJECT, case.incident.service))
        described = [line for line in rest[:1] if line.text.startswith("description: ")]
        if described:
            observation = quote(f"subject:{evidence.id}:description", described, weight=_DESCRIPTION)
            found.append(Finding(observation, Sign.NEUTRAL, case.incident.service))
    return found


ANALYSER = Analyser("subject", observe)
