"""From a query to where it is asked, and what must hold of every hook."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import BadInput, ConfigError, NotFound, ReadFailed
from include.contracts.tool import ToolClass
from include.contracts.tools import TOOLS, tools_of
from include.contracts.tools.get_service_status import CONTRACT as STATUS
from include.contracts.tools.query_logs import LogQuery
from plugins.hooks.read.registry import HOOKS, hook_class, read_hook

READS = {contract.name for contract in tools_of(ToolClass.READ)} - {"query_approved_runbook"}  # include/retrieval


def test_every_read_tool_has_a_hook_and_every_file_here_is_registered() -> None:
    assert set(HOOKS) == READS
    assert list(HOOKS) == sorted(HOOKS)
    # repositories: for script_review, no tool of a model
    shared = {"base", "http_transport", "registry", "repositories", "wires"}
    files = {path.stem for path in Path("plugins/hooks/read").glob("*.py")} - shared
    assert {dotted.split(".")[-2] for dotted in HOOKS.values()} == files


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_answers_for_its_own_contract(name: str, catalogue: Any) -> None:
    hook = read_hook(name, catalogue=catalogue, principal="incident_triage@service")
    assert hook.contract is TOOLS[name]
    assert hook.conn_id == TOOLS[name].conn_id
    assert hook.contract.tool_class is ToolClass.READ


def test_an_unknown_tool_has_no_hook() -> None:
    with pytest.raises(NotFound):
        hook_class("restart_service")


def test_the_registry_imports_no_hook_and_no_airflow() -> None:
    heavy = "('airflow', 'plugins.hooks.read.base', 'requests', 'sqlalchemy')"
    code = f"import sys, plugins.hooks.read.registry; print([m for m in sys.modules if m.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def logs(catalogue: Any) -> Any:
    return read_hook("query_logs", catalogue=catalogue, principal="incident_triage@service")


def test_h11_the_query_names_the_catalogue_and_nothing_else(logs: Any, window: dict[str, Any]) -> None:
    with pytest.raises(NotFound, match="no service"):
        logs.read(LogQuery(**window | {"service": "other"}))
    with pytest.raises(NotFound, match="environment"):
        logs.read(LogQuery(**window | {"environment": "moon"}))
    with pytest.raises(BadInput):
        logs.read(STATUS.input_model(service="shop-payments", environment="lab"))
    with pytest.raises(BadInput):
        logs.read({"service": "shop-payments"})


def test_a_service_that_is_not_in_the_system_is_a_gap_with_a_next_step(catalogue: Any, window: dict[str, Any]) -> None:
    hook = read_hook("get_recent_failed_logons", catalogue=catalogue, principal="ines")
    with pytest.raises(NotFound, match="auth_log") as caught:
        hook.read(hook.contract.input_model(**window | {"service": "shop-orders"}))
    assert "services.yaml" in caught.value.next_step


@pytest.mark.parametrize("place", [{}, {"files": "app.log"}, {"files": []}, {"files": ["a"], "path": "/etc"}, {"files": [1]}])
def test_a_wrong_place_in_the_catalogue_says_which_key(located: Callable[..., Any], window: dict[str, Any], place: Any) -> None:
    hook = read_hook("query_logs", catalogue=located(logs=place), principal="x")
    with pytest.raises(ConfigError, match=r"systems\.logs of shop-payments does not load: "):
        hook.read(LogQuery(**window))


def test_no_connection(logs: Any, window: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no Airflow connection 'holdpoint_logs'") as caught:
        logs.read(LogQuery(**window))
    assert "AIRFLOW_CONN_HOLDPOINT_LOGS" in caught.value.next_step


@pytest.mark.parametrize(
    "extra", [{}, {"path": "relative"}, {"path": 7}, {"path": "/tmp", "time_zone": "Mars/Olympus"}, "[1]", "no json"]
)
def test_a_connection_without_a_usable_path(logs: Any, window: dict[str, Any], connect: Callable[..., None], extra: Any) -> None:
    connect("holdpoint_logs", extra=extra)
    with pytest.raises(ConfigError):
        logs.read(LogQuery(**window))


@pytest.mark.parametrize("kind", ["unreadable", "invalid", "large"])
def test_h12_an_output_that_cannot_be_kept_fails_the_read_without_its_content(catalogue: Any, kind: str) -> None:
    from include.contracts.tools.get_service_status import Process, ServiceStatus
    from include.evidence.sources.limits import Unreadable
    from plugins.hooks.read.base import Asked, ReadHook, ReadResult

    def process(name: str, description: str = "") -> Process:
        return Process(name=name, state="RUNNING", pid=1, since=None, exit_status=None, description=description)

    class Stub(ReadHook):
        contract = STATUS

        def _read(self, asked: Asked) -> ReadResult:
            if kind == "unreadable":
                raise Unreadable("not its format")
            rows = (process("canary\n"),) if kind == "invalid" else (process("p", "x" * 8_000),) * 150
            return ReadResult(ServiceStatus(processes=rows, observed_at=datetime.now(UTC)), "x")

    words = {"unreadable": "bad answer not its format", "invalid": "does not fit the contract: name", "large": "too large"}[kind]
    with pytest.raises(ReadFailed, match=words) as caught:
        Stub(catalogue=catalogue).read(STATUS.input_model(service="shop-payments", environment="lab"))
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__ or kind == "large"


def test_a_connection_that_cannot_be_looked_up_may_be_tried_again(
    logs: Any, window: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a task whose API server does not answer."""
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse

    def fail(conn_id: str) -> Any:
        raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"canary": 1}))

    monkeypatch.setattr(logs, "get_connection", fail)
    with pytest.raises(ReadFailed, match="the Airflow connection 'holdpoint_logs'") as caught:
        logs.read(LogQuery(**window))
    assert "canary" not in str(caught.value)


def test_h01_no_hook_has_a_word_for_changing_anything() -> None:
    """What the read hooks can send is fixed in their source: GET, one XML-RPC question, and a login."""
    changing = ("startProcess", "stopProcess", "restart", "signalProcess", "shutdown(", "PUT", "DELETE", "PATCH", "silences")
    for path in [*Path("plugins/hooks/read").glob("*.py"), Path("include/evidence/sources/supervisor_info.py")]:
        text = path.read_text().replace("wire.shutdown(", "")
        assert not [word for word in changing if word in text], path
    methods = importlib.import_module("plugins.hooks.read.http_transport").BoundedHttp
    assert sorted(name for name in vars(methods) if not name.startswith("_")) == [
        "get",
        "get_connection",
        "post_xml",
        "run_and_check",
        "sign_in",
    ]


def test_the_docs_name_every_tool_connection_and_key() -> None:
    rows = [line for line in Path("docs/reads.md").read_text().splitlines() if line.startswith("| `")]
    assert len(rows) == len(HOOKS)
    for name in HOOKS:
        hook, contract = hook_class(name), TOOLS[name]
        (row,) = [row for row in rows if f"| `{name}` |" in row]
        keys = list(hook.location.model_fields) if hook.location else []
        assert all(f"`{key}`" in row for key in keys)
        assert f"`{contract.conn_id}`" in row if contract.conn_id else "none" in row
        assert f"`{contract.system}`" in row
        assert row.endswith(f"| {contract.timeout_s} s |")
