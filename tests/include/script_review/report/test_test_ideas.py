from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import tree_sitter_bash
import tree_sitter_pwsh
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from include.script_review.changing import Changing
from include.script_review.changing_in import changing as changing_of
from include.script_review.report.test_ideas import sketches
from include.script_review.review import review_unit

GRAMMARS = {"powershell": Language(tree_sitter_pwsh.language()), "bash": Language(tree_sitter_bash.language())}
NAMES = (
    "Remove-OldUser",
    "it's",
    "it’s",
    "a'; Remove-Item C:\\ -Recurse; '",
    "$(Remove-Item x)",
    "`whoami`",
    "x\nRemove-Item y",
    'x" ; rm -rf / ; "',
    "#>",
    '"""',
    "a]b",
    "{}",
    "",
    "-rf",
    "ü.löschen",
    "\ud800",
    "rm$IFS-rf",
    "class",
)
LANGUAGES = {"powershell": "a.ps1", "bash": "a.sh", "python": "a.py"}


def nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in nodes(child))]


def parsed(language: str, text: str) -> list[Node]:
    """The nodes of a tree without an error in it."""
    if language == "python":
        ast.parse(text)
        return []
    root = Parser(GRAMMARS[language]).parse(text.encode("utf-8", "surrogatepass")).root_node
    broken = [node for node in nodes(root) if node.type == "ERROR" or node.is_missing]
    assert broken == [], text
    return nodes(root)


def only(*changing: Changing) -> str:
    made = sketches(changing)
    assert len(made) == 1
    return next(iter(made.values()))


def changing(language: str = "powershell", **values: object) -> Changing:
    base = {
        "path": f"ops/{LANGUAGES[language]}",
        "language": language,
        "function": "clean",
        "line": 3,
        "commands": ("Remove-Item",),
    }
    return Changing(**base | values)  # type: ignore[arg-type]


def test_a_parser_that_sees_what_is_broken():
    for language, text in (("powershell", "function {"), ("bash", "if true; then"), ("python", "def")):
        with pytest.raises((AssertionError, SyntaxError)):
            parsed(language, text)


def test_pester_mocks_previews_and_fails():
    text = only(changing(function="Remove-OldUser", commands=("Remove-ADUser", "Clear-Item"), parameters=("Name", "Days")))
    found = {node.type for node in parsed("powershell", text)}
    assert "command" in found
    for command in ("Remove-ADUser", "Clear-Item"):
        assert f"Mock -CommandName '{command}' -MockWith {{ }}" in text
        assert f"Mock -CommandName '{command}' -MockWith {{ throw" in text
    preview = text.partition("It 'changes nothing with -WhatIf'")[2].partition("    It ")[0]
    assert "-Confirm" not in text
    assert "& 'Remove-OldUser' @script:arguments -WhatIf" in preview
    assert preview.count("-Times 0 -Exactly") == 2
    assert text.count("| Should -Throw") == 2
    assert "'Name' = 'TODO'" in text


def test_the_files_top_level_does_not_run_while_pester_looks_for_tests():
    text = only(changing(function="Remove-OldUser"))
    assert not re.search(r"^\s*\. (?!\(\[scriptblock\]::Create\(\$definition)", text, re.MULTILINE)
    assert "FunctionDefinitionAst" in text


def test_bats_mocks_previews_and_fails():
    text = only(changing("bash", function="clean", commands=("rm -rf", "systemctl stop", "systemctl disable")))
    functions = [node for node in parsed("bash", text) if node.type == "function_definition"]
    names = [(node.child_by_field_name("name").text or b"").decode() for node in functions]
    assert names[:3] == ["setup", "rm", "systemctl"]
    assert len(names) == len(set(names)) == 8
    assert text.count("{ #@test") == 5
    assert '[ ! -s "$calls" ]' in text
    assert text.index("rm() {") < text.index("source")


def test_pytest_patches_previews_and_fails():
    each = changing(
        "python", function="Job.clean", commands=("shutil.rmtree", "os.remove"), parameters=("self", "root", "dry_run")
    )
    text = only(each)
    tests = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    assert len(tests) == len(set(tests)) == 5
    assert 'attrgetter("Job.clean")(subject)(root=mock.sentinel.TODO, dry_run=True)' in text
    assert "assert_not_called()" in text
    assert "pytest.skip" not in text
    assert text.count("side_effect = OSError") == 2
    assert "pytest.skip" in only(changing("python", function="clean", commands=("os.remove",)))


