"""The dashboard, the rules and the scrape example ask for metrics that there are; `tests/stack` runs them."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from include.contracts.alert import Severity
from include.contracts.hold import HoldState
from include.telemetry.metrics import KINDS, METRICS
from tests.deploy.compose import REPOSITORY, services

FOLDER = REPOSITORY / "deploy/observability"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
RULES = [rule for group in yaml.safe_load((FOLDER / "holdpoint.rules.yaml").read_text())["groups"] for rule in group["rules"]]
SCRAPE = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())
LABELS = {metric.name: {*metric.labels, "job"} for metric in METRICS}
VALUES = {"kind": set(KINDS), "state": {state.value for state in HoldState}, "severity": {level.value for level in Severity}}
VALUES["process"] = {"api"}

TARGET = {
    "type": "object",
    "required": ["refId", "expr", "datasource"],
    "properties": {"refId": {"type": "string", "pattern": "^[A-Z]$"}, "expr": {"type": "string", "minLength": 1}},
}
PANEL = {
    "type": "object",
    "required": ["id", "type", "title", "datasource", "gridPos", "targets", "fieldConfig", "options"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "type": {"enum": ["stat", "timeseries"]},
        "title": {"type": "string", "minLength": 1},
        "gridPos": {
            "type": "object",
            "required": ["x", "y", "w", "h"],
            "properties": {
                "x": {"type": "integer", "minimum": 0, "maximum": 23},
                "y": {"type": "integer", "minimum": 0},
                "w": {"type": "integer", "minimum": 1, "maximum": 24},
                "h": {"type": "integer", "minimum": 1},
            },
        },
        "targets": {"type": "array", "minItems": 1, "items": TARGET},
        "fieldConfig": {"type": "object", "required": ["defaults", "overrides"]},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["title", "uid", "schemaVersion", "panels", "templating", "time"],
    "properties": {
        "uid": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "panels": {"type": "array", "minItems": 1, "items": PANEL},
    },
}


def queries() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]] + [rule["expr"] for rule in RULES]


def test_the_dashboard_has_the_form_that_grafana_loads() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(DASHBOARD)
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    assert "id" not in DASHBOARD, "Grafana gives it one; another's would overwrite"
    for panel in DASHBOARD["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    for one, other in itertools.combinations([panel["gridPos"] for panel in DASHBOARD["panels"]], 2):
        apart_x = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        apart_y = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart_x or apart_y, (one, other)
    assert {variable["name"] for variable in DASHBOARD["templating"]["list"]} == {"datasource", "job"}


@pytest.mark.parametrize("query", queries())
def test_every_metric_label_and_value_that_is_queried_is_one_that_there_is(query: str) -> None:
    found = re.findall(r"(holdpoint_\w+|\bup\b)(?:\{([^}]*)\})?", query)
    assert found, query
    for name, matchers in found:
        assert name == "up" or name in LABELS, name
        for label, operator, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', matchers):
            assert label in LABELS.get(name, {"job"}), (name, label)
            if label in VALUES:
                known = VALUES[label]
                assert all(any(re.fullmatch(part, each) for each in known) for part in value.split("|")), (label, operator, value)


def test_every_metric_is_looked_at() -> None:
    """What no panel and no rule asks for, nobody sees."""
    text = " ".join(queries())
    assert [metric.name for metric in METRICS if not re.search(rf"\b{metric.name}\b", text)] == []


def test_each_rule_says_how_bad_it_is_and_what_to_do() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "next_step"}
        for command in re.findall(r"\./holdpoint (\w+)", rule["annotations"]["next_step"]):
            assert (REPOSITORY / f"include/commands/{command}.py").exists(), command
    tested = (REPOSITORY / "tests/deploy/observability.test.yaml").read_text()
    assert [name for name in names if tested.count(f"alertname: {name}") < 2] == []


def test_the_scrape_example_asks_where_we_answer_and_with_the_token() -> None:
    (job,) = SCRAPE["scrape_configs"]
    assert (job["job_name"], job["metrics_path"], job["scheme"]) == ("holdpoint", "/holdpoint/metrics", "https")
    assert list(job["authorization"]) == ["credentials_file"]
    assert [(FOLDER / name).exists() for name in SCRAPE["rule_files"]] == [True]
    given = services()["api-core"]["environment"]["HOLDPOINT_METRICS_TOKEN_FILE"]
    assert given == "/run/secrets/metrics_token"
    assert [name for name, service in services().items() if "metrics_token" in service.get("secrets", [])] == ["api-core"]
