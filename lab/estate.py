"""The estate: create it, start it, read its facts, deploy to it, stop it.

with Estate.create("/tmp/lab", alert_url="http://127.0.0.1:8080/…", alert_token_file="token") as estate:
    faults.switch_on(estate, "dependency_down")
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from include.contracts.errors import ConfigError, Conflict, HoldpointError, NotFound, ReadFailed
from lab import ports, provision, repositories, supervision, web
from lab.layout import SERVICES, Layout, read_object, write_json
from lab.repositories import Deployment, Values
from lab.supervision import Supervisor

_BROKEN = frozenset({"BACKOFF", "FATAL", "EXITED", "UNKNOWN"})


class Estate:
    """One lab in one directory. `create` makes a new one, `open` finds an existing one."""

    def __init__(self, layout: Layout, facts: dict[str, Any]) -> None:
        self.layout = layout
        self._facts = facts
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def create(
        cls,
        directory: str | Path,
        *,
        base_port: int | None = None,
        alert_url: str | None = None,
        alert_token_file: str | Path | None = None,
        alert_repeat: float = 30.0,
    ) -> Self:
        """Write a new estate into `directory`, which must be new, empty, or hold an estate that is not running.

        :param base_port: use this loopback port and the three above it; default: free ones
        :param alert_url: where the watcher posts; default: nowhere, alerts are only logged
        :param alert_token_file: holds the bearer token for it; read at each post, so it may be written later
        :param alert_repeat: seconds after which a firing alert is posted again
        """
        layout = Layout(Path(directory).expanduser().resolve())
        _check_alerts(alert_url, alert_repeat)
        numbers = ports.take(len(SERVICES) + 1, base_port)
        _clear(layout)
        layout.make_folders()
        write_json(layout.facts, {"state": "creating"})  # marks the directory as ours, should the rest fail
        token_file = str(Path(alert_token_file).expanduser().resolve()) if alert_token_file else None
        alerts = {"url": alert_url, "token_file": token_file, "receiver": "holdpoint", "repeat_seconds": alert_repeat}
        facts = provision.describe(layout, dict(zip((*SERVICES, "supervisor"), numbers, strict=True)), alerts)
        provision.provision(layout, facts)
        return cls(layout, facts)

    @classmethod
    def open(cls, directory: str | Path) -> Self:
        """The estate in `directory`; NotFound where there is none."""
        layout = Layout(Path(directory).expanduser().resolve())
        try:
            facts = read_object(layout.facts)
        except NotFound as error:
            message = f"There is no lab in {layout.root}."
            raise NotFound(message, next_step="create one with `up`, or name another --dir.") from error
        if "supervisor" not in facts:
            raise ConfigError(f"The lab in {layout.root} was never finished.", next_step="create it again with `up`.")
        return cls(layout, facts)

    def facts(self) -> dict[str, Any]:
        """Ports, addresses, paths and the supervisor's password; the same as `estate.json`."""
        return self._facts

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(provision.access(self._facts))

    def is_running(self) -> bool:
        """Whether any process of this estate is alive."""
        return bool(self._pid and supervision.members(self._pid, self.layout.root, frozenset({self._pid})))

    def start(self, timeout: float = 15.0) -> None:
        """Start everything and return when every service is healthy; on failure nothing is left running.

        Conflict where it runs already or a fault is still on; HoldpointError, naming the log to read, where it does not start.
        """
        if self.is_running():
            raise Conflict(f"The lab in {self.layout.root} is running.", next_step="stop it first with `down`.")
        if self._faults_on():
            raise Conflict(f"The lab in {self.layout.root} was stopped with faults on.", next_step="create it again with `up`.")
        self._process = supervision.launch(self.layout, provision.access(self._facts))
        try:
            self._record_pid(self._process.pid)
            self._wait_healthy(timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 10.0) -> None:
        """End every process of the estate; nothing happens where none runs."""
        if self._pid is not None:
            self._end(self._pid, timeout)
            self._record_pid(None)
        socket = Path(self._facts["supervisor"]["socket"])
        if socket.parent != self.layout.run:
            shutil.rmtree(socket.parent, ignore_errors=True)

    def status(self) -> dict[str, Any]:
        """What runs, how it is, and which faults are on.

        `{"running": bool, "programs": {name: {"state", "pid", "description"}}, "services": {name: {"healthy", "reason"}},
        "faults": [name]}`
        """
        running = self.is_running()
        programs = self.supervisor.programs() if running else {}
        reasons = {name: self.health(name) for name in SERVICES} if running else {}
        return {
            "running": running,
            "programs": {
                name: {"state": each["statename"], "pid": each["pid"], "description": each["description"]}
                for name, each in programs.items()
            },
            "services": {name: {"healthy": not reason, "reason": reason} for name, reason in reasons.items()},
            "faults": self._faults_on(),
        }

    def health(self, service: str) -> str:
        """Why `service` is unhealthy, or "" where it is well."""
        try:
            code, answer = web.request(self._facts["services"][service]["health_url"], timeout=2.0)
        except web.Unreachable as error:
            return str(error)
        return "" if code == 200 else web.health_reason(code, answer)

    def deploy(self, service: str, values: Values, *, message: str, author: str) -> Deployment:
        """Commit `values` over the deployed configuration, tag it, restart the service; it need not come up."""
        repository = self.layout.repository(service)
        config = repositories.deployed(repository) | dict(values)
        done = repositories.deploy(repository, config, message=message, author=author)
        self.supervisor.stop(service)
        self.supervisor.start(service, wait=False)
        return done

    def override(self, service: str, values: Values) -> None:
        """Lay `values` over the deployed configuration (nothing, where empty) and have the service read it."""
        path = self.layout.override(service)
        if values:
            write_json(path, dict(values))
        else:
            path.unlink(missing_ok=True)
        self.supervisor.hang_up(service)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def _pid(self) -> int | None:
        pid: int | None = self._facts["supervisor"]["pid"]
        return pid

    def _record_pid(self, pid: int | None) -> None:
        self._facts["supervisor"]["pid"] = pid
        write_json(self.layout.facts, self._facts, private=True)

    def _faults_on(self) -> list[str]:
        return sorted(read_object(self.layout.faults)) if self.layout.faults.exists() else []

    def _wait_healthy(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while problem := self._problem():
            if time.monotonic() >= deadline:
                message = f"The lab was not healthy after {timeout:g} s: {problem.rstrip('.')}."
                raise HoldpointError(message, next_step=f"read the logs in {self.layout.logs}.")
            time.sleep(0.05)

    def _problem(self) -> str:
        """What is still missing; raises where waiting would not help."""
        if self._process is not None and self._process.poll() is not None:
            message = f"supervisord ended with status {self._process.returncode}."
            raise HoldpointError(message, next_step=f"read {self.layout.output('supervisord')}.")
        try:
            programs = self.supervisor.programs()
        except ReadFailed as error:
            return error.message
        for name, each in programs.items():
            if each["statename"] in _BROKEN:
                message = f"{name} does not start ({each['statename']}: {each['spawnerr'] or each['description']})."
                raise HoldpointError(message, next_step=f"read {self.layout.output(name)}.")
        reasons = {name: self.health(name) for name in SERVICES}
        return "; ".join(f"{name}: {reason}" for name, reason in reasons.items() if reason)

    def _end(self, session: int, timeout: float) -> None:
        known = frozenset({session})
        try:
            known |= {each["pid"] for each in self.supervisor.programs().values() if each["pid"]}
            self.supervisor.shutdown()
        except HoldpointError:
            # A supervisord that cannot be asked is killed; what it started then ends by itself.
            supervision.kill_leader(session, self.layout.root)
        left = supervision.end(session, self.layout.root, known, timeout)
        if left:
            message = f"Processes {left} of the lab did not end."
            raise HoldpointError(message, next_step=f"read {self.layout.log('supervisord')} and end them by hand.")
        if self._process is not None:
            self._process.wait(timeout=timeout)


def _clear(layout: Layout) -> None:
    """Remove an earlier estate; refuse a directory with anything else in it."""
    root = layout.root
    if not root.exists():
        return
    if not root.is_dir() or (any(root.iterdir()) and not layout.facts.exists()):
        raise ConfigError(f"{root} is in use for something else.", next_step="name a new or empty directory.")
    if layout.facts.exists() and "supervisor" in read_object(layout.facts) and Estate.open(root).is_running():
        raise Conflict(f"The lab in {root} is running.", next_step="stop it first with `down`.")
    layout.remove()


def _check_alerts(url: str | None, repeat: float) -> None:
    if not 0.1 <= repeat <= 86_400:
        raise ConfigError(f"Alerts cannot be repeated every {repeat} s.", next_step="give 0.1 to 86400 seconds.")
    if url is None:
        return
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ConfigError(
            f"{url!r} is not an address to post alerts to.", next_step="give one such as http://127.0.0.1:8080/path."
        )
