"""The estate's life: quick to start, healthy, reversible, and nothing of it left after the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest

from include.contracts.errors import ConfigError, Conflict, HoldpointError, NotFound
from lab.estate import Estate
from lab.layout import FRONTEND, ORDERS, PAYMENTS, PROGRAMS, SERVICES, write_json
from tests.lab.conftest import CANARY
from tests.lab.support import eventually


def processes(estate: Estate) -> list[str]:
    """The command lines of all processes that work in the estate's directory, of whatever session."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(entry / "cwd")) == estate.layout.root:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_all_programs_run_and_are_known_by_name(estate: Estate) -> None:
    states = eventually(
        lambda: {name: each["statename"] for name, each in estate.supervisor.programs().items()}, within=5, what="programs"
    )
    assert set(states) == set(PROGRAMS)
    eventually(lambda: estate.status()["programs"]["load"]["state"] == "RUNNING", within=5, what="RUNNING")
    assert len(processes(estate)) == len(PROGRAMS) + 1


def test_supervisord_says_no_warning(estate: Estate) -> None:
    log = Path(estate.facts()["supervisor"]["log"]).read_text(encoding="utf-8")
    assert "supervisord started" in log
    assert "CRIT" not in log
    assert estate.layout.output("supervisord").read_text(encoding="utf-8") == ""


def test_facts_are_written_and_private(estate: Estate) -> None:
    path = estate.layout.facts
    assert json.loads(path.read_text(encoding="utf-8")) == estate.facts() == Estate.open(estate.layout.root).facts()
    for secret in (path, estate.layout.supervisor_config):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    facts = estate.facts()
    assert facts["services"][FRONTEND]["depends_on"] == [ORDERS]
    assert facts["services"][ORDERS]["depends_on"] == [PAYMENTS]
    for service in facts["services"].values():
        assert Path(service["log"]).is_file()
        assert Path(service["repository"], ".git").is_dir()


def test_history_has_authors_dates_and_tags(estate: Estate) -> None:
    for service in SERVICES:
        repository = estate.facts()["services"][service]["repository"]
        command = ["git", "-C", repository, "log", "deploy-3", "--format=%an|%ae|%cn|%at"]
        commits = [line.split("|") for line in subprocess.check_output(command, text=True).splitlines()]
        assert len(commits) == 3
        assert all(address.endswith("@shop.example") and committer == "shop-deployer" for _, address, committer, _ in commits)
        ages = [time.time() - int(at) for *_, at in commits]
        assert ages == sorted(ages)
        assert ages[0] > 24 * 3600  # nothing that a fault could be blamed on
        kind = subprocess.check_output(["git", "-C", repository, "cat-file", "-t", "deploy-3"], text=True)
        assert kind.strip() == "tag"


def test_a_checkout_leaves_one_trace_through_all_services(estate: Estate) -> None:
    def traced() -> set[str]:
        return set.intersection(*(_traces(estate, service) for service in SERVICES)) - {""}

    assert eventually(traced, within=10, what="a trace in all three logs")


def _traces(estate: Estate, service: str) -> set[str]:
    lines = estate.layout.log(service).read_text(encoding="utf-8").splitlines()
    return {line["trace"] for line in map(json.loads, lines)}


def test_killed_service_is_started_again(estate: Estate) -> None:
    eventually(lambda: estate.status()["programs"][FRONTEND]["state"] == "RUNNING", within=5, what="RUNNING")
    pid = estate.supervisor.programs()[FRONTEND]["pid"]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: estate.supervisor.programs()[FRONTEND]["pid"] not in (0, pid), within=5, what="a new process")
    eventually(lambda: estate.health(FRONTEND) == "", within=5, what="health")


def test_running_estate_is_neither_started_twice_nor_overwritten(estate: Estate) -> None:
    with pytest.raises(Conflict, match="is running"):
        Estate.open(estate.layout.root).start()
    with pytest.raises(Conflict, match="is running"):
        Estate.create(estate.layout.root)
    assert estate.health(FRONTEND) == ""


