"""The contract of a tool that changes production: everything an approver, the writer and the verification need to know.

A contract that lacks one of these does not load; there is no default that would allow more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from include.contracts.base import Contract, Digest, Slug
from include.contracts.catalogue import Service
from include.contracts.plan import Callout, Expectation, Risk, Undo
from include.contracts.tool import ToolClass, ToolContract, load_as

FUNCTIONS = frozenset({"target", "observe", "says", "undo", "expect", "call_out", "recognise"})


class ProductionContract(ToolContract):
    """A `production_write`.

    The functions are pure: from checked parameters (an instance of `input_model`) and the guard's fields as observed (an instance
    of `guard_model`, which the read tool `read_back` delivers; None where an earlier step leaves them) to what the plan says.
    They give callouts their ids and expectations their values; `already_true` and what concerns any tool (dependants, tier,
    a missing undo) is added where the plan is derived.
    """

    environments: Annotated[tuple[Slug, ...], Field(min_length=1)]  # it acts nowhere else, whatever a grant says
    risk: Annotated[Risk, Field(strict=False)]  # at the least
    max_effect_s: Annotated[int, Field(ge=1, le=86_400)]  # after that an unanswered effect has happened or will not
    concurrency: Literal["fenced", "conditional", "none"]
    read_back: Slug  # the read tool that observes guard and outcome, under another principal
    guard_model: type[Contract]
    target: Callable[[Any, Service], str]  # the canonical TargetId; raises BadInput for what it may not touch
    observe: Callable[[Any, Any], Contract]  # parameters, read_back's output -> guard_model
    says: Callable[[Any, str], str]  # parameters, the service's name
    undo: Callable[[Any, Any], Undo]
    expect: Callable[[Any, Any], tuple[Expectation, ...]]
    call_out: Callable[[Any, Any, Service], tuple[Callout, ...]]
    # One step of a change request, in people's words -> parameters, where it says exactly that; None: no words do.
    recognise: Callable[[str], dict[str, JsonValue] | None] | None

    @field_validator("guard_model")
    @classmethod
    def _guard_strict(cls, model: type[Contract]) -> type[Contract]:
        if not model.model_fields:
            raise ValueError("guard_model names no field: nothing would bind the effect to what was observed")
        return model

    @model_validator(mode="after")
    def _production(self) -> ProductionContract:
        if self.tool_class is not ToolClass.PRODUCTION_WRITE:
            raise ValueError("tool_class of a ProductionContract is 'production_write'")
        if self.conn_id is not None:
            raise ValueError("conn_id of a production_write is None: Airflow holds no credential that can change production")
        if self.retry.attempts != 1:
            raise ValueError("retry.attempts of a production_write is 1: what was sent once is never sent again blindly")
        if self.max_effect_s < self.timeout_s:
            raise ValueError("max_effect_s is shorter than timeout_s: an effect could outlast it")
        return self


def load_production(fields: Mapping[str, Any]) -> ProductionContract:
    """As `load_contract`: ConfigError names each field that is missing or wrong, and of which tool."""
    return load_as(ProductionContract, fields)


class ToolEntry(Contract):
    """A tool as the writer has it: the digest of its contract and of the code that makes the effect."""

    name: Slug
    version: Annotated[int, Field(ge=1)]
    digest: Digest


class ToolManifest(Contract):
    """What the writer of one environment can do: signed (DSSE, Ed25519) with a key that tasks do not have."""

    format: Literal["holdpoint.tools.v1"] = "holdpoint.tools.v1"
    environment: Slug
    tools: Annotated[tuple[ToolEntry, ...], Field(min_length=1)]
