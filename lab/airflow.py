"""A local Airflow for the demo and the tests: SQLite, LocalExecutor, one process group a component, nothing left behind.

The settings are the ones under which the embedded default is sound: a bounded pool, quick heartbeats, one API worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from include.contracts.errors import ConfigError, ReadFailed
from lab import ports

ROOT = Path(__file__).resolve().parents[1]
COMPONENTS = ("api-server", "scheduler", "dag-processor")  # without which nothing runs
TRIGGERER = "triggerer"  # what waits needs it too; nobody waits for its start
USERS = "maya:admin,tomas:viewer,priya:viewer,ines:viewer,ruth:viewer,stranger:viewer"  # the last is nobody of the catalogue
KEEP = ("HOME", "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "HOLDPOINT_OTLP_ENDPOINT", "HOLDPOINT_METRICS_TOKEN")


@dataclass
class LocalAirflow:
    """One Airflow in one folder. `extra` is added to every component's environment."""

    home: Path
    port: int
    extra: Mapping[str, str] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, repr=False)

    @classmethod
    def create(cls, home: Path, *, extra: Mapping[str, str] | None = None, port: int | None = None) -> LocalAirflow:
        """Prepare a folder: secrets, users, settings. Nothing is started."""
        home.mkdir(parents=True, exist_ok=True)
        (home / "logs").mkdir(exist_ok=True)
        made = cls(home, port or ports.take(1, None)[0], extra or {})
        passwords = home / "passwords.json"
        if not passwords.exists():
            names = [user.split(":")[0] for user in USERS.split(",")]
            _private(passwords, json.dumps({name: secrets.token_urlsafe(12) for name in names}))
            _private(home / "secrets.json", json.dumps({key: secrets.token_urlsafe(64) for key in ("jwt", "api")}))
        return made

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def passwords(self) -> dict[str, str]:
        return dict(json.loads((self.home / "passwords.json").read_text()))

    def environment(self) -> dict[str, str]:
        """The whole environment of every component; nothing of the caller's but what a process needs to live."""
        own = json.loads((self.home / "secrets.json").read_text())
        kept = {key: value for key, value in os.environ.items() if key in KEEP}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "AIRFLOW_HOME": str(self.home),
            "HOLDPOINT_HOME": str(self.home / "holdpoint"),
            # Named here, so that no task has to ask the API server for the connection `holdpoint_store`.
            "HOLDPOINT_STORE": f"sqlite:///{self.home / 'holdpoint' / 'holdpoint.db'}",
            "HOLDPOINT_OVERLAY": "lab",
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT": "8",
            "AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX": "glob",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": USERS,
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{self.port}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.home}/airflow.db?timeout=60",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__SECRET_KEY": own["api"],
            "AIRFLOW__API_AUTH__JWT_SECRET": own["jwt"],
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
            "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "2",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
            "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "40",
            # A killed triggerer's triggers go to the next one after this; stock: 30.
            "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "10",
            "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "2",
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self._remembered_port("log-port")),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self._remembered_port("trigger-log-port")),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **self.extra,
        }

    def _remembered_port(self, file: str) -> int:
        remembered = self.home / file
        if not remembered.exists():
            remembered.write_text(str(ports.take(1, None)[0]))
        return int(remembered.read_text())

    def run(self, *arguments: str) -> None:
        """One `airflow` command to its end; ConfigError with its last lines when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=self.environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            log = self.home / "logs" / "command.log"
            log.write_text(done.stdout + done.stderr)
            raise ConfigError(f"airflow {' '.join(arguments)} failed.", next_step=f"read {log}")

    def start(self, *, triggerer: bool = True, say: Callable[[str], None] = lambda _: None, timeout_s: float = 120.0) -> None:
        """Migrate the database, start every component, wait until all are healthy and the DAGs are there.

        :param triggerer: start it too, afterwards: a task that waits can wait for it as well
        """
        if not (self.home / "airflow.db").exists():
            say("Airflow: making its database")
            self.run("db", "migrate")
        for component in COMPONENTS:
            self.start_component(component)
        self.wait_healthy(say=say, timeout_s=timeout_s)
        if triggerer:
            self.start_component(TRIGGERER)

    def start_component(self, name: str) -> None:
        """Start one component in a session of its own, so that all of it can be ended together."""
        log = (self.home / "logs" / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", name],
            # The scheduler's LocalExecutor forks the tasks.
            env=self.environment() | ({"HOLDPOINT_PRELOAD": "1"} if name == "scheduler" else {}),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self._processes[name] = process
        (self.home / f"{name}.pid").write_text(str(process.pid))

    def kill_component(self, name: str) -> None:
        """SIGKILL to one component's whole group, as a power cut would."""
        pid = int((self.home / f"{name}.pid").read_text())
        if _is_ours(pid, self.home):
            _end_group(pid, signal.SIGKILL)
        if process := self._processes.pop(name, None):
            process.wait(10)

    def wait_healthy(self, *, say: Callable[[str], None] = lambda _: None, timeout_s: float = 120.0) -> None:
        deadline = time.monotonic() + timeout_s
        waiting = ""
        while time.monotonic() < deadline:
            missing = self._missing()
            if not missing:
                return
            if missing != waiting:
                say(f"Airflow: waiting for {missing}")
                waiting = missing
            self._require_alive()
            time.sleep(0.3)
        raise ReadFailed(
            f"Airflow is not healthy after {timeout_s:.0f} s: {waiting}.", next_step=f"read the logs in {self.home / 'logs'}"
        )

    def _missing(self) -> str:
        """What is not up yet, or an empty string."""
        try:
            health = self.get("/api/v2/monitor/health", token=None)
        except (OSError, ValueError):
            return "the API server"
        for part in ("metadatabase", "scheduler", "dag_processor"):
            if (health.get(part) or {}).get("status") != "healthy":
                return f"the {part.replace('_', ' ')}"
        try:
            dags = {dag["dag_id"] for dag in self.get("/api/v2/dags")["dags"]}
        except (OSError, ValueError):
            return "the API"
        if {"incident_triage", "reconcile", "gated_change"} <= dags:
            return ""
        broken = [error["filename"] for error in self.get("/api/v2/importErrors")["import_errors"]]
        if broken:
            log = self.home / "logs" / "dag_processor"
            raise ConfigError(f"Airflow cannot import {', '.join(broken)}.", next_step=f"read {log}")
        return "the DAGs to be parsed"

    def _require_alive(self) -> None:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise ReadFailed(
                    f"Airflow's {name} ended with status {process.returncode}.",
                    next_step=f"read {self.home / 'logs' / f'{name}.log'}",
                )

    def token(self, user: str = "maya") -> str:
        """A token of that user for the REST API."""
        body = json.dumps({"username": user, "password": self.passwords[user]}).encode()
        answer = _call("POST", f"http://127.0.0.1:{self.port}/auth/token", body, None)
        return str(answer["access_token"])

    def get(self, path: str, token: str | None = "") -> Any:
        """GET from the REST API, as maya unless `token` is None (anonymous)."""
        return _call("GET", f"http://127.0.0.1:{self.port}{path}", None, self._bearer() if token == "" else token)

    def find_run(self, dag_id: str, run_id: str) -> Any:
        """A run as the REST API has it; None where it is not there yet."""
        try:
            return self.get(f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id)}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """POST or PATCH to the REST API, as maya."""
        return _call(method, f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(), self._bearer())

    def _bearer(self) -> str:
        now = time.monotonic()
        cached: tuple[float, str] | None = getattr(self, "_cached_token", None)
        if cached is None or now - cached[0] > 600:
            cached = (now, self.token())
            self._cached_token = cached
        return cached[1]

    def stop(self, *, grace_s: float = 8.0) -> None:
        """End every component that this folder's pid files name, the API server last: the others speak through it."""
        for names in (("scheduler", "dag-processor", TRIGGERER), ("api-server",)):
            _stop_groups([pid for name in names if (pid := self._take_pid(name)) is not None], grace_s)
        for process in self._processes.values():
            process.wait(10)
        self._processes.clear()

    def _take_pid(self, name: str) -> int | None:
        pid_file = self.home / f"{name}.pid"
        if not pid_file.exists():
            return None
        pid = pid_file.read_text().strip()
        pid_file.unlink()
        return int(pid) if pid.isdigit() and _is_ours(int(pid), self.home) else None


