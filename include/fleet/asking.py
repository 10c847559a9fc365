"""One question by one person: counts and entries of a period, as far as this person may see them (H12).

Counted is what the person may read whole: the entry's subject and its payload. What they may not is in no number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import Person
from include.fleet.answer import Answer, Chart, Listed, Table
from include.fleet.period import Period, period
from include.retrieval.loader import Runbook, load_runbooks
from include.retrieval.quarantine import may_read
from include.store.database import day
from include.store.origins import Origin
from include.store.schema import ledger
from include.store.span import span
from include.store.tallies import Key, counts
from include.trace.audience import Audience
from include.trace.entry import Shown, load, parsed, problems_of, state_of

LISTED = 25
WINDOW = 20_000  # numbers of the ledger, whatever they are: that the search goes on tells nothing of what is hidden
_CHUNK = 200
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Asking:
    """Over one connection of `Store.read()`."""

    conn: Connection
    catalogue: Catalogue
    person: Person
    period: Period
    audience: Audience
    today: date

    @classmethod
    def of(cls, conn: Connection, catalogue: Catalogue, person: Person, since: str | None, until: str | None) -> Asking:
        """Raises BadInput for what is no period."""
        today = day(conn)
        asked = period(since, until, today=today)
        return cls(conn, catalogue, person, asked, Audience(conn, catalogue, person), today)

    def answer(
        self,
        question: str,
        asks: str,
        *,
        chart: Chart,
        tables: tuple[Table, ...],
        remarks: tuple[str, ...] = (),
        listed: Listed | None = None,
    ) -> Answer:
        """The answer, with the period and whom it is for."""
        since, until = self.period.since.isoformat(), self.period.until.isoformat()
        return Answer(question, asks, since, until, self.person.name, chart, tables, remarks, listed)

    @cached_property
    def runbooks(self) -> dict[str, Runbook]:
        """Those that load, by name."""
        return {runbook.meta.name: runbook for runbook in load_runbooks(None, self.catalogue)[0]}

    def may_name(self, source: str) -> bool:
        """May this person know of the source? Of a runbook whoever may read it; of one that is gone who may see everything."""
        kind, _, name = source.partition(":")
        if kind != "runbook":
            return True
        known = self.runbooks.get(name)
        if known is None:
            return self.audience.sees_everything
        return may_read(self.catalogue, self.person.name, known, today=self.today)

    def counts(self, *kinds: str) -> Counter[Key]:
        """What this person may count under these kinds."""
        found = counts(self.conn, kinds, self.period.since.isoformat(), self.period.until.isoformat())
        may = _Remembered(self.audience)
        return Counter({key: count for key, count in found.items() if may(key)})

    def listed(self, kinds: Collection[str], row: Callable[[Shown], Mapping[str, Any]], *, before: int | None = None) -> Listed:
        """The newest entries of these kinds that this person may read, of those before number `before`."""
        first, last = span(self.conn, self.period.begin, self.period.end)
        end = min(last + 1, before) if before is not None else last + 1
        stop = max(first, end - WINDOW)
        found: list[Shown] = []
        while end > stop and len(found) <= LISTED:
            numbers = self._numbers(kinds, stop, end)
            found += self._readable(numbers)
            end = numbers[-1] if len(numbers) == _CHUNK else stop
        shown = found[:LISTED]
        more = shown[-1].seq if len(found) > LISTED else stop if stop > first else None
        return Listed(tuple(row(entry) for entry in shown), more)

    def _numbers(self, kinds: Collection[str], first: int, end: int) -> list[int]:
        wanted = select(ledger.c.seq).where(ledger.c.kind.in_(sorted(kinds)), ledger.c.seq >= first, ledger.c.seq < end)
        return list(self.conn.scalars(wanted.order_by(ledger.c.seq.desc()).limit(_CHUNK)))

    def _readable(self, numbers: Collection[int]) -> list[Shown]:
        rows = load(self.conn, numbers)[::-1]
        self.audience.learn(str(row[4]) for row in rows)
        readable = [row for row in rows if self.audience.may_read(str(row[4]), parsed(row) or {})]
        problems = problems_of(self.conn, readable)
        found = []
        for row in readable:
            state = state_of(row)
            found.append(Shown(row, state, parsed(row) if state == "shown" else None, problems[row[0]]))
        return found


class _Remembered:
    """May this key be counted? Asked once for each origin and labels."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, key: Key) -> bool:
        at = key.origin, key.labels
        if at not in self._known:
            labels = [label for label in key.labels.split(",") if label]
            self._known[at] = self._audience.may_count(Origin.of_text(key.origin), labels)
        return self._known[at]


def by(found: Mapping[Key, int], group: Callable[[Key], K]) -> dict[K, int]:
    """Counts added up by what `group` says of their keys, in that order."""
    sums: dict[K, int] = defaultdict(int)
    for key, count in found.items():
        sums[group(key)] += count
    return dict(sorted(sums.items(), key=lambda item: str(item[0])))


def people(found: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """`[{"name", "count"}]`, most first."""
    sums: Counter[str] = Counter()
    for name, count in found:
        sums[name] += count
    return [{"name": name, "count": count} for name, count in sorted(sums.items(), key=lambda item: (-item[1], item[0]))]


def service_of(key: Key) -> str:
    """The services that a count is about, in words."""
    origin = Origin.of_text(key.origin)
    if origin.incident is not None:
        return origin.incident.service or "no service"
    return ", ".join(origin.services) or "no service"


def entry(shown: Shown, *names: str) -> dict[str, Any]:
    """What is listed of every entry, and these of its payload."""
    said = shown.to_json()
    head = {name: said[name] for name in ("seq", "at", "actor", "kind", "subject", "run", "verifies")}
    payload = shown.payload or {}
    return head | {name: payload.get(name) for name in names}
