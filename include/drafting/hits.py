"""Runbooks and known issues that were found, quoted, for every kind of draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from include.contracts.brief import RunbookHit
from include.contracts.evidence import Citation, Evidence
from include.contracts.tools.query_approved_runbook import CONTRACT, RunbookPassages

MAX_RUNBOOKS = 8
_MAX_QUOTE = 2_000


def hits_of(evidence: Iterable[Evidence]) -> Iterator[RunbookHit]:
    """The first runbooks that the evidence holds, each with its passage."""
    left = MAX_RUNBOOKS
    for item in evidence:
        if item.tool != CONTRACT.name:
            continue
        passages = RunbookPassages.model_validate_json(json.dumps(item.output))
        start = 0
        for hit, line in zip(passages.hits[:left], item.text.split("\n"), strict=False):
            quote = line[:_MAX_QUOTE]
            yield RunbookHit(
                runbook=hit.runbook,
                kind=hit.kind,
                title=hit.title,
                owner=hit.owner,
                stale=hit.stale,
                stale_reason=hit.stale_reason,
                label=hit.label,
                citation=Citation(evidence=item.id, start=start, end=start + len(quote), quote=quote) if quote else None,
            )
            start += len(line) + 1
        left -= len(passages.hits[:left])
