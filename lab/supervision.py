"""supervisord: its configuration, its XML-RPC interface, and the end of everything it started.

http://supervisord.org/configuration.html and http://supervisord.org/api.html
"""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contracts.errors import Conflict, ReadFailed
from lab.layout import Layout, write_text

_HERE = Path(__file__).resolve().parents[1]
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_RPC_TIMEOUT = 8.0  # seconds; stopping takes up to three
_NOT_RUNNING, _ALREADY_STARTED = 70, 60  # xmlrpc fault codes of supervisor


@dataclass(frozen=True)
class Access:
    """How to reach one supervisord: over loopback, and over a Unix socket for `supervisorctl`."""

    port: int
    user: str
    password: str
    socket: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def write_config(layout: Layout, access: Access, commands: Mapping[str, tuple[str, ...]]) -> None:
    """Write supervisord.conf: `commands` are module and arguments of each program, run in the lab's directory."""
    # Paths are relative and the interpreter comes from the environment, because " ;" and "%" in a value mean something here.
    user = ["user=root"] if os.geteuid() == 0 else []
    login = [f"username={access.user}", f"password={access.password}"]
    socket = access.socket.replace("%", "%%")
    lines = ["[supervisord]", "nodaemon=true", "identifier=holdpoint-lab", "pidfile=run/supervisord.pid", "minfds=256", *user]
    lines += ["logfile=logs/supervisord.log", "logfile_maxbytes=1MB", "logfile_backups=1", "childlogdir=logs", ""]
    lines += ["[unix_http_server]", f"file={socket}", "chmod=0700", *login, ""]
    lines += ["[inet_http_server]", f"port=127.0.0.1:{access.port}", *login, ""]
    lines += ["[rpcinterface:supervisor]", "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface", ""]
    lines += ["[supervisorctl]", f"serverurl={access.url}", *login, ""]
    for program, command in commands.items():
        lines += _program(program, command)
    write_text(layout.supervisor_config, "\n".join(lines), private=True)


def _program(name: str, command: tuple[str, ...]) -> list[str]:
    arguments = " ".join(shlex.quote(each) for each in command).replace("%", "%%")
    return [
        f"[program:{name}]",
        f'command="%(ENV_LAB_PYTHON)s" -P -m {arguments}',
        "autorestart=true",
        # supervisord notices an exit up to a second late: with startsecs=1 a process that exits at once can pass for running.
        "startsecs=2",
        "startretries=1",
        "stopwaitsecs=3",
        "redirect_stderr=true",
        f"stdout_logfile=logs/{name}.out",
        "stdout_logfile_maxbytes=1MB",
        "stdout_logfile_backups=1",
        "",
    ]


def launch(layout: Layout, access: Access) -> subprocess.Popen[bytes]:
    """Start supervisord, in a session of its own."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    Path(access.socket).parent.mkdir(mode=0o700, exist_ok=True)
    environment |= {"PYTHONPATH": str(_HERE), "LAB_PYTHON": sys.executable}
    command = [
        sys.executable,
        "-P",
        "-m",
        "supervisor.supervisord",
        "--nodaemon",
        "--silent",
        "--configuration",
        "supervisord.conf",
    ]
    with layout.output("supervisord").open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=layout.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = super().make_connection(host)
        connection.timeout = _RPC_TIMEOUT
        return connection


class Supervisor:
    """The XML-RPC interface of a running supervisord. Every call raises ReadFailed where it does not answer."""

    def __init__(self, access: Access) -> None:
        url = access.url.replace("://", f"://{access.user}:{access.password}@")
        self._url = f"{url}/RPC2"

    def programs(self) -> dict[str, dict[str, Any]]:
        """Program → `getProcessInfo` structure (`statename`, `pid`, `description`, `exitstatus`, `start`, `stop` …)."""
        found: list[dict[str, Any]] = self._call("getAllProcessInfo")
        return {each["name"]: each for each in found}

    def start(self, program: str, *, wait: bool = True) -> None:
        """Start `program`; with `wait` until it has run for two seconds, Conflict where it ends before."""
        self._call("startProcess", program, wait, ignored=_ALREADY_STARTED)

    def stop(self, program: str) -> None:
        self._call("stopProcess", program, True, ignored=_NOT_RUNNING)

    def hang_up(self, program: str) -> None:
        """Send SIGHUP, on which a service reads its configuration again; nothing where it does not run."""
        self._call("signalProcess", program, "HUP", ignored=_NOT_RUNNING)

    def shutdown(self) -> None:
        """Stop all programs at once, then supervisord, which by itself would stop one after the other."""
        self._call("stopAllProcesses", True)
        self._call("shutdown")

    def _call(self, method: str, *arguments: object, ignored: int = 0) -> Any:
        try:
            with xmlrpc.client.ServerProxy(self._url, transport=_Transport()) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == ignored:
                return None
            message = f"supervisord refused {method}{arguments}: {fault.faultString}."
            raise Conflict(message, next_step="read logs/supervisord.log of the lab.") from fault
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            message = f"supervisord does not answer: {error}."
            raise ReadFailed(message, next_step="see with `status` whether the lab runs; start it with `up`.") from error


def members(session: int, root: Path, known: frozenset[int] = frozenset()) -> list[int]:
    """The living processes of a session that work in `root`; where there is no /proc, those of `known` in the session."""
    candidates = [int(each.name) for each in Path("/proc").glob("[0-9]*")] or sorted(known)
    return [pid for pid in candidates if _in_session(pid, session) and _works_in(pid, root)]


def _in_session(pid: int, session: int) -> bool:
    try:
        return os.getsid(pid) == session
    except OSError:
        return False


def _works_in(pid: int, root: Path) -> bool:
    # A process id is given out again: a session whose processes work elsewhere is somebody else's. A zombie works nowhere.
    if not Path("/proc/self").exists():
        return True
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == root
    except OSError:
        return False


def kill_leader(session: int, root: Path) -> None:
    """SIGKILL to the supervisord of a session of ours."""
    if session in members(session, root, frozenset({session})):
        _kill(session)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def end(session: int, root: Path, known: frozenset[int], timeout: float) -> list[int]:
    """Wait `timeout` seconds for the session to end, then kill what is left of it; what even that did not end."""
    for force in (False, True):
        left = members(session, root, known)
        for pid in left if force else []:
            _kill(pid)
        deadline = time.monotonic() + timeout
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = members(session, root, known)
        if not left:
            return []
    return left
