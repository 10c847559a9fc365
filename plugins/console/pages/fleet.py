"""What a team that runs agents must be able to ask about itself: one question a page, with a chart and a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query

from include.fleet.answer import Answer
from include.fleet.registry import QUESTIONS, answer
from include.store.times import from_text
from plugins.console.web.charts import Drawn, draw
from plugins.console.web.views import Pages
from plugins.console.web.visit import Visit, Visiting

pages = Pages()

Name = Annotated[str, Path(max_length=40)]
Day = Annotated[str, Query(max_length=40)]
Seq = Annotated[int | None, Query(ge=1, le=2**53 - 1)]
SHOWN_CHARS = 600  # of one value in the list; the trace has all of it
_HEAD = frozenset({"seq", "at", "actor", "kind", "subject", "run", "verifies"})


@dataclass(frozen=True)
class FleetPage:
    """`answer` is what `./holdpoint fleet --json` says."""

    answer: Answer

    @property
    def questions(self) -> Sequence[str]:
        return list(QUESTIONS)

    @property
    def period(self) -> str:
        """The period, for the address of another question."""
        return urlencode({"since": self.answer.since, "until": self.answer.until})

    @property
    def has_bars(self) -> bool:
        return any(bar.total for bar in self.answer.chart.bars)

    @property
    def drawn(self) -> Drawn:
        return draw(self.answer.chart)

    @property
    def numbers(self) -> frozenset[str]:
        """Shapes that stand at the right of their column."""
        return frozenset({"number", "seconds", "share"})

    @staticmethod
    def at(row: Mapping[str, Any]) -> datetime | None:
        """When it was entered; None for what is no time, which only tampering brings."""
        try:
            return from_text(row["at"])
        except ValueError:
            return None

    @staticmethod
    def said(row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is listed of an entry beside its head, for people."""
        return [(name, _text(value)) for name, value in row.items() if name not in _HEAD and value not in (None, "")]


@pages.page("", template="fleet.html")
def first(visit: Visiting, since: Day = "", until: Day = "", before: Seq = None) -> FleetPage:
    """The first question."""
    return _page(visit, next(iter(QUESTIONS)), since, until, before)


@pages.page("/{question}", template="fleet.html")
def asked(visit: Visiting, question: Name, since: Day = "", until: Day = "", before: Seq = None) -> FleetPage:
    """One question, over the last 28 days where no other period is asked for."""
    return _page(visit, question, since, until, before)


def _page(visit: Visit, question: str, since: str, until: str, before: int | None) -> FleetPage:
    with visit.store.read() as conn:
        asked = {"since": since.strip() or None, "until": until.strip() or None}
        return FleetPage(answer(conn, visit.catalogue, visit.person, question, before=before, **asked))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
