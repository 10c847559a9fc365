from __future__ import annotations

import subprocess
import sys

import pytest

from include.telemetry.switch import endpoint
from tests.otlp import without_settings

HTTP = "http://collector.example.com:4318"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HOLDPOINT_OTLP_ENDPOINT": ""}, None),
        ({"HOLDPOINT_OTLP_ENDPOINT": HTTP}, f"{HTTP}/v1/traces"),
        ({"HOLDPOINT_OTLP_ENDPOINT": f"{HTTP}/"}, f"{HTTP}/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"{HTTP}/otlp"}, f"{HTTP}/otlp/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{HTTP}/here"}, f"{HTTP}/here"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other", "HOLDPOINT_OTLP_ENDPOINT": HTTP}, f"{HTTP}/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": HTTP, "OTEL_SDK_DISABLED": "True"}, None),
        ({"HOLDPOINT_OTLP_ENDPOINT": HTTP, "OTEL_TRACES_EXPORTER": "none"}, None),
        # Airflow may trace by gRPC to the standard's address: that port takes no HTTP. Ours is meant for us.
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": HTTP, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": HTTP, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": HTTP, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, f"{HTTP}/v1/traces"),
        ({"HOLDPOINT_OTLP_ENDPOINT": HTTP, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, f"{HTTP}/v1/traces"),
        ({"HOLDPOINT_OTLP_ENDPOINT": "file:///etc/passwd"}, None),
        ({"HOLDPOINT_OTLP_ENDPOINT": "collector:4318"}, None),
    ],
)
def test_where_spans_go(environ: dict[str, str], expected: str | None) -> None:
    assert endpoint(environ) == expected


def test_what_takes_its_time_is_done_before_the_store_is_locked() -> None:
    code = (
        "import sys\n"
        "from include.telemetry.spans import stage\n"
        "from include.telemetry.stages import VOTE\n"
        "print(stage(VOTE)(lambda: 'include.telemetry.export' in sys.modules)())\n"
    )
    on = without_settings() | {"HOLDPOINT_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=on, check=True)
    assert done.stdout.strip() == "True"


STAGES = "include.triage.escalate, include.triage.collect, include.triage.runbooks, include.holds.consume, include.holds.revoke"


def test_where_it_is_off_nothing_of_opentelemetry_is_imported() -> None:
    code = (
        f"import sys, {STAGES}\n"
        "from include.telemetry.spans import ended, note, stage\n"
        "from include.telemetry.stages import COLLECT\n"
        "assert stage(COLLECT)(lambda: note(tool='x') or 7)() == 7\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'google.protobuf', 'requests'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=without_settings(), check=True)
    assert done.stdout.strip() == "[]"
