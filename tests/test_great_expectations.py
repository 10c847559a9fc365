"""The packages that the environment is made for load together in one process, and Great Expectations checks real data in it.

In a process of its own: its import takes seconds, and it must not phone home.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.trees import ROOT

CODE = r"""
import json, sys

called = []
sys.addaudithook(lambda event, args: called.append(event) if event in {"socket.connect", "socket.getaddrinfo"} else None)

import airflow.sdk, airflow.providers.http.hooks.http, airflow.providers.standard.operators.empty
import great_expectations as gx, pandas, pydantic, pytest
import great_expectations.expectations as gxe

SUITE = gx.ExpectationSuite(
    name="samples",
    expectations=[
        gxe.ExpectColumnValuesToNotBeNull(column="service"),
        gxe.ExpectColumnValuesToBeInSet(column="service", value_set=["shop-orders", "shop-payments"]),
        gxe.ExpectColumnValuesToBeBetween(column="error_rate", min_value=0, max_value=1),
        gxe.ExpectColumnValuesToMatchRegex(column="at", regex=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$"),
    ],
)


def check(rows):
    context = gx.get_context(mode="ephemeral")
    batch = context.data_sources.add_pandas("recorded").add_dataframe_asset("samples").add_batch_definition_whole_dataframe("all")
    result = batch.get_batch({"dataframe": pandas.DataFrame(rows)}).validate(SUITE)
    return [found.expectation_config.type for found in result.results if not found.success]


print(json.dumps({"failed": [check(rows) for rows in json.load(sys.stdin)], "called": called}))
"""
GOOD = [
    {"service": "shop-orders", "at": "2026-11-20T10:00Z", "error_rate": 0.02},
    {"service": "shop-payments", "at": "2026-11-20T10:01Z", "error_rate": 1.0},
]
WRONG = {
    "expect_column_values_to_not_be_null": {"service": None},
    "expect_column_values_to_be_in_set": {"service": "shop-unknown"},
    "expect_column_values_to_be_between": {"error_rate": 1.5},
    "expect_column_values_to_match_regex": {"at": "yesterday"},
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home: Path = tmp_path_factory.mktemp("gx")
    samples = [GOOD, *([*GOOD, GOOD[0] | wrong] for wrong in WRONG.values())]
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AIRFLOW_HOME": str(home), "PYTHONPATH": str(ROOT)}
    env |= {"GX_ANALYTICS_ENABLED": "false", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", CODE],
        input=json.dumps(samples), env=env, cwd=home, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_good_samples_pass(checked: dict[str, Any]):
    assert checked["failed"][0] == []


@pytest.mark.parametrize(("number", "expectation"), [*enumerate(WRONG, 1)])
def test_a_wrong_sample_fails_its_expectation_and_no_other(checked: dict[str, Any], number: int, expectation: str):
    assert checked["failed"][number] == [expectation]


def test_it_calls_nobody(checked: dict[str, Any]):
    assert checked["called"] == []
