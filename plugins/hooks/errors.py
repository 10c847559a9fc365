"""Holdpoint's errors as Airflow's, for operators and sensors."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from include.contracts.errors import Conflict, HoldpointError


@contextmanager
def airflow_errors() -> Iterator[None]:
    """Another run has it: skipped; may be retried: failed; else failed for good."""
    try:
        yield
    except Conflict as error:
        raise AirflowSkipException(str(error)) from None
    except HoldpointError as error:
        # `from None`: a chained traceback could carry content into the log.
        if error.retryable:
            raise AirflowException(f"{error.code}: {error}") from None
        raise AirflowFailException(f"{error.code}: {error}") from None
    except AirflowException:
        raise
    except Exception as error:  # a driver's or a model's message quotes what it choked on
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        raise AirflowException(f"unexpected: {type(error).__name__} at {where}; the words are left out of the log") from None
