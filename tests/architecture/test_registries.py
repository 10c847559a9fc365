"""Where a new thing is one file and one line, no file lacks its line, and no line its file."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from include.alerts.mapping import find_mapping, mapping_names
from include.alerts.registry import PARSERS, SHARED_MODULES, find_parser
from include.cli import COMMANDS, parser
from include.contracts.catalogue import Channel
from include.contracts.tool import ToolClass
from include.contracts.tools import TOOLS, tools_of
from include.delivery.transports.registry import TRANSPORTS
from include.diagnosis.analyse import ANALYSERS
from include.doctor import registry as doctor
from include.doctor.plugin_folder import OUR_FOLDERS
from plugins.hooks.read.registry import HOOKS
from tests.architecture.registry_checks import defining, read_hooks, stems
from tests.architecture.trees import ROOT, Spoiled, copy_tree

# Runbooks are searched in this installation, under the reader's permissions; no system is asked.
READ_WITHOUT_HOOK = {"query_approved_runbook"}
NOT_A_TRANSPORT = frozenset({"base", "registry"})
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_tool_file_is_registered_under_its_name():
    assert stems(ROOT, "include/contracts/tools") == set(TOOLS)


def test_every_read_tool_has_a_hook_and_every_hook_a_read_tool():
    reads = {contract.name for contract in tools_of(ToolClass.READ)}
    assert set(HOOKS) == reads - READ_WITHOUT_HOOK
    assert read_hooks(ROOT) == HOOKS


def test_every_production_tool_is_documented():
    text = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \|.*\|.*\|.*\|.*\|.*\|.*\|$", text, re.MULTILINE)
    assert sorted(rows) == [contract.name for contract in tools_of(ToolClass.PRODUCTION_WRITE)]


def test_every_read_tool_is_documented():
    text = (ROOT / "docs" / "reads.md").read_text(encoding="utf-8")
    missing = [contract.name for contract in tools_of(ToolClass.READ) if f"| `{contract.name}` |" not in text]
    assert set(missing) <= READ_WITHOUT_HOOK


def test_every_parser_file_is_registered():
    assert stems(ROOT, "include/alerts/parsers") == {*PARSERS, *SHARED_MODULES}


def test_every_mapping_file_loads_and_has_a_source_in_the_example(catalogue):
    shipped = stems(ROOT, "include/catalogue/alert_sources", pattern="*.yaml")
    assert shipped == set(mapping_names())
    assert shipped.isdisjoint(PARSERS)  # a mapping of a parser's name would never be used
    assert all(find_mapping(name) is not None for name in shipped)
    assert {source.parser for source in catalogue.sources.values()} == {*shipped, *PARSERS}
    assert all(find_parser(source.parser) for source in catalogue.sources.values())


def test_every_analyser_is_registered():
    modules = {analyser.observe.__module__.rpartition(".")[2] for analyser in ANALYSERS}
    assert defining(ROOT, "include/diagnosis", "ANALYSER") == modules
    assert len(ANALYSERS) == len(modules)


def test_every_transport_is_registered_for_a_kind_of_channel():
    assert stems(ROOT, "include/delivery/transports", left_out=NOT_A_TRANSPORT) == set(TRANSPORTS)
    assert set(get_args(Channel.model_fields["kind"].annotation)) == set(TRANSPORTS)


def test_every_check_of_doctor_is_registered():
    checks = {check.__name__ for check in (*doctor.CHECKS, *doctor.CATALOGUE_CHECKS)}
    found = re.findall(r"^def (check_\w+)", "".join(_texts(ROOT / "include/doctor", "*.py")), re.MULTILINE)
    assert sorted(found) == sorted(checks)


def test_every_folder_of_plugins_is_known_to_doctor():
    assert {path.name for path in (ROOT / "plugins").glob("*/") if any(path.rglob("*.py"))} <= set(OUR_FOLDERS)


def _texts(folder: Path, pattern: str) -> Iterator[str]:
    yield from (path.read_text(encoding="utf-8") for path in sorted(folder.rglob(pattern)))


# -- The command line --------------------------------------------------------------------------------------------------


def command_tree(of: argparse.ArgumentParser, prefix: str = "") -> dict[str, argparse.ArgumentParser]:
    """`"ledger verify"` -> its parser, for every command that can be run."""
    found: dict[str, argparse.ArgumentParser] = {}
    groups = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for name, below in group.choices.items():
            found |= command_tree(below, f"{prefix} {name}".strip()) or {f"{prefix} {name}".strip(): below}
    return found


TREE = command_tree(parser())


def test_every_command_file_is_registered_under_its_name():
    assert stems(ROOT, "include/commands") == set(COMMANDS)
    assert len(COMMANDS) == len(set(COMMANDS))
    assert {path.partition(" ")[0] for path in TREE} == set(COMMANDS)


@pytest.mark.parametrize("path", TREE)
def test_every_command_is_documented(path: str):
    told = re.compile(rf"\bholdpoint {re.escape(path)}\b")
    assert any(told.search(document.read_text(encoding="utf-8")) for document in DOCUMENTS if document.exists())


@pytest.mark.parametrize("path", TREE)
def test_every_command_explains_itself_and_runs_something(path: str):
    assert TREE[path].get_default("handler") is not None
    for action in TREE[path]._actions:
        assert action.help, f"{path} {action.dest}"


def test_the_table_of_commands_names_exactly_those_there_are():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `holdpoint ([a-z]+(?: [a-z][a-z-]*)?)", text, re.MULTILINE)
    assert sorted(rows) == sorted(TREE)


def test_whatever_tells_people_to_run_a_command_names_one():
    texts = [*_texts(ROOT / "include", "*.py"), *_texts(ROOT / "plugins", "*.py"), *_texts(ROOT / "dags", "*.py")]
    texts += [document.read_text(encoding="utf-8") for document in DOCUMENTS if document.exists()]
    told = {found for text in texts for found in re.findall(r"\./holdpoint ([a-z]+)(?: ([a-z-]+))?", text)}
    assert len(told) > 10
    groups = {path.partition(" ")[0] for path in TREE if " " in path}
    assert [f"{first} {second}" for first, second in told if first not in COMMANDS] == []
    assert [f"{first} {second}" for first, second in told if first in groups and second and f"{first} {second}" not in TREE] == []


def test_every_variable_is_documented_and_none_that_there_is_not():
    texts = [
        *_texts(ROOT / "include", "*.py"),
        *_texts(ROOT / "plugins", "*.py"),
        (ROOT / "holdpoint").read_text(encoding="utf-8"),
    ]
    used = {
        name
        for text in texts
        for name in re.findall(r"\bHOLDPOINT_[A-Z_]*[A-Z]\b(?!_)", text)
        if not name.startswith("HOLDPOINT_SECRET")
    }
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(HOLDPOINT_[A-Z_]+[A-Z])` \|", text, re.MULTILINE)) == used
    assert "HOLDPOINT_BASE_URL" in used


def test_every_page_that_the_code_points_to_is_there():
    texts = [*_texts(ROOT / "include", "*.py"), *_texts(ROOT / "plugins", "*.py"), *_texts(ROOT / "dags", "*.py")]
    pages = {name for text in texts for name in re.findall(r"\bdocs/[a-z/-]+\.md\b", text)}
    assert {"docs/alerts.md", "docs/runbooks.md"} <= pages
    assert sorted(name for name in pages if not (ROOT / name).is_file()) == []


def test_the_installation_page_quotes_the_ignore_file():
    lines = (ROOT / "plugins" / ".airflowignore").read_text(encoding="utf-8").splitlines()
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert "\n".join(["```", *(line for line in lines if line and not line.startswith("#")), "```"]) in page


# -- The comparison, compared: a file without its line is found --------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Spoiled:
    return Spoiled(copy_tree(tmp_path_factory.mktemp("registries") / "a copy", ("include", "plugins")))


@pytest.mark.parametrize(
    ("folder", "registered"),
    [
        ("include/contracts/tools", set(TOOLS)),
        ("include/alerts/parsers", {*PARSERS, *SHARED_MODULES}),
        ("include/delivery/transports", {*TRANSPORTS, *NOT_A_TRANSPORT}),
        ("include/commands", set(COMMANDS)),
    ],
)
def test_a_file_without_its_line_is_found(copy: Spoiled, folder: str, registered: set[str]):
    copy.plant(f"{folder}/planted.py", "x = 1")
    assert stems(copy.root, folder) - registered == {"planted"}
    copy.restore()


def test_an_analyser_and_a_hook_without_their_lines_are_found(copy: Spoiled):
    copy.plant("include/diagnosis/planted.py", "ANALYSER: Analyser = Analyser('planted')")
    copy.plant("plugins/hooks/read/planted.py", "class PlantedHook(ReadHook):\n    contract: ClassVar = planted.CONTRACT")
    assert defining(copy.root, "include/diagnosis", "ANALYSER") - defining(ROOT, "include/diagnosis", "ANALYSER") == {"planted"}
    assert read_hooks(copy.root).keys() - HOOKS.keys() == {"planted"}
    copy.restore()
