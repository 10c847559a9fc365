"""What every test may use: a store of its own, the example catalogue, alerts made to order."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.postgresql import migrated_url, new_database, postgres_server, postgres_url, postgresql_store  # noqa: F401

# A test must never touch the developer's own store or secrets.
for _name in [name for name in os.environ if name.startswith(("HOLDPOINT_", "AIRFLOW"))]:
    if not _name.startswith("HOLDPOINT_TEST_"):
        del os.environ[_name]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both_databases` runs on SQLite and, with the marker `stack`, on PostgreSQL."""
    if "store" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        both = ["sqlite", pytest.param("postgresql", marks=pytest.mark.stack)]
        metafunc.parametrize("store", both, indirect=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store as it is right after its migration. Tests have copies: to migrate each anew took most of their time."""
    from include.store.database import Store

    file = tmp_path_factory.mktemp("migrated") / "holdpoint.db"
    made = Store.open(f"sqlite:///{file}")
    made.migrate()
    made.dispose()
    return file


# Folders whose tests share something slow to start: a live Airflow, the lab, a copy of the tree.
_TOGETHER = ("tests/live", "tests/stack/browser", "tests/lab", "tests/plugins/hooks/read", "tests/architecture")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=lambda item: ("live" not in item.nodeid, "browser" not in item.nodeid, _group(item.nodeid) != "postgresql"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes (`-n`): a file's tests run in one of them, and so does what `_group` puts together."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return Together(config, log)


def _group(nodeid: str) -> str:
    """A PostgreSQL server's roles are all its databases', so that two processes would take them from each other."""
    file, _, test = nodeid.partition("::")
    if file.startswith("tests/stack/store/") or "postgresql" in test.partition("[")[2]:
        return "postgresql"
    return next((folder for folder in _TOGETHER if file.startswith(f"{folder}/")), file)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A migrated store: SQLite in a path with a space, unless the test is for both databases."""
    from include.store.database import Store

    if getattr(request, "param", "sqlite") == "postgresql":
        yield request.getfixturevalue("postgresql_store")
        return
    file = tmp_path / "a store" / "holdpoint.db"
    file.parent.mkdir(mode=0o700)
    shutil.copy(request.getfixturevalue("migrated_file"), file)
    opened = Store.open(f"sqlite:///{file}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def catalogue() -> Any:
    """The example, with nobody taking turns on call: what a test expects must not depend on the week it runs in."""
    from dataclasses import replace

    from include.catalogue.loader import EXAMPLE, load_catalogue

    example = load_catalogue(EXAMPLE, "")
    rotas = tuple(row.model_copy(update={"rotation": ()}) for row in example.tables["rotas"])
    return replace(example, tables={**example.tables, "rotas": rotas})


@pytest.fixture
def make_alert() -> Callable[..., Any]:
    """`make_alert(service="shop-orders", …)`: a canonical alert of the source `lab`."""
    from include.contracts.alert import Alert, AlertStatus, Severity

    def make(**fields: Any) -> Alert:
        name = fields.pop("name", "HighErrorRate")
        identity = fields.pop("identity", name + str(fields.get("service", "shop-orders")))
        defaults: dict[str, Any] = {
            "source": "lab",
            "fingerprint": sha256(identity.encode()).hexdigest(),
            "status": AlertStatus.FIRING,
            "severity": Severity.WARNING,
            "service": "shop-orders",
            "environment": "lab",
            "title": name,
            "started_at": datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
            "labels": {"alertname": name},
        }
        return Alert(**(defaults | fields))

    return make
