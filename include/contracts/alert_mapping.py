"""A mapping file: how one monitoring system's JSON becomes canonical alerts, as data (`catalogue/alert_sources/<name>.yaml`).

Every expression is JMESPath (https://jmespath.org/specification.html), evaluated on one alert: the payload itself, or each
element that `each` yields. With `each`, the whole payload is reachable as `_post`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from include.contracts.alert import Severity
from include.contracts.base import Contract, Line, Slug

Expression = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class TimeFormat(StrEnum):
    """How a time is written. `epoch` tells seconds, milliseconds, microseconds and nanoseconds apart by magnitude."""

    RFC3339 = "rfc3339"
    EPOCH = "epoch"
    EPOCH_S = "epoch_s"
    EPOCH_MS = "epoch_ms"
    EPOCH_NS = "epoch_ns"


class Rule(Contract):
    """Where a value is found. In a file a plain string is short for `{from: <expression>}`; the loader writes it out.

    An expression that yields false counts as stating nothing, so that `condition && value` can be written.
    """

    expression: Annotated[Expression, Field(alias="from")]


class TextRule(Rule):
    """A text; `values` replaces whole values, compared without regard to case."""

    values: dict[Word, Line] = Field(default_factory=dict)


class TimeRule(Rule):
    """A time. `without_zone: utc` is for vendors whose documentation says that a bare time is UTC; else it is refused."""

    format: TimeFormat = TimeFormat.RFC3339
    without_zone: Literal["refuse", "utc"] = "refuse"


class SeverityRule(Rule):
    """The source's word for severity; `values` comes before the built-in table, the source's own row before both."""

    values: dict[Word, Severity] = Field(default_factory=dict)


class StatusRule(Rule):
    """Which words mean firing and which resolved; `no_alert` words are events that change nothing.

    `missing` and `unknown` say what an absent or unlisted word counts as; unset, the post is unreadable, which pages.
    """

    firing: tuple[Word, ...]
    resolved: tuple[Word, ...] = ()
    no_alert: tuple[Word, ...] = ()
    missing: Literal["firing"] | None = None
    unknown: Literal["firing"] | None = None

    @model_validator(mode="after")
    def _no_word_twice(self) -> StatusRule:
        words = [word.casefold() for word in (*self.firing, *self.resolved, *self.no_alert)]
        if len(words) != len(set(words)):
            raise ValueError("a status word stands in more than one list")
        return self


class MappedFields(Contract):
    """One rule a field of the canonical alert.

    `identity` yields a text, a number, or a list of them whose first is required. `labels` yields an object, `tags` a list
    or a comma-separated text of `name:value`; both become labels. `links` yields one URL or a list.
    """

    identity: Rule
    status: StatusRule
    title: TextRule
    severity: SeverityRule | None = None
    service: TextRule | None = None
    environment: TextRule | None = None
    description: TextRule | None = None
    started_at: TimeRule | None = None
    ended_at: TimeRule | None = None
    sent_at: TimeRule | None = None  # when the post was made, for the check of the sender's clock
    owner: TextRule | None = None
    links: Rule | None = None
    labels: Rule | None = None
    tags: Rule | None = None


class AlertMapping(Contract):
    """One file. `accepts`, when given, must be true of the payload, or the post is of another format and unreadable.

    `no_alert`, when true of the payload, marks a post that carries no alert, such as a test of the connection.
    """

    name: Slug
    title: Line
    documentation: Line  # where the vendor describes the format
    accepts: Expression | None = None
    no_alert: Expression | None = None
    each: Expression | None = None
    fields: MappedFields
