"""docs/alerts.md says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from include.alerts.build import LONG_FIRING
from include.alerts.mapping import compile_mapping
from include.alerts.registry import parser_names
from include.alerts.severity import TABLE
from include.alerts.unreadable import Reason
from include.catalogue.strict_yaml import load_yaml
from include.contracts.alert_mapping import MappedFields, TimeFormat

TEXT = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_mapping_loads_and_shows_every_field() -> None:
    (example,) = blocks("yaml")
    compiled = compile_mapping(load_yaml(example.encode(), "acme.yaml"), Path("acme.yaml"))
    unused = {name for name in MappedFields.model_fields if getattr(compiled.mapping.fields, name) is None}
    assert unused == set()
    assert all(style.value in example for style in TimeFormat)


def test_the_generic_example_parses(read: Any) -> None:
    example = json.loads(blocks("json")[1])
    (alert,) = read("generic", example)
    assert (alert.service, alert.severity.value, alert.notes) == ("shop-payments", "high", ())


def test_the_datadog_template_is_what_the_fixtures_hold(payload: Any) -> None:
    template = json.loads(blocks("json")[0])
    assert template.keys() == payload("datadog/triggered").keys() == payload("datadog/warn").keys()


def test_the_severity_table_is_complete() -> None:
    rows = re.findall(r"^  \| (critical|high|warning|info) \| (.+) \|$", TEXT, re.MULTILINE)
    stated = {word: severity for severity, words in rows for word in words.split(", ")}
    assert stated == {word: found.value for word, found in TABLE.items() if "-" not in word}


def test_every_reason_and_every_parser_is_explained() -> None:
    assert [reason.value for reason in Reason if f"`{reason.value}`" not in TEXT] == []
    assert [name for name in parser_names() if f"`{name}`" not in TEXT] == []


def test_the_times_are_the_codes() -> None:
    assert LONG_FIRING.days == 7
    assert "seven\ndays" in TEXT
