"""H1 for change systems: no function there approves, moves or closes a change, and no payload holds what would.

Read from the source, over a copy that is spoiled on purpose too, so that the check is known to notice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contracts.change_desk import REFUSED
from include.delivery.change_drafts.base import DraftSystem
from include.delivery.change_drafts.jira import JiraDrafts
from include.delivery.change_drafts.registry import SYSTEMS
from include.delivery.change_drafts.servicenow import ServiceNowDrafts
from tests.architecture.registry_checks import stems
from tests.architecture.trees import ROOT, Spoiled, copy_tree

FOLDERS = ("include/delivery/change_drafts", "plugins/hooks/low_impact")
VERBS = {"probe", "find", "fetch", "create", "update", "note"}
NOT_A_SYSTEM = frozenset({"base", "document", "embedded", "filing", "registry", "text", "wire"})
_DECIDES = re.compile(
    r"(?:^|_)(?:approve|reject|transition|close|resolve|cancel|authori[sz]e|schedule|implement|set_state|delete)"
)
_NEVER_SENT = {"state", "approval", "status", "transition", "resolution", "phase", "close_code"}
_NEVER_ASKED = re.compile(r"/transitions|sysapproval|/sn_chg_rest|/approval/")


def findings(root: Path) -> list[str]:
    return [f"{path.name}: {what}" for folder in FOLDERS for path in (root / folder).glob("*.py") for what in _of(path)]


def _of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and _DECIDES.search(node.name):
            yield f"a function {node.name}"
        if isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            yield from (f"a payload with {key!r}" for key in sorted(keys & _NEVER_SENT))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NEVER_ASKED.search(node.value):
            yield f"an address {node.value!r}"
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant):
            yield from (f"a payload with {node.slice.value!r}" for _ in [1] if node.slice.value in _NEVER_SENT)


def test_h01_nothing_here_approves_moves_or_closes_a_change():
    assert findings(ROOT) == []


SPOILED = [
    "def approve_change(sys_id): ...",
    "BODY = {'state': '-1'}",
    "BODY = {'approval': 'approved'}",
    "body = {}\nbody['transition'] = {'id': '31'}",
    "PATH = f'/rest/api/3/issue/{1}/transitions'",
    "PATH = '/api/now/table/sysapproval_approver'",
    "PATH = '/api/sn_chg_rest/change/normal'",
]


@pytest.mark.parametrize("code", SPOILED)
def test_the_check_notices(tmp_path: Path, code: str):
    copy = Spoiled(copy_tree(tmp_path / "a copy", ("include", "plugins")))
    copy.plant("include/delivery/change_drafts/planted.py", code)
    assert [each for each in findings(copy.root) if each.startswith("planted.py")] != []


@pytest.mark.parametrize("kind", [DraftSystem, ServiceNowDrafts, JiraDrafts])
def test_h01_a_system_has_six_verbs_and_no_other(kind: type):
    public = {name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")}
    assert public == VERBS


def test_every_system_is_registered_and_has_powers_that_it_refuses():
    assert stems(ROOT, FOLDERS[0], left_out=NOT_A_SYSTEM) == set(SYSTEMS)
    assert set(REFUSED) == {*SYSTEMS, "embedded"}
    assert all(REFUSED[kind] for kind in SYSTEMS)
    assert stems(ROOT, FOLDERS[1]) == {*SYSTEMS, "paging", "github"}
