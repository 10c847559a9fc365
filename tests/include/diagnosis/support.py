"""Evidence made to order for analysers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from include.contracts.diagnosis import Diagnosis
from include.contracts.evidence import Evidence, ReadRequest
from include.contracts.tools import TOOLS
from include.diagnosis.analyse import ANALYSERS, analyse
from include.diagnosis.board import Board
from include.diagnosis.case import Case, CatalogueFacts
from include.evidence.build import build_evidence
from tests.fixtures.recorded.scenarios import T0
from tests.include.drafting.test_extractive_properties import incident

GRAPH = CatalogueFacts({"shop-frontend": ("shop-orders",), "shop-orders": ("shop-payments",), "shop-payments": ()})


def evidence_of(records: list[dict[str, Any]]) -> list[Evidence]:
    """Recorded lines as evidence, `e1` and on."""
    found = []
    for number, item in enumerate(records, 1):
        output = TOOLS[item["tool"]].output_model.model_validate_json(json.dumps(item["output"]))
        found.append(
            build_evidence(
                id=f"e{number}",
                request=ReadRequest(tool=item["tool"], params=item["params"]),
                principal="incident_triage@service",
                label="internal",
                place="somewhere",
                output=output,  # type: ignore[arg-type]
                collected_at=T0,
            )
        )
    return found


def diagnose(records: list[dict[str, Any]], service: str = "shop-orders", started_at: datetime = T0) -> Diagnosis:
    item = incident().model_copy(update={"service": service, "started_at": started_at})
    return analyse(item, evidence_of(records), GRAPH)


def board(records: list[dict[str, Any]], service: str = "shop-orders") -> Board:
    item = incident().model_copy(update={"service": service})
    case = Case.of(item, evidence_of(records), GRAPH)
    return Board.of(case, [finding for analyser in ANALYSERS for finding in analyser.observe(case)])


def statements(found: Diagnosis) -> list[str]:
    return [cause.statement for cause in found.causes]
