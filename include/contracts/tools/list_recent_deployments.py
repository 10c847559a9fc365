"""What was deployed to a service in a window: the commits of its deployment repository (git)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import Observed, WindowInput, stamp
from include.contracts.tool import Output, load_contract


class DeploymentQuery(WindowInput):
    max_deployments: Annotated[int, Field(ge=1, le=200)] = 20


class Deployment(Output):
    """`revision` is the abbreviated commit, `reference` its tag where it has one."""

    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{4,64}$")]
    reference: Line | None = None
    at: AwareDatetime
    author: Line
    subject: Observed
    files: Annotated[tuple[Line, ...], Field(max_length=50)] = ()


class Deployments(Output):
    deployments: Annotated[tuple[Deployment, ...], Field(max_length=200)]
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for d in self.deployments:
            reference = f" {d.reference}" if d.reference else ""
            files = f" [{', '.join(d.files)}]" if d.files else ""
            yield f"{stamp(d.at)} deploy {d.revision}{reference} by {d.author}: {' '.join(d.subject.split())}{files}"


CONTRACT = load_contract(
    {
        "name": "list_recent_deployments",
        "version": 1,
        "tool_class": "read",
        "summary": "Deployments of the service in a window of time, newest first",
        "owner": "release",
        "input_model": DeploymentQuery,
        "output_model": Deployments,
        "system": "deployments",
        "conn_id": "holdpoint_deployments",
        "label": "internal",
        "timeout_s": 20,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
