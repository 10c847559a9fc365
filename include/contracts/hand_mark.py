"""A task, or a whole run, that somebody asked Airflow to mark as successful, as its audit log has it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Contract, Line

Name = Annotated[Line, Field(max_length=250)]


class HandMark(Contract):
    """`record` is the log's own number, `event` its kind; `task` None: the whole run. Airflow logs what is asked for."""

    record: Annotated[int, Field(ge=0)]
    event: Name
    at: AwareDatetime
    account: Name
    dag: Name
    run: Name
    task: Name | None = None
    map_index: int | None = None