def _is_ours(group: int, home: Path) -> bool:
    """Has the group a process that was started for this folder? A pid file outlives its process, and numbers are used again."""
    import psutil  # type: ignore[import-untyped]  # it comes with Airflow

    # By its folder, not its environment: a process that gives itself a title overwrites what others see of that.
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and Path(process.cwd()).resolve() == home.resolve():
                return True
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    return False


def _stop_groups(pids: list[int], grace_s: float) -> None:
    for number, wait_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
        for pid in pids:
            _end_group(pid, number)
        deadline = time.monotonic() + wait_s
        while any(_group_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.1)


def _group_alive(pid: int) -> bool:
    """Has the group a member that is not a zombie? (A zombie of ours waits for its parent, which may be us.)"""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _end_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _call(method: str, url: str, body: bytes | None, token: str | None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def lab_environment(facts: Mapping[str, Any]) -> dict[str, str]:
    """The connections of Holdpoint's reads, as Airflow takes them from the environment, for a running estate."""
    supervisor = facts["supervisor"]
    services = facts["services"]
    directory = facts["directory"]
    connections: dict[str, dict[str, Any]] = {
        "holdpoint_supervisor": {
            "conn_type": "http",
            "host": "127.0.0.1",
            "port": supervisor["port"],
            "login": supervisor["user"],
            "password": supervisor["password"],
        },
        "holdpoint_logs": {"conn_type": "fs", "extra": {"path": facts["logs"]}},
        "holdpoint_auth_log": {"conn_type": "fs", "extra": {"path": facts["logs"]}},
        "holdpoint_deployments": {"conn_type": "fs", "extra": {"path": str(Path(directory) / "repos")}},
        "holdpoint_metrics": {
            "conn_type": "http",
            "extra": {"endpoints": {name: service["metrics_url"] for name, service in services.items()}},
        },
    }
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(fields) for name, fields in connections.items()}
