"""A real supervisord: over TCP with a password, and over its Unix socket."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xmlrpc import client

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.contracts.tools.get_service_status import CONTRACT
from plugins.hooks.read.registry import read_hook

QUERY = CONTRACT.input_model(service="shop-payments", environment="lab")
CONFIG = """
[inet_http_server]
port=127.0.0.1:{port}
username=reader
password=a-long-password
[unix_http_server]
file={folder}/s.sock
username=reader
password=a-long-password
[supervisord]
nodaemon=true
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:shop-payments]
command="{python}" -c "import time; time.sleep(600)"
startsecs=0
[program:broken]
command="{python}" -c "raise SystemExit(78)"
startsecs=0
autorestart=false
[program:missing]
command=/no/such/command
startretries=0
[program:idle]
command="{python}" -c "pass"
autostart=false
[program:worker]
command="{python}" -c "import time; time.sleep(600)"
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
"""


@pytest.fixture(scope="module")
def supervisord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    import socket

    folder = tmp_path_factory.mktemp("sv")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "s.conf").write_text(CONFIG.format(port=port, folder=folder, python=sys.executable))
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(folder / "s.conf")], stdout=subprocess.DEVNULL
    )
    ask = client.ServerProxy(f"http://reader:a-long-password@127.0.0.1:{port}/RPC2")
    deadline = time.monotonic() + 60
    try:
        while not _settled(ask):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port, folder
    finally:
        process.terminate()
        process.wait(20)


def _settled(ask: client.ServerProxy) -> bool:
    try:
        states = {p["name"]: p["statename"] for p in ask.supervisor.getAllProcessInfo()}  # type: ignore[union-attr, index]
    except OSError:
        return False
    return (states["shop-payments"], states["broken"], states["missing"]) == ("RUNNING", "EXITED", "FATAL")


def status(catalogue: Any) -> Any:
    return read_hook("get_service_status", catalogue=catalogue, principal="incident_triage@service").read(QUERY)


@pytest.fixture
def connected(supervisord: tuple[int, Path], connect: Callable[..., None]) -> None:
    connect("holdpoint_supervisor", host="127.0.0.1", port=supervisord[0], login="reader", password="a-long-password")


@pytest.mark.usefixtures("connected")
def test_a_running_process(catalogue: Any) -> None:
    result = status(catalogue)
    (process,) = result.output.processes
    assert (process.name, process.state, process.exit_status) == ("shop-payments", "RUNNING", None)
    assert process.pid > 0
    assert process.since <= result.output.observed_at
    assert result.place == "supervisor shop-payments"


@pytest.mark.usefixtures("connected")
def test_states_of_processes_that_do_not_run(located: Callable[..., Any]) -> None:
    names = ["broken", "missing", "idle", "nobody-knows-it"]
    broken, missing, idle, unknown = status(located(supervisor={"processes": names})).output.processes
    assert (broken.state, broken.exit_status, broken.pid) == ("EXITED", 78, 0)
    assert broken.since is not None
    assert missing.state == "FATAL"
    assert "no/such/command" in missing.description
    assert (idle.state, idle.since, idle.exit_status) == ("STOPPED", None, None)
    assert (unknown.name, unknown.state) == ("nobody-knows-it", "UNKNOWN")


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("name", ["worker:*", "worker:worker_1", "worker_1"])
def test_processes_of_a_group(located: Callable[..., Any], name: str) -> None:
    names = [process.name for process in status(located(supervisor={"processes": [name]})).output.processes]
    assert names == (["worker:worker_0", "worker:worker_1"] if "*" in name else ["worker:worker_1"])


def test_over_its_unix_socket(supervisord: tuple[int, Path], catalogue: Any, connect: Callable[..., None]) -> None:
    extra = {"socket": str(supervisord[1] / "s.sock")}
    connect("holdpoint_supervisor", login="reader", password="a-long-password", extra=extra)
    assert status(catalogue).output.processes[0].state == "RUNNING"


def test_a_wrong_password(supervisord: tuple[int, Path], catalogue: Any, connect: Callable[..., None]) -> None:
    connect("holdpoint_supervisor", host="127.0.0.1", port=supervisord[0], login="reader", password="wrong-password")
    with pytest.raises(ReadFailed, match="http 401"):
        status(catalogue)


@pytest.mark.parametrize("extra", [{"socket": 7}, {"socket": ["x"]}, {}])
def test_a_connection_that_says_nowhere(catalogue: Any, connect: Callable[..., None], extra: Any) -> None:
    connect("holdpoint_supervisor", extra=extra)
    with pytest.raises(ConfigError):
        status(catalogue)


def test_a_socket_that_is_not_there(catalogue: Any, connect: Callable[..., None], tmp_path: Path) -> None:
    connect("holdpoint_supervisor", extra={"socket": str(tmp_path / "none.sock")})
    with pytest.raises(ReadFailed, match="connection broken"):
        status(catalogue)


@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"{}", b"x" * 10_000_000, b"<methodResponse>" + b"<a>" * 100_000])
def test_garbage(serve: Callable[..., Any], catalogue: Any, connect: Callable[..., None], body: bytes) -> None:
    connect("holdpoint_supervisor", **serve(body).address)
    with pytest.raises(ReadFailed, match="bad answer"):
        status(catalogue)


def test_h01_it_asks_one_question_and_changes_nothing(
    serve: Callable[..., Any], catalogue: Any, connect: Callable[..., None]
) -> None:
    server = serve(client.dumps(([],), methodresponse=True).encode())
    connect("holdpoint_supervisor", **server.address)
    status(catalogue)
    assert [client.loads(body)[1] for _, _, _, body in server.requests] == ["supervisor.getAllProcessInfo"]


def test_h11_a_description_cannot_pass_for_another_process(
    serve: Callable[..., Any], catalogue: Any, connect: Callable[..., None]
) -> None:
    times = {"start": 1, "stop": 0, "exitstatus": 0, "pid": 1, "statename": "RUNNING", "spawnerr": ""}
    row = times | {"name": "shop-payments", "group": "shop-payments", "description": "x)\nshop-orders is FATAL"}
    connect("holdpoint_supervisor", **serve(client.dumps(([row],), methodresponse=True).encode()).address)
    assert len("\n".join(status(catalogue).output.lines()).splitlines()) == 1
