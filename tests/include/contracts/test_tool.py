"""A tool contract without an owner, a timeout or strict models does not load, and the error says which field of which."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from include.contracts.errors import ConfigError, HoldpointError, NotFound
from include.contracts.reads import ServiceInput
from include.contracts.tool import ToolClass, load_contract
from include.contracts.tools import TOOLS, tool
from include.contracts.tools.get_service_status import ServiceStatus
from include.contracts.writes import BriefInput, Done

READ: dict[str, Any] = {
    "name": "probe",
    "version": 1,
    "tool_class": "read",
    "summary": "A probe",
    "owner": "sre",
    "input_model": ServiceInput,
    "output_model": ServiceStatus,
    "system": "probe",
    "conn_id": "holdpoint_probe",
    "label": "internal",
    "timeout_s": 10,
    "retry": {"attempts": 1, "delay_s": 0},
    "idempotency": "safe",
}


class Loose(ServiceInput):
    model_config = ConfigDict(extra="allow")


class Lax(ServiceInput):
    model_config = ConfigDict(strict=False)


class Foreign(BaseModel):
    service: str


def test_a_whole_contract_loads() -> None:
    assert load_contract(READ).name == "probe"


@pytest.mark.parametrize("field", sorted(READ))
def test_h13_a_contract_without_a_field_does_not_load(field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_contract({key: value for key, value in READ.items() if key != field})
    assert field in caught.value.message
    assert ("'probe'" in caught.value.message) == (field != "name")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner", ""),
        ("timeout_s", 0),
        ("timeout_s", 601),
        ("timeout_s", 10.0),
        ("tool_class", "anything"),
        ("input_model", Loose),
        ("input_model", Lax),
        ("input_model", Foreign),
        ("output_model", Done),  # not an Output: its answer could not be cited
        ("idempotency", "mark"),
        ("idempotency", "none"),
        ("conn_id", "UPPER; DROP"),
        ("retry", {"attempts": 0, "delay_s": 0}),
        ("surplus", 1),
    ],
)
def test_a_contract_with_a_wrong_field_does_not_load(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match="'probe'"):
        load_contract(READ | {field: value})


def test_a_write_is_never_safe_to_repeat_by_itself() -> None:
    write = READ | {"tool_class": "low_impact_write", "input_model": BriefInput, "output_model": Done}
    for wrong in ("safe", "none"):
        with pytest.raises(ConfigError, match="idempotency"):
            load_contract(write | {"idempotency": wrong})
    assert load_contract(write | {"idempotency": "mark"})


def test_h01_a_plain_contract_cannot_change_production_and_there_is_no_guess_at_a_name() -> None:
    production = [name for name, contract in TOOLS.items() if contract.tool_class is ToolClass.PRODUCTION_WRITE]
    assert production == ["restart_service"]
    with pytest.raises(ConfigError, match="ProductionContract"):
        load_contract(READ | {"tool_class": "production_write", "idempotency": "none"})
    with pytest.raises(NotFound):
        tool("query_log")


def test_errors_survive_the_way_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(ConfigError("a", next_step="b")))
    assert isinstance(error, HoldpointError)
    assert error.diagnostics() == {"code": "config", "message": "a", "next_step": "b"}
