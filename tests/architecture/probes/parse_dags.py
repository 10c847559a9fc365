"""Run in a process of its own: parse DAG files as the dag processor does, and say what each parse did. JSON on stdout.

    python parse_dags.py FILE…

For each file: the modules it brought in beyond those of the smallest DAG, the connections it opened, the processes it started,
the variables and connections it read, and its DAGs as they came out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

WATCHED = frozenset(
    {
        "os.posix_spawn",
        "os.system",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
        "sqlite3.connect",
        "subprocess.Popen",
        "urllib.Request",
    }
)
_touched: list[str] | None = None


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _touched is not None and event in WATCHED:
        _touched.append(event)


def watch_reads() -> None:
    """Note every read of a variable or connection, before it looks anywhere."""
    from airflow.sdk import BaseHook, Connection, Variable

    for kind, name in ((Variable, "get"), (Variable, "set"), (Connection, "get"), (BaseHook, "get_connection")):
        setattr(kind, name, classmethod(_noting(f"{kind.__name__}.{name}", getattr(kind, name).__func__)))


def _noting(what: str, function: Any) -> Any:
    def noting(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if _touched is not None:
            _touched.append(what)
        return function(cls, *args, **kwargs)

    return noting


def parse(path: Path) -> dict[str, Any]:
    global _touched  # noqa: PLW0603 - the audit hook cannot be given anything
    before = set(sys.modules)
    found: dict[str, Any] = {"error": None, "dags": []}
    name = f"unusual_prefix_{hashlib.sha1(str(path).encode(), usedforsecurity=False).hexdigest()}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    _touched = []
    try:
        spec.loader.exec_module(module)
    except Exception:
        found["error"] = traceback.format_exc()
    found["touched"], _touched = _touched, None
    found["modules"] = sorted(set(sys.modules) - before - {name})
    if found["error"] is None:
        from airflow.sdk import DAG

        found["dags"] = [describe(value) for value in vars(module).values() if isinstance(value, DAG)]
    return found


def describe(dag: Any) -> dict[str, Any]:
    return {
        "dag_id": dag.dag_id,
        "doc_md": dag.doc_md,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "dagrun_timeout_s": dag.dagrun_timeout.total_seconds() if dag.dagrun_timeout else None,
        "tasks": [describe_task(task) for task in dag.tasks],
        "params": {name: describe_param(dag.params.get_param(name)) for name in dag.params},
    }


def describe_param(param: Any) -> dict[str, Any]:
    return {"title": param.schema.get("title"), "description": param.description}


def describe_task(task: Any) -> dict[str, Any]:
    kind = task.operator_class if task.is_mapped else type(task)
    given = {**task.partial_kwargs, **getattr(task.expand_input, "value", {})} if task.is_mapped else vars(task)
    return {
        "task_id": task.task_id,
        "owner": task.owner,
        "retries": task.retries,
        "execution_timeout_s": task.execution_timeout.total_seconds() if task.execution_timeout else None,
        "operator": f"{kind.__module__}.{kind.__qualname__}",
        "on_kill": any("on_kill" in vars(base) for base in kind.__mro__ if base.__module__.startswith("plugins.")),
        "templates": {name: repr(given.get(name)) for name in task.template_fields},
    }


def main() -> None:
    sys.addaudithook(watch)
    smallest_dag()
    baseline = packages()
    watch_reads()
    # What the probe itself needs must not excuse a DAG file for needing it.
    answer = {"baseline": sorted(baseline), "probe": sorted(packages() - baseline)}
    print(json.dumps(answer | {"files": {file: parse(Path(file)) for file in sys.argv[1:]}}))


def smallest_dag() -> None:
    """What every DAG file brings in; Airflow loads most of itself lazily."""
    from airflow.sdk import DAG, BaseOperator, Param

    with DAG("smallest", schedule=timedelta(days=1), params={"x": Param(1)}):
        BaseOperator(task_id="only")


def packages() -> set[str]:
    return {name.partition(".")[0] for name in sys.modules}


if __name__ == "__main__":
    main()
