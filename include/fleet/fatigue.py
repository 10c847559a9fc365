"""Approval fatigue: who votes how often, how fast, and whether anything is ever refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from include.fleet.answer import Answer, Bar, Column, Table, chart
from include.fleet.asking import Asking, by, entry
from include.fleet.numbers import percentile, seconds_in
from include.fleet.weeks import week_of_key
from include.store.tallies import Key

VOTED, READ = "vote.cast", "vote.read"
FEW = 5  # votes, below which nothing is remarked: a person who voted once has approved all
SECONDS = 15  # a page that holds a plan, its undo and its callouts is not read in less
_COLUMNS = (
    Column("person", "Person"),
    Column("votes", "Votes", "number"),
    Column("busiest", "Most in a week", "number"),
    Column("approved", "Approved", "share"),
    Column("median_wait_s", "Median from proposal", "seconds"),
    Column("median_read_s", "Median before the page", "seconds"),
)
_WEEKS = (Column("week", "Week"), Column("person", "Person"), Column("votes", "Votes", "number"))


def fatigue(asking: Asking, *, before: int | None = None) -> Answer:
    """Votes by person and week; the time from the proposal, and from when the page was made for the voter, to the vote."""
    found = asking.counts(VOTED, READ)
    votes = {key: count for key, count in found.items() if key.kind == VOTED}
    people = sorted({key.actor for key in votes})
    rows = [_row(person, {key: count for key, count in found.items() if key.actor == person}) for person in people]
    never = sum(1 for row in rows if row["approved"] == 100)
    bars = [Bar(str(row["person"]), _approved_and_not(votes, str(row["person"]))) for row in rows]
    sums = by(votes, lambda key: (week_of_key(key), key.actor))
    weekly = [{"week": week, "person": person, "votes": count} for (week, person), count in sorted(sums.items())]
    share = f"{never} of {len(rows)} voters have never rejected a hold in this period." if rows else ""
    return asking.answer(
        "fatigue",
        "Do people still decide, or do they only click?",
        chart=chart("Votes, by person", ("approved", "rejected"), bars),
        tables=(
            Table(
                "Voters",
                _COLUMNS,
                tuple(rows),
                "Nobody has voted on a hold that you may read.",
                "Times to two significant digits.",
            ),
            Table("Votes a week", _WEEKS, tuple(weekly), "Nobody has voted on a hold that you may read."),
        ),
        remarks=tuple(filter(None, (share, *_remarks(rows)))),
        listed=asking.listed((VOTED,), lambda shown: entry(shown, "decision", "environment"), before=before),
    )


def _row(person: str, found: Mapping[Key, int]) -> dict[str, Any]:
    votes = {key: count for key, count in found.items() if key.kind == VOTED}
    total = sum(votes.values())
    return {
        "person": person,
        "votes": total,
        "busiest": max(by(votes, week_of_key).values()),
        "approved": round(100 * sum(count for key, count in votes.items() if key.name == "approve") / total),
        "median_wait_s": percentile(seconds_in(found, VOTED), 50),
        "median_read_s": percentile(seconds_in(found, READ), 50),
    }


def _approved_and_not(votes: Mapping[Key, int], person: str) -> tuple[int, int]:
    own = [(key.name == "approve", count) for key, count in votes.items() if key.actor == person]
    return sum(count for approved, count in own if approved), sum(count for approved, count in own if not approved)


def _remarks(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        read = row["median_read_s"]
        if row["votes"] >= FEW and row["approved"] == 100 and read is not None and read <= SECONDS:
            yield (
                f"{row['person']} has approved all {row['votes']} holds, half of them within {read} s before the page:"
                " talk about whether these holds need a person, or the person needs fewer of them."
            )
