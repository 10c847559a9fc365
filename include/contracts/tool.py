"""The tool contract: what a tool is, what it may touch, how long it may take, who owns it.

Four classes and no fifth. A contract that lacks an owner, a timeout or strict models does not load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from include.contracts.base import Contract, Line, Slug, clean_text
from include.contracts.errors import ConfigError


class ToolClass(StrEnum):
    READ = "read"
    DRAFT = "draft"
    LOW_IMPACT_WRITE = "low_impact_write"
    PRODUCTION_WRITE = "production_write"


class Output(Contract):
    """Base of every read's output: renders itself as text, one observation a line, so that it can be cited."""

    def lines(self) -> Iterable[str]:
        """The output as text lines; each line stands for itself when quoted."""
        raise NotImplementedError

    def text_lines(self) -> list[str]:
        """`lines()` as evidence keeps them: safe to store, and without breaks of their own, so that line n is observation n."""
        return [" ⏎ ".join(clean_text(line).splitlines()) for line in self.lines()]


class Retry(Contract):
    """How often a failed call is tried again, and the pause before each further try in seconds."""

    attempts: Annotated[int, Field(ge=1, le=5)]
    delay_s: Annotated[int, Field(ge=0, le=300)]


class ToolContract(Contract):
    """One tool.

    `conn_id` is the only Airflow connection the tool may use; it never comes from a run's conf, an alert or a model.
    `label` is the classification of what it returns at the least; a service's own may raise it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Slug
    version: Annotated[int, Field(ge=1)]
    tool_class: Annotated[ToolClass, Field(strict=False)]  # written as its value in the contract files
    summary: Line
    owner: Slug  # a role of the catalogue; raci.yaml names the accountable person
    input_model: type[Contract]
    output_model: type[Contract]
    system: Slug
    conn_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")] | None
    label: Slug
    timeout_s: Annotated[int, Field(ge=1, le=600)]
    retry: Retry
    # reads are safe; low-impact writes leave a mark they recognise; none: a repeat is a second effect, so there is no repeat
    idempotency: Literal["safe", "mark", "key", "none"]
    callouts: tuple[Line, ...] = ()

    @field_validator("input_model", "output_model")
    @classmethod
    def _strict(cls, model: type[Contract]) -> type[Contract]:
        config = model.model_config
        if config.get("extra") != "forbid" or not config.get("strict"):
            raise ValueError(f"{model.__name__} is not strict: it must derive from Contract, with extra='forbid' and strict=True")
        return model

    @model_validator(mode="after")
    def _class_fits(self) -> ToolContract:
        if self.tool_class is ToolClass.READ:
            if not issubclass(self.output_model, Output):
                raise ValueError("output_model of a read must derive from Output, or its answer could not be cited")
            if self.idempotency != "safe":
                raise ValueError("idempotency of a read is 'safe'")
        elif self.tool_class is ToolClass.PRODUCTION_WRITE:
            if type(self) is ToolContract:
                raise ValueError("tool_class: a production_write needs a ProductionContract (include/contracts/production.py)")
            if self.idempotency == "safe":
                raise ValueError("idempotency of a production_write is 'key', 'mark' or 'none'")
        elif self.idempotency not in {"mark", "key"}:
            raise ValueError("idempotency of a write is 'mark' or 'key'")
        return self


Kind = TypeVar("Kind", bound=ToolContract)


def load_contract(fields: Mapping[str, Any]) -> ToolContract:
    """Build a contract from its fields; ConfigError names each field that is missing or wrong, and of which tool."""
    return load_as(ToolContract, fields)


def load_as(kind: type[Kind], fields: Mapping[str, Any]) -> Kind:
    """`load_contract`, of another kind of contract."""
    try:
        return kind(**fields)
    except ValidationError as error:
        name = fields.get("name", "<unnamed>")
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'contract'}: {e['msg']}" for e in error.errors())
        raise ConfigError(
            f"Tool contract {name!r} does not load: {problems}.",
            next_step=f"correct these fields in include/contracts/tools/ for {name!r}, then run ./holdpoint contracts check",
        ) from error
