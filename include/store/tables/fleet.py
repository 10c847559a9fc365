"""Counts of what the ledger says, by day; and which of Airflow's own records have been entered."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from include.store.schema import Sequence, metadata

tally = Table(
    "tally",
    metadata,
    Column("kind", String(64), primary_key=True),  # of the ledger, or one of ours that stands for a part of an entry
    Column("day", String(10), primary_key=True),  # UTC
    Column("actor", Text, primary_key=True),
    Column("origin", Text, primary_key=True),  # include/store/origins.py: what decides who may count it
    Column("labels", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("detail", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Made of the ledger by `include/store/tallies.py`, and no evidence."""

tally_head = Table(
    "tally_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("seq", Sequence, nullable=False),  # the last entry that is counted
)

hand_mark = Table(
    "hand_mark",
    metadata,
    Column("mark", String(220), primary_key=True),  # of the record in Airflow's audit log
    Column("at", String(32), nullable=False),  # as Airflow has it
)
"""Which of Airflow's records of tasks that were marked by hand have their entry in the ledger."""
