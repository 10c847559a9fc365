"""Runbooks that do not load, are not approved, or are overdue."""

from __future__ import annotations

from collections.abc import Iterator

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.doctor.finding import Finding, error, raised, warning
from include.doctor.surroundings import Surroundings
from include.retrieval.loader import load_runbooks
from include.retrieval.standing import standing

AREA = "runbooks"


def check_runbooks(catalogue: Catalogue, here: Surroundings) -> Iterator[Finding]:
    """Every file in the folder is a runbook in use, and there is one at least."""
    try:
        runbooks, problems = load_runbooks(None, catalogue)
    except ConfigError as missing:
        yield raised(AREA, "HOLDPOINT_RUNBOOKS", missing)
        return
    for problem in problems:
        subject, _, text = problem.message.partition(" does not load: " if " does not load: " in problem.message else ": ")
        yield error(AREA, subject, text or problem.message, problem.next_step)
    for runbook in runbooks:
        state = standing(runbook.meta, here.today)
        if state != "in use":
            yield warning(AREA, runbook.file, state, f"{runbook.meta.owner} reviews, approves or removes it")
    if not runbooks and not problems:
        yield warning(AREA, "runbooks", "there are none, so briefs have no known steps", "add Markdown files; docs/runbooks.md")
