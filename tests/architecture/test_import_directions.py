"""The map holds: no file imports what stands above it. And the check itself finds whatever is planted in a copy of the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import layers
from tests.architecture.directions import Violation, violations
from tests.architecture.layers import BESIDE, CHAIN, IMPORTED_BY, ROOMS, may_import, within
from tests.architecture.trees import ROOT, Spoiled, copy_tree

# A file of its own in each room, or the room's only file.
FILES = {
    "include.cli": "include/cli.py",
    "plugins.holdpoint_plugin": "plugins/holdpoint_plugin.py",
    "plugins.operators.preload": "plugins/operators/preload.py",
}
OPERATOR = "plugins/operators/planted.py"
DRAFTER = "include/drafting/planted.py"
PRODUCTION_TOOL = 'CONTRACT = load_contract({"name": "restart_service", "tool_class": "production_write"})'


def file_in(room: str) -> str:
    return FILES.get(room, room.replace(".", "/") + "/planted.py")


def test_no_file_imports_what_it_must_not():
    found = violations(ROOT)
    assert not found, "\n" + "\n".join(map(str, found))


def test_the_check_reads_the_whole_tree():
    from tests.architecture.directions import read_tree

    modules, _ = read_tree(ROOT)
    for top in ("dags", "include", "lab", "plugins"):
        assert any(within(name, top) for name in modules)
    assert len(modules) > 150
    assert sum(len(module.imports) for module in modules.values()) > 1000


def test_every_room_stands_in_the_table_once():
    assert len(ROOMS) == len(set(ROOMS))
    assert set(IMPORTED_BY) - set(ROOMS) == {"plugins.hooks.low_impact"}
    for room, allowed in BESIDE.items():
        assert set(allowed) <= set(ROOMS), room


# -- The check, checked: a copy of the tree with something forbidden in it ---------------------------------------------


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[tuple[str, str, str]]]:
    """The copy, and what the check finds in it before anything is planted."""
    root = copy_tree(tmp_path_factory.mktemp("architecture") / "a copy")
    return root, {(v.file, v.rule, v.message) for v in violations(root)}


@pytest.fixture
def copy(pristine: tuple[Path, set[tuple[str, str, str]]]) -> Iterator[Spoiled]:
    spoiled = Spoiled(pristine[0])
    yield spoiled
    spoiled.restore()


@pytest.fixture
def new_in(pristine: tuple[Path, set[tuple[str, str, str]]]) -> Callable[[Spoiled], list[Violation]]:
    """`new_in(copy)`: what the check finds in it that it did not find before."""
    return lambda copy: [v for v in violations(copy.root) if (v.file, v.rule, v.message) not in pristine[1]]


NewIn = Callable[[Spoiled], list[Violation]]


def test_every_forbidden_direction_is_found_and_every_allowed_one_is_not(copy: Spoiled, new_in: NewIn):
    expected = set()
    for room in ROOMS:
        forbidden = [other for other in ROOMS if other != room and other not in may_import(room)]
        # A room may import its own; only DAG files may not import each other.
        allowed = [*may_import(room), *([] if room in layers.LONERS else [room])]
        first = copy.plant(file_in(room), "\n".join(f"import {target}.planted" for target in [*forbidden, *allowed]))
        expected |= {(file_in(room), first + number) for number in range(len(forbidden))}
        expected |= {  # allowed by the direction, but held by somebody
            (file_in(room), first + len(forbidden) + number)
            for number, target in enumerate(allowed)
            if target in IMPORTED_BY and target != room and not any(within(room, name) for name in IMPORTED_BY[target])
        }
    found = {(v.file, v.line) for v in new_in(copy) if v.rule != "h01"}
    assert found == expected
    assert len(expected) > 200


@pytest.mark.parametrize("line", CHAIN[:-1], ids=lambda line: line[0])
def test_the_lower_line_may_not_import_the_upper(line: tuple[str, ...]):
    below = CHAIN[CHAIN.index(line) + 1]
    for lower in below:
        assert may_import(lower).isdisjoint(line)
        assert may_import(lower).isdisjoint(below)


SPOILED = {
    # a static import, wherever it stands
    "contracts import a layer above": ("include/contracts/base.py", "from include.store import ledger", "direction"),
    "contracts import a package": ("include/contracts/tools/planted.py", "import yaml", "foreign"),
    "contracts import airflow": ("include/contracts/base.py", "import airflow", "foreign"),
    "include imports airflow": ("include/store/reads.py", "from airflow.sdk import Variable", "foreign"),
    "include imports plugins": ("include/triage/begin.py", "from plugins.hooks.store import store_url", "direction"),
    "include imports a DAG": ("include/doctor/planted.py", "from dags.reconcile import dag", "direction"),
    "include imports the writer": ("include/commands/planted.py", "import writer.service", "direction"),
    "include imports the lab": ("include/alerts/intake.py", "from lab import ports", "direction"),
    "siblings": ("include/evidence/plan.py", "from include.alerts.text import clean", "direction"),
    "policy imports triage": ("include/policy/permit.py", "import include.triage.begin as b", "direction"),
    "store imports policy": ("include/store/reads.py", "from include import policy", "direction"),
    "catalogue imports store": ("include/catalogue/loader.py", "from include.store.database import Store", "direction"),
    "hooks import operators": ("plugins/hooks/planted.py", "from plugins.operators.base import airflow_errors", "direction"),
    "sensors import operators": ("plugins/sensors/planted.py", "import plugins.operators.base", "direction"),
    "triggers import sensors": ("plugins/triggers/planted.py", "import plugins.sensors.await_approval", "direction"),
    "hooks import triggers": ("plugins/hooks/planted.py", "import plugins.triggers.approval", "direction"),
    "operators import the console": (OPERATOR, "from plugins.console import app", "direction"),
    "operators import a command": (OPERATOR, "from include.commands.ask import run", "direction"),
    "the console imports an operator": ("plugins/console/planted.py", "import plugins.operators.read_alert", "direction"),
    "the console imports a paging hook": ("plugins/console/planted.py", "from plugins.hooks import low_impact", "exclusive"),
    "another operator imports a paging hook": (OPERATOR, "import plugins.hooks.low_impact.paging", "exclusive"),
    "a DAG imports a paging hook": ("dags/reconcile.py", "from plugins.hooks.low_impact.paging import endpoint", "exclusive"),
    "a DAG imports another": ("dags/reconcile.py", "from dags.incident_triage import DOC", "direction"),
    "a DAG imports the plugin": ("dags/planted.py", "import plugins.holdpoint_plugin", "direction"),
    "the plugin imports an operator": ("plugins/holdpoint_plugin.py", "import plugins.operators.base", "direction"),
    "the writer imports airflow": ("writer/service.py", "import airflow", "foreign"),
    "the writer imports triage": ("writer/engine/planted.py", "from include.triage import begin", "direction"),
    "the writer imports a hook": ("writer/engine/planted.py", "import plugins.hooks.store", "direction"),
    "the lab imports the writer": ("lab/planted.py", "import writer.service", "direction"),
    "the lab imports a plugin": ("lab/planted.py", "import plugins.hooks.store", "direction"),
    "the command line imports the store": ("include/cli.py", "import include.store.database", "direction"),
    "only for types": ("include/store/reads.py", "if TYPE_CHECKING:\n    from airflow.sdk import DAG", "foreign"),
    "inside a function": ("include/store/reads.py", "def f():\n    import plugins.hooks.store", "direction"),
    "after a semicolon": ("include/store/reads.py", "x = 1; import airflow", "foreign"),
    "a star": ("include/store/reads.py", "from airflow.sdk import *", "foreign"),
    "a top folder alone": ("include/store/reads.py", "import plugins", "direction"),
    "relative": ("include/store/reads.py", "from . import ledger", "relative"),
    "relative, upwards": ("include/store/tables/desk.py", "from ...policy import permit", "relative"),
    "another spelling": (OPERATOR, "from operators.base import HoldpointOperator", "spelling"),
    "another spelling in include": ("include/policy/permit.py", "import store.database", "spelling"),
    # by string
    "a literal": ("include/store/reads.py", "importlib.import_module('airflow.sdk')", "foreign"),
    "a keyword": ("include/store/reads.py", "importlib.import_module(name='airflow.sdk')", "foreign"),
    "a renamed function": (
        "include/store/reads.py",
        "from importlib import import_module as load\nload('airflow.sdk')",
        "foreign",
    ),
    "the builtin": ("include/store/reads.py", "__import__('plugins.hooks.store')", "direction"),
    "a relative string": ("include/store/reads.py", "importlib.import_module('.sdk', package='airflow')", "relative"),
    "an f-string": ("include/store/reads.py", "importlib.import_module(f'airflow.providers.{name}')", "foreign"),
    "an f-string cut inside a name": ("include/store/reads.py", "importlib.import_module(f'air{name}')", "foreign"),
    "an f-string that may name a room above": ("include/store/reads.py", "import_module(f'include.{name}')", "direction"),
    "an f-string into a top folder": ("include/store/reads.py", "import_module(f'plug{name}')", "direction"),
    "a sum": ("include/store/reads.py", "import_module('airflow.' + name)", "foreign"),
    "a percent sign": ("include/store/reads.py", "import_module('airflow.%s' % name)", "foreign"),
    "a format": ("include/store/reads.py", "import_module('plugins.{}'.format(name))", "direction"),
    "a constant": ("include/store/reads.py", "WHERE = 'airflow.sdk'\nimport_module(WHERE)", "foreign"),
    "a constant in an f-string": ("include/store/reads.py", "WHERE = 'airflow'\nimport_module(f'{WHERE}.sdk')", "foreign"),
    "nothing to see": ("include/store/reads.py", "import_module(name)", "opaque"),
    "nothing to see behind a name given twice": ("include/store/reads.py", "W = 'json'\nW = f()\nimport_module(W)", "opaque"),
    "nothing to see behind a parameter": ("include/store/reads.py", "def f(W='json'):\n    import_module(W)", "opaque"),
    # places
    "a folder that the table does not have": ("include/planted/here.py", "x = 1", "room"),
    "a file in the root of include": ("include/planted.py", "x = 1", "room"),
    "a file that does not parse": ("include/store/planted.py", "def f(:", "syntax"),
    # H1
    "a drafter imports a read hook": (DRAFTER, "from plugins.hooks.read import logs", "h01"),
    "a drafter imports a delivery": (DRAFTER, "import include.delivery.send", "h01"),
    "a drafter imports the writer": (DRAFTER, "import writer.service", "direction"),
    "a model client beside a paging hook": (
        OPERATOR,
        "import pydantic_ai\nfrom plugins.hooks.low_impact import paging",
        "h01",
    ),
    "a model client beside what pages": (
        "plugins/operators/planted.py",
        "from airflow.providers.common.ai.hooks import pydantic_ai\nfrom plugins.operators.reconcile import ReconcileOperator",
        "h01",
    ),
    "a model client, by string, beside a read hook": (
        "plugins/sensors/planted.py",
        "importlib.import_module(f'openai.{x}')\nfrom plugins.hooks.read import registry",
        "h01",
    ),
}


@pytest.mark.parametrize(("file", "code", "rule"), SPOILED.values(), ids=SPOILED)
def test_a_forbidden_import_is_found_with_its_file_and_line(copy: Spoiled, new_in: NewIn, file: str, code: str, rule: str):
    first = copy.plant(file, code)
    line = first + code.count("\n")
    assert rule in {v.rule for v in new_in(copy) if (v.file, v.line) == (file, line)}


@pytest.mark.parametrize("written", [PRODUCTION_TOOL, "CONTRACT = ToolContract(tool_class=ToolClass.PRODUCTION_WRITE)"])
def test_h01_a_drafter_that_imports_a_production_tool_is_found(copy: Spoiled, new_in: NewIn, written: str):
    copy.plant("include/contracts/tools/restart_service.py", written)
    first = copy.plant(
        DRAFTER, "from include.contracts.tools import open_ticket\nfrom include.contracts.tools import restart_service"
    )
    assert [(v.file, v.line, v.rule) for v in new_in(copy)] == [(DRAFTER, first + 1, "h01")]


def test_h01_a_way_around_by_another_module_is_found(copy: Spoiled, new_in: NewIn):
    copy.plant("include/contracts/tools/restart_service.py", PRODUCTION_TOOL)
    copy.plant("include/contracts/inert.py", "from include.contracts.tools.restart_service import CONTRACT")
    line = copy.plant(DRAFTER, "import include.contracts.inert")
    assert (DRAFTER, line) in {(v.file, v.line) for v in new_in(copy) if v.rule == "h01"}


ALLOWED = {
    "a model client in an operator with the store": (
        OPERATOR,
        "import pydantic_ai\nfrom plugins.operators.base import airflow_errors",
    ),
    "a production tool outside the drafters": ("include/contracts/tools/restart_service.py", PRODUCTION_TOOL),
    "the standard library in contracts": ("include/contracts/base.py", "import zoneinfo, pydantic"),
    "a dynamic import of the standard library": ("include/store/reads.py", "importlib.import_module(f'encodings.{name}')"),
    "a package whose name begins as airflow's": ("include/store/reads.py", "import airflowish"),
    "an opaque import in a hook's registry": ("plugins/hooks/read/planted.py", "import_module(name)"),
    "words in a text": ("include/store/reads.py", "'import airflow'\n# import plugins.console"),
}


@pytest.mark.parametrize(("file", "code"), ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_is_silent(copy: Spoiled, new_in: NewIn, file: str, code: str):
    copy.plant(file, code)
    assert new_in(copy) == []
