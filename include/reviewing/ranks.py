"""What the owner has agreed to changes how findings are shown: a dismissed one is kept with the reason, a rule ranks lower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.contracts.base import clean_text
from include.contracts.script_review import Category, Confidence, FileReview, Finding, Severity
from include.store.script_findings import Dismissal

_LONGEST = 1_000


def ranked(files: Iterable[FileReview], dismissals: Sequence[Dismissal]) -> list[FileReview]:
    """The files with their findings as the owner wants them shown. Nothing is left out, and nothing that is only proposed counts.

    A finding that was dismissed bears the reason, as one that its author suppressed does. A rule that was dismissed for the whole
    repository is shown one severity lower and unsure, and still shown. What a review could not look at, nobody dismisses.
    """
    agreed = [each for each in dismissals if each.counts]
    single = {each.fingerprint: each for each in agreed if each.fingerprint is not None}
    rules = {each.rule for each in agreed if each.fingerprint is None}
    if not agreed:
        return list(files)
    return [file.model_copy(update={"findings": tuple(_ranked(one, single, rules) for one in file.findings)}) for file in files]


def _ranked(one: Finding, single: dict[str, Dismissal], rules: set[str]) -> Finding:
    if one.category is Category.COVERAGE or one.suppressed_by is not None:
        return one
    if (said := single.get(one.fingerprint)) is not None:
        why = f"Dismissed by {said.person}, agreed by {said.agreed_by}: {' '.join(said.reason.split())}"
        return one.model_copy(update={"suppressed_by": clean_text(why)[:_LONGEST]})
    if one.rule in rules:
        lower = list(Severity)[max(0, one.severity.rank - 1)]
        return one.model_copy(update={"severity": lower, "confidence": Confidence.LOW})
    return one
