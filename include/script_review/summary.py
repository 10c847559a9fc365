"""The counts over a review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from include.contracts.script_review import Category, FileReview, Looked, ReviewSummary, Severity


def summarise(files: Iterable[FileReview]) -> ReviewSummary:
    """Every kind of look, severity and category has its count, also where it is 0; languages are those that there are."""
    files = tuple(files)
    found = [finding for file in files for finding in file.findings]
    open_ = [finding for finding in found if finding.suppressed_by is None]
    looked = Counter(file.coverage.looked for file in files)
    severities = Counter(finding.severity for finding in open_)
    categories = Counter(finding.category for finding in open_)
    return ReviewSummary(
        files=len(files),
        looked={each: looked[each] for each in Looked},
        languages=dict(sorted(Counter(file.language for file in files).items())),
        findings=len(open_),
        suppressed=len(found) - len(open_),
        severities={each: severities[each] for each in Severity},
        categories={each: categories[each] for each in Category},
    )
