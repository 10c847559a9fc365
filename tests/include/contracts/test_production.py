"""A production tool that lacks an owner, a guard, an undo, an expectation … does not load, and the error says which."""

from __future__ import annotations

from typing import Any

import pytest

from include.contracts.base import Contract
from include.contracts.errors import ConfigError, NotFound
from include.contracts.production import ProductionContract, load_production
from include.contracts.tools import TOOLS, production_tool
from include.contracts.tools.restart_service import CONTRACT

FIELDS: dict[str, Any] = {name: getattr(CONTRACT, name) for name in ProductionContract.model_fields if name != "callouts"} | {
    "retry": {"attempts": 1, "delay_s": 0}
}


class Nothing(Contract):
    """A guard that guards nothing."""


def test_a_whole_contract_loads() -> None:
    assert load_production(FIELDS).name == "restart_service"


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_h13_a_production_contract_without_a_field_does_not_load(field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_production({key: value for key, value in FIELDS.items() if key != field})
    assert f"{field}: Field required" in caught.value.message
    assert ("'restart_service'" in caught.value.message) == (field != "name")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("owner", "", "owner"),
        ("undo", None, "undo"),
        ("undo", "start it again", "undo"),
        ("guard_model", Nothing, "guard_model names no field"),
        ("guard_model", dict, "guard_model"),
        ("environments", (), "environments"),
        ("environments", ["lab"], "environments"),
        ("concurrency", "exactly-once", "concurrency"),
        ("risk", "none", "risk"),
        ("max_effect_s", 59, "max_effect_s is shorter than timeout_s"),
        ("max_effect_s", 120.0, "max_effect_s"),
        ("tool_class", "read", "ProductionContract|read must derive from Output"),
        ("conn_id", "holdpoint_supervisor", "conn_id"),
        ("retry", {"attempts": 2, "delay_s": 0}, "retry.attempts"),
        ("idempotency", "safe", "idempotency"),
        ("surplus", 1, "surplus"),
    ],
)
def test_a_production_contract_with_a_wrong_field_does_not_load(field: str, value: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_production(FIELDS | {field: value})


def test_h01_only_production_tools_answer_as_such() -> None:
    assert production_tool("restart_service") is TOOLS["restart_service"]
    for name in ("query_logs", "open_ticket", "restart_everything", "", "*"):
        with pytest.raises(NotFound, match="no tool that changes production"):
            production_tool(name)
