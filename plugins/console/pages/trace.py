"""Everything on record about one thing, in order: what happened, who did it, and whether each entry is what was entered."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from include.contracts.errors import BadInput
from include.store import refs
from include.store.database import now
from include.store.ledger import MAX_FIELD_CHARS, store_id
from include.store.times import from_text
from include.trace import page as trace
from include.trace.audience import Audience
from include.trace.bundle import write_bundle
from include.trace.entry import Shown
from include.trace.question import KINDS, parse
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visiting

pages = Pages()

PAGE = 50
MAX_EXPORT = 20  # pages of 500
SHOWN_CHARS = 10_000  # of a payload; the JSON has all of it
Text = Annotated[str, Query(max_length=MAX_FIELD_CHARS)]
Texts = Annotated[list[str], Query(alias="kind", max_length=20)]
Seq = Annotated[int | None, Query(ge=0, le=2**53)]


@dataclass(frozen=True)
class Trace:
    """`page` is a page of the trace as `./holdpoint trace --json` has it; None where nothing was asked yet."""

    what: str
    kinds: Sequence[str]
    page: dict[str, Any] | None

    @property
    def known_kinds(self) -> Sequence[str]:
        return KINDS

    @property
    def kinds_here(self) -> list[str]:
        """Kinds to choose from: those of this page, and those chosen."""
        there = {entry["kind"] for entry in self.page["entries"]} if self.page else set()
        return sorted(there.union(self.kinds))

    def query(self, **more: str | int) -> str:
        """What stands behind the `?` of another page of this trace."""
        chosen = {} if "kind" in more else {"kind": list(self.kinds)}
        return urlencode({"what": self.what, **chosen, **more}, doseq=True)

    @staticmethod
    def at(entry: dict[str, Any]) -> datetime | None:
        """When it was entered; None for what is no time, which only tampering brings."""
        try:
            return from_text(entry["at"])
        except ValueError:
            return None

    @staticmethod
    def is_record(subject: str) -> bool:
        """Is it an id, about which one can ask in turn?"""
        return refs.form_of(subject) == refs.ID

    @staticmethod
    def pretty(payload: dict[str, Any]) -> str:
        """A payload for people, cut where it is very long."""
        text = json.dumps(payload, ensure_ascii=False, indent=2)
        return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}\n… {len(text)} characters in all"


@pages.page("", template="trace.html")
def asked(visit: Visiting, what: Text = "", kind: Texts = [], after: Seq = None, before: Seq = None) -> Trace:  # noqa: B006
    """The entries that answer, as far as this person may see them; the form alone without a question."""
    if not what.strip():
        return Trace("", (), None)
    kinds = [name for name in kind if name]
    wanted = trace.Wanted(parse(what), after=after or 0, before=before, limit=PAGE, kinds=kinds)
    with visit.store.read() as conn:
        found = trace.page(conn, Audience(conn, visit.catalogue, visit.person), wanted)
    return Trace(str(wanted.question), kinds, found.to_json())


def export(visit: Visiting, what: Text) -> Response:
    """All of it as a file that others can verify."""
    question = parse(what)
    file = io.StringIO()
    with visit.store.read() as conn:
        found = trace.pages(conn, Audience(conn, visit.catalogue, visit.person), trace.Wanted(question, limit=trace.MAX_LIMIT))
        reader, at = visit.person.name, now(conn)
        write_bundle(file, _bounded(found), store=store_id(conn), question=str(question), reader=reader, at=at)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", str(question))[:100]
    headers = {"Content-Disposition": f'attachment; filename="trace-{name}.jsonl"'}
    return Response(file.getvalue(), media_type="application/x-ndjson", headers=headers)


pages.router.add_api_route("/export", export, methods=["GET"], response_model=None)


def _bounded(found: Iterator[trace.Page]) -> Iterator[Shown]:
    for page in islice(found, MAX_EXPORT):
        yield from page.entries
    if next(found, None) is not None:
        raise BadInput(
            "This trace is too long for a page.", next_step="write it with ./holdpoint trace WHAT --as YOU --export FILE"
        )
