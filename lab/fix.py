"""The lab's fix as people would make it: the configuration is put right, a restart is proposed, and somebody else decides.

The proposal and the votes go through `./holdpoint`, as on anybody's machine; to vote for anybody takes their key.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.contracts.errors import Denied, ReadFailed
from lab import repositories
from lab.airflow import KEEP, ROOT, LocalAirflow
from lab.estate import Estate
from lab.layout import ENVIRONMENT
from lab.people import People

REQUESTER, OWNER = "maya", "tomas"
DENIED = 4  # the exit status of Denied and its kin


@dataclass(frozen=True)
class Desk:
    """Where people sit: the command line with the estate's catalogue, store and keys."""

    folder: Path
    airflow: LocalAirflow
    people: People

    def holdpoint(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`./holdpoint …`; whatever it answers."""
        environment = {key: value for key, value in os.environ.items() if key in KEEP}
        environment |= {key: value for key, value in self.airflow.environment().items() if key.startswith("HOLDPOINT_")}
        return subprocess.run(
            [str(ROOT / "holdpoint"), *arguments], env=environment, capture_output=True, text=True, check=False, cwd=self.folder
        )

    def answer(self, *arguments: str) -> Any:
        """Its JSON.

        :raises ReadFailed: it failed
        """
        done = self.holdpoint(*arguments, "--json")
        if done.returncode != 0:
            raise ReadFailed(f"./holdpoint {arguments[0]} failed: {done.stderr.strip()}", next_step="read what it says")
        return json.loads(done.stdout)

    def key(self, person: str) -> str:
        return str(self.people.key_file(person))


def shell(airflow: LocalAirflow) -> str:
    """What to set for `./holdpoint` to find this lab, as a shell reads it."""
    wanted = ("HOLDPOINT_STORE", "HOLDPOINT_CONFIG", "HOLDPOINT_OVERLAY", "HOLDPOINT_TRUST", "HOLDPOINT_CONSOLE_URL")
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in airflow.environment().items() if name in wanted)


def put_right(estate: Estate, service: str) -> str:
    """Commit the configuration from before the newest deployment; the running process still has the bad one. The tag."""
    repository = estate.layout.repository(service)
    before = repositories.previous(repository)
    done = repositories.deploy(repository, before, message="Put the configuration of before back", author=repositories.MARA)
    return done.tag


def request_change(desk: Desk, service: str, incident: str, tag: str) -> str:
    """The requester's notes, handed in; the change request's id."""
    file = desk.folder / "notes.md"
    file.write_text(_NOTES.format(service=service, incident=incident, tag=tag), encoding="utf-8")
    asked = desk.answer("change", "request", str(file), "--environment", ENVIRONMENT, "--as", REQUESTER)
    return str(asked["change"])


_NOTES = """# Restart {service} so that it reads its corrected configuration

Type: normal change
Purpose: {service} was deployed with a port of payments on which nothing listens ({incident}). The configuration is put right
in its repository ({tag}); the running process still has the old one.
Affected systems: {service}
Impact: orders fail for a few seconds more, while the process starts. They fail now.
Technician: Maya Okafor
Reviewer: Tomás Lindqvist

## Steps

1. Check that {tag} is the newest tag of the repository
2. Restart the process {service}

## Rollback

If more than half of the orders still fail two minutes after the restart, deploy the tag before {tag} and restart {service} again.

## Validation

`curl http://{service}/healthz` answers 200, and the error share of {service} is below 1 % for two minutes.
"""


def propose_restart(desk: Desk, estate: Estate, service: str, incident: str, evidence: Sequence[str]) -> str:
    """The requester's plan, from what supervisor says now; the hold's id."""
    process = estate.supervisor.programs()[service]
    step = {
        "tool": "restart_service",
        "service": service,
        "params": {"process": service},
        "observed": {
            "state": process["statename"],
            "pid": process["pid"],
            "since": datetime.fromtimestamp(process["start"], tz=UTC).isoformat(),
        },
        "observed_at": datetime.now(UTC).isoformat(),
    }
    wanted = {
        "environment": ENVIRONMENT,
        "title": f"Restart {service} so that it reads its corrected configuration",
        "reason": "It was deployed with a port of payments on which nothing listens. The configuration is put right in its"
        " repository; the running process still has the old one.",
        "incident": incident,
        "evidence": list(evidence),
        "steps": [step],
    }
    file = desk.folder / "plan.json"
    file.write_text(json.dumps(wanted, indent=2))
    return str(desk.answer("plans", "propose", str(file), "--key", desk.key(REQUESTER), "--yes")["hold"])


def vote(desk: Desk, hold: str, person: str) -> subprocess.CompletedProcess[str]:
    """Approve with that person's key what `holds show` shows them, every risk acknowledged."""
    shown = desk.answer("holds", "show", hold, "--as", person)
    callouts = [word for callout in shown["view"]["callouts"] for word in ("--acknowledge", callout["id"])]
    return desk.holdpoint("holds", "approve", hold, "--key", desk.key(person), "--view", shown["view_digest"], *callouts)


def require_refused(done: subprocess.CompletedProcess[str]) -> str:
    """What the refusal said; Denied where there was none: then the demonstration has shown a fault of ours."""
    if done.returncode != DENIED:
        raise Denied("The requester's own vote was not refused.", next_step="do not use this; tell who maintains Holdpoint")
    return done.stderr.strip()
