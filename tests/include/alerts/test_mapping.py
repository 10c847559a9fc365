from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from include.alerts.mapping import SHIPPED, compile_mapping, find_mapping, mapping_names
from include.alerts.registry import find_parser, parser_names
from include.contracts.errors import ConfigError

MINIMAL: dict[str, Any] = {
    "name": "mine",
    "title": "My monitor",
    "documentation": "https://monitor.example/docs",
    "fields": {"identity": "id", "status": {"from": "state", "firing": ["up"]}, "title": "name"},
}


def problem(**changes: Any) -> str:
    raw = {**MINIMAL, **changes}
    with pytest.raises(ConfigError) as caught:
        compile_mapping(raw, Path("mine.yaml"))
    assert "mine.yaml" in caught.value.message
    return caught.value.message


def with_field(**fields: Any) -> dict[str, Any]:
    return {"fields": {**MINIMAL["fields"], **fields}}


def test_the_shipped_mappings_load() -> None:
    assert set(mapping_names()) >= {"datadog", "newrelic", "opsgenie", "sentry", "azure_monitor", "generic"}
    for name in mapping_names():
        assert find_mapping(name) is not None


def test_every_shipped_file_has_a_payload_fixture() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "alerts"
    assert {path.stem for path in SHIPPED.glob("*.yaml")} <= {folder.name for folder in fixtures.iterdir()}


def test_a_minimal_mapping_loads() -> None:
    assert compile_mapping(MINIMAL, Path("mine.yaml")).mapping.fields.title.expression == "name"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fields": {"identity": "id", "title": "x"}}, "fields.status"),
        ({"fields": {}}, "fields.identity"),
        ({"surplus": 1}, "surplus"),
        ({"each": 5}, "each"),
        ({"name": "other"}, "name"),
        ({"name": "Not A Slug"}, "name"),
        ({"title": ""}, "title"),
        (with_field(servce="x"), "fields.servce"),
        (with_field(service="a b"), "fields.service"),
        (with_field(service=""), "fields.service.from"),
        (with_field(service="a[" * 3), "fields.service"),
        (with_field(service="x" * 1_001), "fields.service.from"),
        (with_field(service="(" * 900 + "a" + ")" * 90), "fields.service"),
        (with_field(service="!" * 999 + "a"), "fields.service"),
        (with_field(service="shell('id')"), "fields.service"),
        (with_field(service="items[?open(@)]"), "fields.service"),
        (with_field(service="{a: [b, eval(c)]}"), "fields.service"),
        (with_field(service="join(',')"), "fields.service"),
        (with_field(service="length(a, b)"), "fields.service"),
        (with_field(service=["a"]), "fields.service"),
        (with_field(service={"from": "a", "else": "b"}), "fields.service.else"),
        (with_field(severity={"from": "a", "values": {"x": "loud"}}), "fields.severity.values.x"),
        (with_field(started_at={"from": "a", "format": "unix"}), "fields.started_at.format"),
        (with_field(status={"from": "a", "firing": ["x"], "resolved": ["X"]}), "fields.status"),
        (with_field(status="state"), "fields.status.firing"),
        ({"accepts": "nope("}, "accepts"),
        ({"no_alert": "@@"}, "no_alert"),
    ],
)
def test_what_is_wrong_does_not_load_and_the_error_says_where(changes: dict[str, Any], field: str) -> None:
    assert field in problem(**changes)


@pytest.mark.parametrize("raw", [None, [], "x", 5, {"fields": []}])
def test_a_file_of_another_shape_does_not_load(raw: Any) -> None:
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        compile_mapping(raw, Path("mine.yaml"))


def test_adding_a_monitoring_system_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Any, sources: Any) -> None:
    folder = tmp_path / "alert_sources"
    folder.mkdir()
    (folder / "mine.yaml").write_text(yaml.safe_dump(MINIMAL))
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(tmp_path))
    assert "mine" in parser_names()
    alerts = read("generic", {"id": 7, "state": "UP", "name": "It broke"}, source_row={"parser": "mine"})
    assert [alert.title for alert in alerts] == ["It broke"]


def test_a_mapping_beside_the_configuration_comes_first_and_an_edit_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "alert_sources"
    folder.mkdir()
    file = folder / "generic.yaml"
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(tmp_path))
    shipped = find_mapping("generic")
    assert shipped is not None
    for title in ("First", "The second"):
        file.write_text(yaml.safe_dump({**MINIMAL, "name": "generic", "title": title}))
        found = find_mapping("generic")
        assert found is not None
        assert found.mapping.title == title


def test_an_unknown_parser_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no alert parser 'nagios'") as caught:
        find_parser("nagios")
    assert "alertmanager" in caught.value.next_step
    assert "alert_sources/nagios.yaml" in caught.value.next_step


@pytest.mark.parametrize("name", ["../example/people", "..", "a/b", "", "x\x00y"])
def test_a_name_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(ConfigError):
        find_parser(name)