PYTHON = """
import os, shutil

def clean(root, dry_run=False):
    if not dry_run:
        shutil.rmtree(root)
        os.remove(root)

def deaf(root):
    try:
        os.rmdir(root)
    except OSError:
        pass
"""


def test_a_sketch_runs_as_it_is_and_finds_what_is_swallowed(tmp_path: Path):
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops/a.py").write_text(PYTHON)
    (tmp_path / "test_a.py").write_text(only(*changing_of("ops/a.py", PYTHON.encode())))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:airflow",
        "--rootdir",
        str(tmp_path),
        "test_a.py",
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "1 failed, 6 passed, 1 skipped" in ran.stdout, ran.stdout
    assert "FAILED test_a.py::test_deaf_2_does_not_go_on_in_silence_when_os_rmdir_fails" in ran.stdout


SCRIPTS = {
    "ops/a.ps1": b"function Remove-Old {\n  param($Name)\n  Remove-ADUser -Identity $Name\n  Stop-Service -Name $Name\n}\n",
    "ops/b.sh": b"#!/bin/bash\nset -euo pipefail\nclean() {\n  systemctl stop shop\n}\n",
}


@pytest.mark.parametrize("path", SCRIPTS)
def test_the_review_has_nothing_against_a_sketch_beside_its_script(path: str):
    made = {f"ops/{name.rpartition('/')[2]}": text.encode() for name, text in sketches(changing_of(path, SCRIPTS[path])).items()}
    assert len(made) == 1
    found = [one for file in review_unit({path: SCRIPTS[path]} | made) for one in file.findings]
    assert [one.message for one in found if one.category == "thin_tests"] == []
    before = [one for file in review_unit({path: SCRIPTS[path]}) for one in file.findings]
    assert [one for one in before if one.category == "thin_tests"]  # it is the sketch that answers it


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_out(language: str, name: str):
    each = changing(language, path=f"o'p/{name}/{LANGUAGES[language]}", function=name, commands=(name or "x", "os.remove", "rm"))
    text = only(each, changing(language, path=each.path, function=name, commands=("b.c", name or "x"), parameters=(name, "ok")))
    found = parsed(language, text)
    for node in found:
        said = (node.text or b"").decode("utf-8", "replace")
        if node.type in ("command", "command_name", "sub_expression", "command_substitution"):
            assert not said.lstrip("'\"").startswith(("Remove-Item", "rm -rf", "whoami")), text
        assert node.type != "command_substitution", text
    if language == "python":
        for call in ast.walk(ast.parse(text)):
            assert not (isinstance(call, ast.Name) and call.id in ("Remove", "whoami")), text


@given(
    st.sampled_from(sorted(LANGUAGES)), st.text(max_size=12), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3)
)
def test_whatever_it_is_called_it_parses(language: str, name: str, commands: list[str]):
    each = changing(language, function=name, commands=tuple(commands), parameters=tuple(commands))
    for text in sketches([each]).values():
        parsed(language, text)


def test_exactly_the_functions_that_change_something():
    made = sketches([changing(), changing("python", commands=()), replace(changing("bash"), language="terraform")])
    assert list(made) == ["ops/a.Tests.ps1"]
    assert sketches([]) == {}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("ops/clean.ps1", "ops/clean.Tests.ps1"),
        ("clean", "clean.Tests.ps1"),
        ("a.b.ps1", "a.b.Tests.ps1"),
    ],
)
def test_a_test_is_called_after_its_file(path: str, name: str):
    assert list(sketches([changing(path=path)])) == [name]


@pytest.mark.parametrize(
    "path", ["../../etc/x.ps1", "/etc/x.ps1", "..", ".ssh/x.ps1", "a//b.ps1", "C:\\x.ps1", "a b.ps1", "ü.ps1", "~", "/", ""]
)
def test_no_path_leads_out_of_the_folder(path: str):
    (name,) = sketches([changing(path=path)])
    assert re.fullmatch(r"([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*-[0-9a-f]{8}\.Tests\.ps1", name)


def test_two_files_have_two_tests():
    made = sketches([changing(path=path) for path in ("a b.ps1", "a_b.ps1", "a?b.ps1", "a/b.ps1", "a.ps1", "a.psm1", "a")])
    assert len(made) == 7
    assert len(set(made.values())) == 7


def test_a_name_for_pytest_can_be_imported():
    (name,) = sketches([changing("python", path="my-job.v2.py", commands=("os.remove",))])
    assert name == "test_my_job_v2.py"
