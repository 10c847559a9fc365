"""Standard and emergency changes for tests, on top of `tests/votes_kit.py`.

standing = Standing(ground)
template = standing.filed()                    # signed by tomas and priya
hold = standing.claim(template)                # by maya; approved, as it fits
incident = standing.incident("shop-orders")    # opened by an alert
standing.declare(hold, "priya", incident)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from include.contracts.alert import Severity
from include.contracts.errors import Refused
from include.contracts.hold import Hold
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.contracts.plan import PlanRequest
from include.contracts.statement import Declaration, Endorsement, Review, Revocation, Revoked, Signed
from include.contracts.template import Template, TemplateRequest
from include.delivery.send import send
from include.holds import emergency, templates
from include.holds.digest import body_of, digest_of, read_statement
from include.store import incidents, ledger, statements
from include.store import templates as rows
from include.store.database import new_id
from tests.plans_kit import request
from tests.votes_kit import Ground

ACCEPTED = ("in-flight", "runs-already", "dependants", "already-true-1")


@dataclass
class Standing:
    """maya, tomas and priya hold the change role; ines reviews (role auditor, see `conftest.py`)."""

    ground: Ground

    # -- Templates -----------------------------------------------------------------------------------------------------

    def wanted(self, **fields: Any) -> TemplateRequest:
        tool = {
            "tool": "restart_service",
            "services": ["shop-orders"],
            "targets": ["supervisor:shop-orders"],
            "params": [{"name": "process", "values": ["shop-orders"]}],
            "undos": ["start"],
        } | fields.pop("tool", {})
        usual: dict[str, Any] = {
            "environment": "lab",
            "title": "Restart the order service",
            "reason": "Its pool is exhausted every other week; a restart is known to help.",
            "owner": "tomas",
            "tools": [tool],
            "max_steps": 1,
            "max_risk": "medium",
            "execute_within_minutes": 300,
            "max_uses_per_day": 2,
            "expires": (self.ground.now + timedelta(days=90)).isoformat(),
            "callouts": [{"id": name} for name in ACCEPTED],
        }
        return TemplateRequest.model_validate_json(json.dumps(usual | fields))

    def draft(self, **fields: Any) -> Template:
        return templates.draft(self.ground.kit.roots, self.wanted(**fields))

    def endorsement(self, template: Template, person: str, /, by: str | None = None, **fields: Any) -> Signed:
        said: dict[str, Any] = {
            **self.ground.kit.stated(person, self.ground.now),
            "template": template.id,
            "template_digest": digest_of(template),
            "environment": template.environment,
            "callouts": tuple(sorted(each.id for each in template.callouts)),
        }
        return self.ground.kit.sign(Endorsement(**said | fields), by)

    def sign(self, template: Template, person: str, **fields: Any) -> Template:
        return templates.endorse(
            self.ground.store, self.ground.kit.roots, body_of(template), self.endorsement(template, person, **fields)
        )

    def filed(self, *people: str, **fields: Any) -> Template:
        template = self.draft(**fields)
        for person in people or ("tomas", "priya"):
            self.sign(template, person)
        return template

    def put(self, template: Template, *people: str, entered: bool = True, **fields: Any) -> Template:
        """As a hand in the database files it, past everything that is asked, with signatures that the people really gave."""
        digest = digest_of(template)
        with self.ground.store.begin() as conn:
            ledger.lock(conn)
            said = {"template_digest": digest, "environment": template.environment, "services": list(template.services)}
            seq = (
                ledger.append(conn, actor="somebody", kind="template.filed", subject=template.id, payload=said) if entered else 1
            )
            rows.add(conn, rows.StoredTemplate(template.id, digest, template.environment, body_of(template), seq))
        for person in people or ("tomas", "priya"):
            self.put_signature(template, person, **fields)
        return template

    def put_signature(self, template: Template, person: str, by: str | None = None, **fields: Any) -> None:
        signed = self.endorsement(template, person, by, **fields)
        statement = read_statement(signed.statement)
        with self.ground.store.begin() as conn:
            ledger.lock(conn)
            statements.add(conn, statement, digest_of(statement), signed, "template.signed", template.id)

    def end(self, template: Template, person: str) -> None:
        said = {"what": Revoked.TEMPLATE, "subject": template.id, "reason": "It does not help any more."}
        signed = self.ground.kit.sign(Revocation(**self.ground.kit.stated(person, self.ground.now), **said))
        templates.revoke(self.ground.store, self.ground.kit.roots, signed)

    def claim(self, template: Template, wanted: PlanRequest | None = None, person: str = "maya", **fields: Any) -> Hold:
        plan = (wanted or request()).model_copy(update={"template": template.id})
        return self.ground.propose(plan, person, **fields)

    # -- Emergencies ---------------------------------------------------------------------------------------------------

    def incident(
        self, service: str | None = "shop-orders", *, entered: bool = True, umbrella: str | None = None, **fields: Any
    ) -> str:
        """An incident in the store, opened by an alert; `fields` say otherwise."""
        usual: dict[str, Any] = {
            "id": new_id("inc"),
            "key": new_id("test"),
            "generation": 1,
            "kind": IncidentKind.ALERT,
            "status": IncidentStatus.OPEN,
            "source": "alertmanager",
            "principal": "incident_triage@service",
            "service": service,
            "environment": "lab",
            "severity": Severity.CRITICAL,
            "title": "Orders fail",
            "owner": "tomas",
            "opened_at": self.ground.now,
            "started_at": self.ground.now,
        }
        found = Incident(**usual | fields)
        with self.ground.store.begin() as conn:
            ledger.lock(conn)
            incidents.add(conn, found, umbrella_id=umbrella)
            if entered:
                ledger.append(
                    conn, actor="source:alertmanager", kind="incident.opened", subject=found.id, payload={"source": "x"}
                )
        return found.id

    def close(self, incident: str) -> None:
        with self.ground.store.begin() as conn:
            incidents.change(conn, incident, status=IncidentStatus.RESOLVED.value)

    def declaration(self, hold: Hold, person: str, incident: str, /, by: str | None = None, **fields: Any) -> Signed:
        said: dict[str, Any] = {
            **self.ground.kit.stated(person, self.ground.now),
            "hold": hold.id,
            "environment": hold.environment,
            "plan_digest": hold.plan_digest,
            "incident": incident,
            "reason": "Orders are lost, and nobody else can be reached.",
        }
        return self.ground.kit.sign(Declaration(**said | fields), by)

    def declare(self, hold: Hold, person: str, incident: str, *, sent: bool = True, **fields: Any) -> tuple[str, ...]:
        """The pages' delivery ids."""
        signed = self.declaration(hold, person, incident, **fields)
        _, pages = emergency.declare(self.ground.store, self.ground.kit.roots, signed)
        if sent:
            self.send(pages)
        return pages

    def send(self, pages: tuple[str, ...]) -> None:
        for each in pages:
            assert send(self.ground.store, self.ground.kit.catalogue, each, _no_endpoint)

    def reviewed(self, hold: Hold, person: str, /, by: str | None = None, **fields: Any) -> Signed:
        said: dict[str, Any] = {
            **self.ground.kit.stated(person, self.ground.now),
            "hold": hold.id,
            "environment": hold.environment,
            "plan_digest": hold.plan_digest,
            "finding": "justified",
            "reason": "The pool was exhausted, as the incident says.",
        }
        return self.ground.kit.sign(Review(**said | fields), by)

    def review(self, hold: Hold, person: str = "ines", **fields: Any) -> None:
        emergency.review(self.ground.store, self.ground.kit.roots, self.reviewed(hold, person, **fields))

    def urgent(self, **fields: Any) -> Hold:
        """Proposed by maya, declared by priya, approved by tomas, ready to be consumed."""
        hold = self.ground.propose(**fields)
        self.declare(hold, "priya", self.incident())
        return self.ground.approve(hold, "tomas")

    def refused(self, rule: str, work: Any) -> Refused:
        with pytest.raises(Refused) as refusal:
            work()
        assert refusal.value.rule == rule, refusal.value
        return refusal.value


def _no_endpoint(conn_id: str) -> Any:
    raise AssertionError(conn_id)
