"""Approvals requested, granted, denied, in an emergency, and how long they took."""

from __future__ import annotations

from collections.abc import Mapping

from include.fleet.answer import Answer, Bar, Chart, Column, Table
from include.fleet.asking import Asking, by, entry, service_of
from include.fleet.numbers import percentile, seconds_in
from include.fleet.weeks import week_of_key, weeks_of
from include.store.tallies import Key

OUTCOMES: Mapping[str, str] = {
    "hold.proposed": "requested",
    "hold.approved": "granted",
    "hold.rejected": "denied",
    "emergency.used": "emergency",
    "template.used": "standard",
    "hold.expired": "expired",
    "hold.revoked": "revoked",
    "hold.superseded": "superseded",
}
"""A kind of the ledger -> the word for it. `emergency`: released by an emergency's declaration, without the plan's own quorum."""

_DECIDED = ("hold.approved", "hold.rejected")
_COLUMNS = (
    Column("outcome", "Outcome"),
    Column("count", "Holds", "number"),
    Column("median_s", "Median time to it", "seconds"),
    Column("p90_s", "90 % within", "seconds"),
)
_BY_SERVICE = (Column("service", "Services"), *(Column(word, word.capitalize(), "number") for word in OUTCOMES.values()))


def approvals(asking: Asking, *, before: int | None = None) -> Answer:
    """Holds by what became of them, from the proposal to the decision; by week and by what they touch."""
    found = asking.counts(*OUTCOMES)
    sums = by(found, lambda key: key.kind)
    rows = [_row(kind, word, sums.get(kind, 0), found) for kind, word in OUTCOMES.items()]
    decided = seconds_in(found, *_DECIDED)
    times = {"median_s": percentile(decided, 50), "p90_s": percentile(decided, 90)}
    rows.append({"outcome": "decided (granted or denied)", "count": sum(sums.get(kind, 0) for kind in _DECIDED), **times})
    weekly = by(found, lambda key: (week_of_key(key), key.kind))
    shown = ("hold.approved", "hold.rejected", "emergency.used", "hold.expired")
    bars = [Bar(week, tuple(weekly.get((week, kind), 0) for kind in shown)) for week in weeks_of(asking.period)]
    per_service = by(found, lambda key: (service_of(key), key.kind))
    services = sorted({name for name, _ in per_service})
    touched = [
        {"service": name, **{word: per_service.get((name, kind), 0) for kind, word in OUTCOMES.items()}} for name in services
    ]
    return asking.answer(
        "approvals",
        "Which approvals were requested, granted, denied, or given in an emergency, and how long did they take?",
        chart=Chart("What became of holds, by week", tuple(OUTCOMES[kind] for kind in shown), tuple(bars)),
        tables=(
            Table("Outcomes", _COLUMNS, tuple(rows), "", "Times run from the proposal, to two significant digits."),
            Table("By what they touch", _BY_SERVICE, tuple(touched), "No hold that you may read was decided."),
        ),
        listed=asking.listed(OUTCOMES, lambda shown: entry(shown, "risk", "template"), before=before),
    )


def _row(kind: str, word: str, count: int, found: Mapping[Key, int]) -> dict[str, str | int | None]:
    taken = seconds_in(found, kind)
    return {"outcome": word, "count": count, "median_s": percentile(taken, 50), "p90_s": percentile(taken, 90)}
