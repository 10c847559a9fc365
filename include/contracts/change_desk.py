"""Where draft change requests are filed: a row of `change_desks.yaml`, and what an account there must not be able to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from include.contracts.base import Contract, Line, Slug
from include.contracts.catalogue import Days, Stars

Power = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,99}$")]  # a role of ServiceNow, a permission of Jira

# What lets an account decide, and so is refused. Roles as installed with Change Management; permissions as Jira Cloud names them.
REFUSED: Mapping[str, Mapping[str, str]] = {
    "servicenow": {
        "admin": "may do anything, approve included",
        "security_admin": "may give itself any role",
        "user_admin": "may give itself roles",
        "impersonator": "may act as an approver",
        "change_manager": "approves changes and overrides their states",
        "sn_change_admin": "may change how changes are approved",
        "sn_change_cab.cab_manager": "decides for the CAB",
        "approver_user": "may answer approvals",
        "business_stakeholder": "may answer approvals",
        "itil_admin": "processes changes through all states",
        "itil": "processes changes: may request approval and move states, and answer approvals",
        "sn_change_write": "writes every field of a change, its state too",
    },
    "jira": {
        "ADMINISTER": "may do anything in the site",
        "ADMINISTER_PROJECTS": "may change the project's workflow, people and permissions",
        "TRANSITION_ISSUES": "may move an issue to any status, approved included",
    },
    "embedded": {},
}
# Too much for any reason; what else is refused a desk may tolerate, with a reason.
NEVER = frozenset(
    {"admin", "security_admin", "user_admin", "impersonator", "change_manager", "sn_change_admin", "approver_user", "ADMINISTER"}
)


class AcceptUnprobed(Contract):
    """Somebody's reviewed decision to file with an account whose powers the system does not show."""

    accepted_by: Slug
    reason: Line
    reviewed: date
    review_interval_days: Days


class ChangeDesk(Contract):
    """The first row that covers all of a draft's services and its environment takes it.

    `clears`: classifications that may be written there. `project` and `issue_type` are Jira's; `table` is ServiceNow's; `queue`
    the embedded desk's. `draft_status` is where a draft stands until people take it over: ServiceNow's number of a state, Jira's
    name of a status (without one: any of the category To Do).
    """

    name: Slug
    owner: Slug
    kind: Literal["servicenow", "jira", "embedded"]
    services: Stars
    environments: Stars
    clears: Annotated[tuple[Slug, ...], Field(min_length=1)]
    conn_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")] | None = None
    table: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")] = "change_request"
    project: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,254}$")] | None = None
    issue_type: Annotated[str, StringConstraints(pattern=r"^[^\n\"\\]{1,60}$")] = "Change"
    queue: Slug = "changes"
    draft_status: Annotated[str, StringConstraints(pattern=r"^[^\n\"\\]{1,60}$")] | None = None
    service_management: bool = False  # Jira: the project is one of Jira Service Management, whose approvals are looked at too
    refuses: dict[Power, Line] = Field(default_factory=dict)
    tolerates: dict[Power, Line] = Field(default_factory=dict)
    accept_unprobed: AcceptUnprobed | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> ChangeDesk:
        if (self.kind == "embedded") is not (self.conn_id is None):
            raise ValueError("conn_id: a servicenow or jira desk needs one, the embedded one has none")
        if (self.kind == "jira") is not (self.project is not None):
            raise ValueError("project: a jira desk needs one, others have none")
        if too_much := sorted(NEVER & set(self.tolerates)):
            raise ValueError(f"tolerates: {', '.join(too_much)} can approve or take any power; give the account less")
        return self

    @property
    def refused(self) -> dict[str, str]:
        """Roles or permissions that the account must not have, each with why."""
        return {name: why for name, why in {**REFUSED[self.kind], **self.refuses}.items() if name not in self.tolerates}
