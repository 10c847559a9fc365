from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError
from include.store.location import locate
from tests.deploy.compose import FILE, REPOSITORY, SECRETS, load, ours, services

AIRFLOW_KEYS = {"airflow_db_url", "fernet_key", "api_secret_key", "jwt_secret"}
RUNS_TASKS = {"worker", "reconcile", "cli", "audit", "erase"}


def against_the_schema(path: Path) -> subprocess.CompletedProcess[str]:
    """The official schema, as the pinned package check-jsonschema carries it; no network."""
    command = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_fits_the_compose_specification() -> None:
    checked = against_the_schema(FILE)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("    restart: unless-stopped", "    restarts: unless-stopped"),
        ("  data: {internal: true}", "  data: {internal: 5}"),
        ("condition: service_healthy", "condition: service_well"),
    ],
)
def test_the_schema_refuses_a_mistake(sound: str, broken: str, tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert sound in text
    path = tmp_path / "docker-compose.yaml"
    path.write_text(text.replace(sound, broken), encoding="utf-8")
    assert against_the_schema(path).returncode == 1


@pytest.mark.parametrize("name", services())
def test_a_service_is_watched_or_ends_by_itself(name: str) -> None:
    service = services()[name]
    assert ("healthcheck" in service) != (service["restart"] == "no"), name


@pytest.mark.parametrize("name", services())
def test_a_service_is_confined(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert not {"privileged", "pid", "ipc", "network_mode", "devices", "userns_mode"} & set(service)
    assert "docker.sock" not in str(service)


def test_only_postgres_starts_as_root() -> None:
    """And its image gives that up itself, which is what its five capabilities are for."""
    root = [name for name, service in services().items() if str(service.get("user", "root")).split(":")[0] in {"root", "0"}]
    assert root == ["postgres"]


def test_images_are_pinned_to_a_full_version() -> None:
    for name, service in services().items():
        tag = service["image"].rpartition(":")[2]
        assert re.match(r"\d+\.\d+", tag), f"{name}: {service['image']}"


def test_nothing_but_the_api_server_has_a_port_and_that_on_loopback() -> None:
    ports = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert ports == {"api-core": ["127.0.0.1:8080:8080"]}


def test_the_databases_and_the_execution_api_are_reached_from_inside_only() -> None:
    networks = load()["networks"]
    inside = {name for name, network in networks.items() if network.get("internal")}
    for name in ("postgres", "redis", "api-execution", "migrate", "scheduler", "dag-processor", "triggerer"):
        assert set(services()[name]["networks"]) <= inside, name


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_no_secret_is_written_down() -> None:
    suspicious = re.compile(r"(?i)(password|secret|token|_key|_conn|broker_url|result_backend)")
    for name, service in services().items():
        for key, value in service.get("environment", {}).items():
            if suspicious.search(key):
                harmless = str(value).startswith(("/run/secrets/", "cat /run/secrets/"))
                assert harmless or key == "AIRFLOW__CORE__AUTH_MANAGER", f"{name}: {key}"
    assert not re.search(r"://[^\s/@:$]*:[^\s/@]+@", FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", services())
def test_a_service_has_the_secrets_that_it_reads_and_no_other(name: str) -> None:
    service = services()[name]
    given = set(service.get("secrets", []))
    read = {match for match in re.findall(r"/run/secrets/([a-z_]+)", str(service))}
    if name == "postgres":
        sql = (REPOSITORY / "deploy/postgres/10-databases.sql").read_text(encoding="utf-8")
        read |= set(re.findall(r"/run/secrets\}/([a-z_]+)", sql))
    assert given == read


def test_what_runs_tasks_has_neither_airflows_database_nor_its_keys() -> None:
    for name in RUNS_TASKS:
        assert not set(services()[name]["secrets"]) & AIRFLOW_KEYS, name


def test_the_owner_of_the_store_only_migrates() -> None:
    holders = {name for name, service in services().items() if "store_owner_url" in service.get("secrets", [])}
    assert holders == {"migrate"}
    assert services()["migrate"]["restart"] == "no"


def test_nothing_here_can_reach_production() -> None:
    """The writer, which will, is no service here, and no credential of its kind is handed to one that is."""
    assert not any("writer" in name for name in services())
    assert not any("writer" in name or "production" in name for name in load()["secrets"])


def test_a_start_past_the_entrypoint_finds_no_store_instead_of_an_empty_one() -> None:
    for name, service in ours().items():
        with pytest.raises(ConfigError):
            locate(service["environment"]["HOLDPOINT_STORE"])
        assert name  # the loop ran


# -- what it names exists ----------------------------------------------------------------------------------------------


def host_paths() -> list[tuple[str, str]]:
    found = []
    for name, service in services().items():
        found += [(name, volume.split(":")[0]) for volume in service.get("volumes", []) if volume.startswith((".", "/"))]
        found += [(name, "./" + path) for path in service.get("env_file", [])]
        if "build" in service:
            found.append((name, f"{service['build']['context']}/{service['build']['dockerfile']}"))
    return found + [("secrets", secret["file"]) for secret in load()["secrets"].values()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files that deploy/make-secrets.sh makes."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run(["sh", str(REPOSITORY / "deploy/make-secrets.sh"), str(folder)], check=True, capture_output=True)
    return {path.name for path in folder.iterdir()}


def test_every_path_is_in_the_repository_or_made_by_make_secrets(made: set[str]) -> None:
    assert len(host_paths()) > 20
    for name, path in host_paths():
        if path.startswith(SECRETS):
            assert path.removeprefix(SECRETS) in made, f"{name}: {path}"
        else:
            assert (REPOSITORY / path).exists(), f"{name}: {path}"


def test_make_secrets_makes_nothing_that_nobody_uses(made: set[str]) -> None:
    used = {path.removeprefix(SECRETS) for _, path in host_paths() if path.startswith(SECRETS)}
    assert made == used


def test_volumes_networks_and_secrets_are_declared_and_used() -> None:
    declared = load()
    for kind, named in {
        "networks": {name for service in services().values() for name in service["networks"]},
        "secrets": {name for service in services().values() for name in service.get("secrets", [])},
        "volumes": {
            volume.split(":")[0]
            for service in services().values()
            for volume in service.get("volumes", [])
            if volume[0] not in "./"
        },
    }.items():
        unused = set(declared[kind]) - named
        assert named <= set(declared[kind]), kind
        assert not unused, f"{kind}: {unused}"


@pytest.mark.parametrize("name", services())
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    service, known = services()[name], services()
    waits: dict[str, Any] = service.get("depends_on", {})
    assert set(waits) <= set(known)
    for other, how in waits.items():
        once = known[other]["restart"] == "no"
        assert how["condition"] == ("service_completed_successfully" if once else "service_healthy"), f"{name} on {other}"
    if name in ours() and name != "migrate":
        assert "migrate" in waits
