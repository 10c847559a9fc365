"""One read: check the grant again, ask, redact, keep. What it says goes into the store; the task gets an id."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import HoldpointError
from include.contracts.evidence import ReadRequest
from include.contracts.tool import Output, ToolContract
from include.contracts.tools import tool
from include.evidence.build import build_evidence
from include.policy.permit import Target, require
from include.store import ledger, reads
from include.store.database import Store, day, new_id, now
from include.store.redacted_model import redact_model
from include.store.times import from_text
from include.telemetry.spans import note, stage
from include.telemetry.stages import COLLECT
from include.triage.begin import require_claim


@dataclass(frozen=True)
class Answer:
    """What a read gave, and where it was read, for people."""

    output: Output
    place: str


# Given the contract, the validated input and the principal: the answer, or ReadFailed.
Reader = Callable[[ToolContract, Any, str], Answer]


@stage(COLLECT)
def collect(store: Store, catalogue: Catalogue, *, read_id: str, run: str, reader: Reader) -> str:
    """Make one planned read and keep its evidence. Returns the evidence's id.

    :raises Denied: the grant is gone; a retry changes nothing
    :raises ReadFailed: the system did not answer; the failure is on record
    """
    with store.read() as conn:
        row = reads.get(conn, read_id)
        incident = require_claim(conn, row["incident_id"], row["briefing"], run)
        today = day(conn)
    request = reads.request_of(row)
    note(incident=incident.id, briefing=row["briefing"], tool=request.tool, label=row["label"])
    contract = tool(request.tool)
    try:
        service, environment = request.params.get("service"), request.params.get("environment")
        target = Target(str(service), str(environment), row["label"])
        grant = require(catalogue, row["principal"], contract.name, target, today=today)
        query = contract.input_model.model_validate_json(json.dumps(request.params))
        answer = reader(contract, query, row["principal"])
        answer = Answer(redact_model(answer.output), answer.place)  # before rendering: citations are positions in what is kept
    except HoldpointError as error:
        _failed(store, read_id, incident.id, row["principal"], run, request, error)
        raise
    return _keep(store, read_id, incident.id, row, run, request, answer, grant.grant or "")


def _failed(
    store: Store, read_id: str, incident_id: str, principal: str, run: str, request: ReadRequest, error: HoldpointError
) -> None:
    with store.begin() as conn:
        ledger.lock(conn)
        reads.failed(conn, read_id, f"{error.code}: {error.message}")
        payload = {"read": read_id, **request.to_json(), "error": error.code}
        ledger.append(conn, actor=principal, kind="tool.failed", subject=incident_id, run=run, payload=payload)


def _keep(
    store: Store,
    read_id: str,
    incident_id: str,
    row: RowMapping,
    run: str,
    request: ReadRequest,
    answer: Answer,
    grant: str,
) -> str:
    with store.read() as conn:
        at = from_text(now(conn))
    evidence = build_evidence(
        id=new_id("ev"),
        request=request,
        principal=row["principal"],
        label=row["label"],
        place=answer.place,
        output=answer.output,
        collected_at=at,
    )
    with store.begin() as conn:
        ledger.lock(conn)
        reads.answered(conn, read_id, evidence, incident_id)
        payload = {
            "read": read_id,
            **request.to_json(),
            "grant": grant,
            "evidence": evidence.id,
            "label": evidence.label,
            "digest": evidence.digest,
            "characters": len(evidence.text),
        }
        ledger.append(conn, actor=row["principal"], kind="tool.called", subject=incident_id, run=run, payload=payload)
    note(evidence=evidence.id, characters=len(evidence.text))
    return evidence.id