def test_starts_fast_stops_whole_twice_in_a_row(tmp_path: Path) -> None:
    directory = tmp_path / "a lab; #1 100%"
    for _ in range(2):
        estate = Estate.create(directory)
        began = time.monotonic()
        estate.start()
        assert time.monotonic() - began < 5
        assert len(processes(estate)) >= len(PROGRAMS)
        Estate.open(directory).stop()  # as `down` does: another process than the one that started it
        estate.stop()
        assert processes(estate) == []
        assert not estate.is_running()
        assert json.loads(estate.layout.facts.read_text(encoding="utf-8"))["supervisor"]["pid"] is None


def test_killed_supervisord_leaves_nothing_behind(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / "lab")
    estate.start()
    os.kill(estate.facts()["supervisor"]["pid"], signal.SIGKILL)
    eventually(lambda: processes(estate) == [], within=15, what="orphans end by themselves")
    estate.stop()
    assert not estate.is_running()


def test_stop_never_touches_a_session_that_works_elsewhere(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / "lab")
    other = subprocess.Popen(["sleep", "30"], cwd=tmp_path, start_new_session=True)
    try:
        estate.facts()["supervisor"]["pid"] = other.pid  # the id was given out again after a crash
        write_json(estate.layout.facts, estate.facts())
        assert not Estate.open(estate.layout.root).is_running()
        Estate.open(estate.layout.root).stop(timeout=1)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_taken_port_names_the_log_and_leaves_nothing(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / "lab")
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", estate.facts()["services"][ORDERS]["port"]))
        with pytest.raises(HoldpointError, match=r"shop-orders does not start.*shop-orders\.out") as caught:
            estate.start()
    assert "cannot listen" in estate.layout.output(ORDERS).read_text(encoding="utf-8"), caught.value
    assert processes(estate) == []


def test_long_path_gets_a_short_socket_that_goes_with_it(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / ("d" * 100) / "lab")
    short = Path(estate.facts()["supervisor"]["socket"])
    assert len(str(short)) < 100
    estate.start()
    assert short.is_socket()
    estate.stop()
    assert not short.parent.exists()


def test_directory_with_other_things_is_refused_untouched(tmp_path: Path) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("months of work", encoding="utf-8")
    with pytest.raises(ConfigError, match="in use for something else"):
        Estate.create(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_half_created_estate_is_named_and_created_again(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / "lab")
    write_json(estate.layout.facts, {"state": "creating"})
    with pytest.raises(ConfigError, match="never finished"):
        Estate.open(estate.layout.root)
    assert "supervisor" in Estate.create(estate.layout.root).facts()


def test_garbage_facts_are_refused_with_the_path(tmp_path: Path) -> None:
    estate = Estate.create(tmp_path / "lab")
    for garbage in ("", "{", "[1]", "\x00"):
        estate.layout.facts.write_text(garbage, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"estate\.json"):
            Estate.open(estate.layout.root)


def test_no_estate_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no lab in"):
        Estate.open(tmp_path)


@pytest.mark.parametrize("url", ["ftp://host/x", "/path", "http://", "http://host:port/", "file:///etc/passwd", ""])
def test_address_that_cannot_be_posted_to_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not an address"):
        Estate.create(tmp_path / "lab", alert_url=url)
    assert not (tmp_path / "lab").exists()


def test_base_port_is_used_and_a_taken_one_refused(tmp_path: Path) -> None:
    base = Estate.create(tmp_path / "probe").facts()["services"][FRONTEND]["port"]
    facts = Estate.create(tmp_path / "lab", base_port=base).facts()
    assert [facts["services"][name]["port"] for name in SERVICES] == [base, base + 1, base + 2]
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", base + 1))
        squatter.listen()
        with pytest.raises(ConfigError, match=f"Port {base + 1} is in use"):
            Estate.create(tmp_path / "other", base_port=base)


def test_secrets_of_the_caller_do_not_reach_the_processes(estate: Estate) -> None:
    pids = [each["pid"] for each in estate.supervisor.programs().values() if each["pid"]]
    for pid in (*pids, estate.facts()["supervisor"]["pid"]):
        environment = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")
        assert "PYTHONPATH=" in environment
        assert CANARY not in environment
