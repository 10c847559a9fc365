"""The catalogue's models: who and what exists, who owns it, who may read what. One YAML file each, strict.

A row without an owner does not load; the loader (`include/catalogue/loader.py`) says which field of which.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from include.contracts.base import Contract, Line, Plain, Principal, Slug

Star = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9][a-z0-9_.-]{0,62})$")]
Stars = Annotated[tuple[Star, ...], Field(min_length=1)]
TimeZone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]
Days = Annotated[int, Field(ge=1, le=1_095)]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254), Plain]


class ClassificationLevel(Contract):
    """A label for what may be read. Higher rank: fewer readers."""

    name: Slug
    rank: Annotated[int, Field(ge=0, le=1_000)]
    meaning: Line
    owner: Slug


class Account(Contract):
    """A person's account in another system; the immutable id, not a display name, where there is one."""

    system: Slug
    id: Line


class SshKey(Contract):
    """A key that counts without an enrolment: whoever reviews the catalogue vouches for it. A lab key names the lab only."""

    public: Line  # an OpenSSH public key line, ssh-ed25519
    environments: Stars


class Person(Contract):
    name: Slug
    full_name: Line
    email: EmailAddress
    time_zone: TimeZone
    roles: tuple[Slug, ...] = ()
    accounts: tuple[Account, ...] = ()
    ssh_keys: tuple[SshKey, ...] = ()


class Service(Contract):
    """A service. `systems` maps a system's name to where the service is found in it, e.g. `logs: {files: [...]}`."""

    name: Slug
    title: Line
    owner: Slug
    on_call: Slug  # a rota
    escalation: Slug  # a chain
    environments: Annotated[tuple[Slug, ...], Field(min_length=1)]
    depends_on: tuple[Slug, ...] = ()
    tier: Annotated[int, Field(ge=1, le=4)]
    classification: Slug
    change_role: Slug | None = None  # who holds this role may release changes of it; without one nobody may
    reviewed: date
    review_interval_days: Days
    systems: dict[Slug, dict[Slug, JsonValue]] = Field(default_factory=dict)


class Shift(Contract):
    """One person on call from `start` (inclusive) to `end` (exclusive)."""

    person: Slug
    start: AwareDatetime
    end: AwareDatetime


class Rota(Contract):
    """A static rota: explicit shifts first, then a rotation of fixed length from `rotation_start` on, else the fallback."""

    name: Slug
    owner: Slug
    fallback: Slug
    shifts: tuple[Shift, ...] = ()
    rotation: tuple[Slug, ...] = ()
    rotation_start: AwareDatetime | None = None
    rotation_days: Days = 7


class EscalationLevel(Contract):
    """Whom to tell, how, and how long to wait for a delivery to succeed before the next level."""

    tell: Line  # a person's slug, or "rota:<name>"
    channel: Slug
    after_minutes: Annotated[int, Field(ge=0, le=1_440)]


class EscalationChain(Contract):
    name: Slug
    owner: Slug
    levels: Annotated[tuple[EscalationLevel, ...], Field(min_length=1)]


class RaciKind(StrEnum):
    WORKFLOW = "workflow"
    TOOL = "tool"
    RUNBOOK = "runbook"
    CREDENTIAL = "credential"
    AGENT_CAUSED_INCIDENTS = "agent_caused_incidents"
    AUDIT_REVIEW = "audit_review"


class RaciRow(Contract):
    """Responsible, accountable (exactly one person), consulted, informed; reviewed on a clock. `name: "*"` covers the kind."""

    kind: RaciKind
    name: Star
    responsible: Slug
    accountable: Slug
    consulted: tuple[Slug, ...] = ()
    informed: tuple[Slug, ...] = ()
    reviewed: date
    review_interval_days: Days


class Grant(Contract):
    """A positive rule (H2): these principals or roles may use these tools on these services, up to these labels.

    There is no rule of the form "deny if": what no grant allows is denied.
    """

    name: Slug
    owner: Slug
    principals: tuple[Principal, ...] = ()
    roles: tuple[Slug, ...] = ()
    tools: Stars
    services: Stars
    environments: Stars
    classifications: Annotated[tuple[Slug, ...], Field(min_length=1)]
    expires: date | None = None
    reviewed: date
    review_interval_days: Days


