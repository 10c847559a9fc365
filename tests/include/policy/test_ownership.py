"""A tool that nobody owns, or whose effect nobody could read, is a problem, said with its field."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from include.contracts.tools import TOOLS, production_tool
from include.policy.ownership import tool_problems

RESTART = production_tool("restart_service")


def without(catalogue: Any, table: str) -> Any:
    return dataclasses.replace(catalogue, tables={**catalogue.tables, table: ()})


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_every_tool_of_the_example_is_owned(catalogue: Any, name: str) -> None:
    assert tool_problems(catalogue, TOOLS[name]) == []


def test_h13_what_is_missing_is_named(catalogue: Any) -> None:
    (owner,) = tool_problems(catalogue, RESTART.model_copy(update={"owner": "nobody"}))
    assert owner == "tool restart_service: owner: nobody in people.yaml has the role 'nobody'"
    (row,) = tool_problems(without(catalogue, "raci"), RESTART)
    assert row == "tool restart_service: raci.yaml has no row {kind: tool, name: restart_service}"
    (label,) = tool_problems(catalogue, RESTART.model_copy(update={"label": "secret"}))
    assert "label: 'secret'" in label


@pytest.mark.parametrize("name", ["get_status", "open_ticket", "restart_service", ""])
def test_h07_what_changes_production_is_read_back_by_a_read(catalogue: Any, name: str) -> None:
    (problem,) = tool_problems(catalogue, RESTART.model_copy(update={"read_back": name}))
    assert f"read_back: {name!r} is no read tool" in problem
