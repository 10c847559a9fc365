"""Errors on their way into a task's log."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import Conflict, Denied, ReadFailed
from include.store.database import Store
from plugins.operators.base import airflow_errors
from plugins.operators.collect_evidence import CollectEvidenceOperator
from plugins.operators.observe_target import ObserveTargetOperator

CANARY = "canary-4711"


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (Conflict, AirflowSkipException),
        (Denied, AirflowFailException),
        (ReadFailed, AirflowException),
        (ValueError, AirflowException),
    ],
)
def test_only_what_may_be_retried_is_retried(error: type[Exception], becomes: type[Exception]) -> None:
    with pytest.raises(AirflowException) as raised, airflow_errors():
        raise error("x", next_step="y") if error is not ValueError else error("x")
    assert type(raised.value) is becomes


def test_h12_an_unexpected_error_tells_its_kind_and_place_and_nothing_it_was_about() -> None:
    with pytest.raises(AirflowException) as raised, airflow_errors():
        raise ValueError(f"about {CANARY}") from KeyError(CANARY)
    shown = "".join(line for line in traceback.format_exception(raised.value) if "raise " not in line)
    assert CANARY not in shown
    assert "ValueError at test_base.py:" in str(raised.value)


def test_h12_the_stores_own_errors_quote_no_parameters(store: Store) -> None:
    with pytest.raises(DBAPIError) as raised, store.begin() as conn:
        conn.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": CANARY})
    assert CANARY not in str(raised.value)


@pytest.mark.filterwarnings("ignore:Task .mapped. was never mapped")
@pytest.mark.parametrize("operator", [CollectEvidenceOperator, ObserveTargetOperator])
def test_an_operator_that_is_mapped_has_airflows_own_defaults(operator: Any) -> None:
    """A class mixed in before BaseOperator makes Airflow take the defaults of the signature: inlets None, and no task starts."""
    kwargs = operator.partial(task_id="mapped").kwargs
    assert (kwargs["inlets"], kwargs["outlets"], kwargs["executor_config"]) == ([], [], {})