class ApprovalRule(Contract):
    """How plans of these risks in these environments are released. What no rule covers cannot be proposed (H2)."""

    name: Slug
    owner: Slug
    environments: Stars
    risks: Annotated[tuple[Literal["low", "medium", "high"], ...], Field(min_length=1)]
    approvals: Annotated[int, Field(ge=1, le=10)]
    approve_within_minutes: Annotated[int, Field(ge=1, le=43_200)]
    execute_within_minutes: Annotated[int, Field(ge=1, le=43_200)]  # after the approval's limit
    outside_sources: tuple[Slug, ...] = ()  # approval_sources.yaml: records that may stand for one vote
    reviewed: date
    review_interval_days: Days


class ApprovalSource(Contract):
    """A system whose approvals may stand for a vote where a rule names it; the writer fetches the record again, itself."""

    name: Slug
    owner: Slug
    kind: Literal["servicenow"]
    conn_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    account_system: Slug  # the `system` of people's accounts that hold its immutable ids
    max_age_minutes: Annotated[int, Field(ge=1, le=43_200)] = 1_440


class Freeze(Contract):
    """No step runs in [start, end) on these services, but with a positive exception: a plan of that `risk` or below."""

    name: Slug
    owner: Slug
    services: Stars
    environments: Stars
    start: AwareDatetime
    end: AwareDatetime
    allows: Literal["none", "low", "medium"] = "none"
    reason: Line


class SourceAuth(Contract):
    """How a source proves itself. The secret's *location* stands here (an environment variable or a file), never the secret."""

    kind: Literal["bearer", "hmac_sha256", "pagerduty_v3", "sns"]
    secret_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")] | None = None
    secret_file: Line | None = None
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")] | None = None  # hmac: where the hex MAC is
    prefix: Annotated[str, StringConstraints(max_length=20)] = ""  # hmac: e.g. "sha256="
    topics: tuple[Line, ...] = ()  # sns: topic ARNs accepted


class AlertSource(Contract):
    """A sender of alerts, bound to the services and environments it may speak about (H11)."""

    name: Slug
    owner: Slug
    parser: Slug  # a parser of include/alerts/parsers, or a mapping of catalogue/alert_sources
    auth: SourceAuth
    services: Stars
    environments: Annotated[tuple[Slug, ...], Field(min_length=1)]
    default_environment: Slug | None = None  # where its payloads do not say
    severities: dict[Line, Literal["critical", "high", "warning", "info"]] = Field(default_factory=dict)  # its own words
    clock_tolerance_minutes: Annotated[int, Field(ge=1, le=10_080)] = 1_440


class Channel(Contract):
    """A way to reach people: `log` and `file` always work; `smtp` and `webhook` (Slack-compatible) need a connection."""

    name: Slug
    owner: Slug
    kind: Literal["log", "file", "smtp", "webhook"]
    conn_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")] | None = None
    clears: Annotated[tuple[Slug, ...], Field(min_length=1)]  # classifications that may be written to it


class Settings(Contract):
    """The workflows' numbers. All times in minutes unless the name says otherwise."""

    time_zone: TimeZone
    storm_new_incidents_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 10
    quiet_minutes: Annotated[int, Field(ge=1, le=1_440)] = 30
    incident_max_age_minutes: Annotated[int, Field(ge=5, le=43_200)] = 1_440
    dispatch_claim_seconds: Annotated[int, Field(ge=5, le=3_600)] = 120
    statement_minutes: Annotated[int, Field(ge=1, le=60)] = 10  # how long a page may be read before its vote is too old
    key_steward_role: Slug = "security"  # may witness others' keys, and revoke them and people
    emergency_minutes: Annotated[int, Field(ge=5, le=1_440)] = 60  # how long a declared emergency may be executed
    emergency_review_days: Annotated[int, Field(ge=1, le=30)] = 3  # until when the review is due
    emergency_review_role: Slug = "auditor"  # may review emergencies, beside who may release changes of the services
    emergency_same_person: bool = False  # True: who declares an emergency may also be the one who votes on it
    brief_deadline_minutes: Annotated[int, Field(ge=1, le=1_440)] = 15
    evidence_window_minutes: Annotated[int, Field(ge=1, le=1_440)] = 60
    baseline_hours: Annotated[int, Field(ge=1, le=168)] = 6
    change_risk_points: dict[Slug, Annotated[int, Field(ge=-4, le=4)]] = Field(default_factory=dict)  # by reason
    max_body_bytes: Annotated[int, Field(ge=1_024, le=64_000_000)] = 5_000_000
    max_alerts_per_post: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    max_json_depth: Annotated[int, Field(ge=4, le=200)] = 32
