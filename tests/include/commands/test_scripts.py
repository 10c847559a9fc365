from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft4Validator

from include.cli import main
from include.commands import scripts
from include.commands.scripts import FOUND, Progress
from include.contracts.script_review import ScriptReview
from include.script_review.rules.pages import pages
from include.script_review.rules.registry import RULES
from tests.include.script_review.report.kit import finding, partly, review, reviewed

REPOSITORY = Path(__file__).parents[3]
SCRIPT = "function Remove-Old { Remove-ADUser -Identity $Name }\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tree"
    path.mkdir()
    (path / "a.ps1").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptReview], list[Any]]:
    """What the engine says, and what it was asked."""

    def set_answer(now: ScriptReview) -> list[Any]:
        asked: list[Any] = []

        def review_paths(paths: list[str], *, progress: Any = None) -> ScriptReview:
            asked.append((paths, progress))
            if progress is not None:
                progress(1, 1)
            return now

        module = ModuleType("include.script_review.run")
        module.review_paths = review_paths  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "include.script_review.run", module)
        return asked

    return set_answer


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["scripts", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def found(**changes: Any) -> ScriptReview:
    digest = hashlib.sha256(SCRIPT.encode()).hexdigest()
    return review(reviewed("tree/a.ps1", finding("tree/a.ps1", **changes), digest=digest))


@pytest.mark.parametrize(
    ("form", "begins"),
    [("text", "tree/a.ps1\n"), ("json", "{\n"), ("sarif", '{\n "$schema"'), ("markdown", "# Review of scripts\n")],
)
def test_four_forms(folder: Path, answer, run: Run, form: str, begins: str):
    asked = answer(found())
    status, out, _ = run("review", "tree", "--format", form)
    assert (status, asked[0][0]) == (0, ["tree"])
    assert out.startswith(begins)
    assert "ps-whatif-missing" in out
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


def test_the_checklist_asks_about_what_changes_state(folder: Path, answer, run: Run):
    answer(found())
    assert "How is what `Remove-Old` (`tree/a.ps1:1`) does undone?" in run("review", "tree", "--format", "markdown")[1]


@pytest.mark.parametrize(
    ("severity", "least", "status"),
    [("high", None, 0), ("high", "high", FOUND), ("critical", "high", FOUND), ("medium", "high", 0), ("low", "low", FOUND)],
)
def test_what_fails(folder: Path, answer, run: Run, severity: str, least: str | None, status: int):
    answer(found(severity=severity))
    assert run("review", "tree", *(["--fail-on", least] if least else []))[0] == status


def test_what_an_author_suppressed_does_not_fail(folder: Path, answer, run: Run):
    answer(found(suppressed_by="the lab only"))
    assert run("review", "tree", "--fail-on", "low")[0] == 0


def test_beside_an_earlier_review_only_what_is_new_fails(folder: Path, answer, run: Run):
    answer(found())
    (folder / "last.json").write_text(run("review", "tree", "--format", "json")[1])
    status, out, _ = run("review", "tree", "--fail-on", "low", "--since", "tree/last.json")
    assert status == 0
    assert "0 new, 1 known, 0 fixed" in out
    answer(found(line=99))
    assert run("review", "tree", "--fail-on", "low", "--since", "tree/last.json")[0] == FOUND


def test_an_earlier_review_that_cannot_be_read_is_told_before_the_work(folder: Path, answer, run: Run):
    asked = answer(found())
    (folder / "last.json").write_text("{")
    status, _, err = run("review", "tree", "--since", "tree/last.json")
    assert (status, asked) == (2, [])
    assert "previous review cannot be read" in err


@pytest.mark.parametrize("path", ["none", "", "a\x1b[2Jb", "\udcff", "x" * 5_000])
def test_a_path_that_is_not_there(folder: Path, answer, run: Run, path: str):
    asked = answer(found())
    status, _, err = run("review", "tree", path)
    assert (status, asked) == (2, [])
    assert "There is no file or folder" in err
    assert "\x1b" not in err


@pytest.mark.parametrize("pages", ["javascript:alert(1)", "docs/rules", "https://", "https://[", "https://ü", ""])
def test_pages_need_an_address(folder: Path, answer, run: Run, pages: str):
    asked = answer(found())
    assert run("review", "tree", "--format", "sarif", "--pages", pages)[0] == 2
    assert asked == []
    assert run("review", "tree", "--format", "sarif", "--pages", "https://wiki.example.com/rules")[0] == 0


def test_sketches_are_written_once_and_never_over_a_file(folder: Path, answer, run: Run):
    answer(found())
    status, _, err = run("review", "tree", "--tests", "sketches")
    path = folder.parent / "sketches/tree/a.Tests.ps1"
    assert (status, "1 file of test sketches" in err) == (0, True)
    assert "Mock -CommandName 'Remove-ADUser'" in path.read_text()
    path.write_text("mine")
    status, _, err = run("review", "tree", "--tests", "sketches")
    assert (status, path.read_text()) == (2, "mine")
    assert "already there" in err


def test_sketches_follow_no_link(folder: Path, answer, run: Run):
    answer(found())
    (folder.parent / "sketches/tree").mkdir(parents=True)
    os.symlink(folder.parent / "elsewhere", folder.parent / "sketches/tree/a.Tests.ps1")
    assert run("review", "tree", "--tests", "sketches")[0] == 2
    assert not (folder.parent / "elsewhere").exists()


def test_a_folder_that_cannot_be_written_to_is_bad_input(folder: Path, answer, run: Run):
    answer(found())
    status, _, err = run("review", "tree", "--tests", "tree/a.ps1")
    assert status == 2
    assert "Traceback" not in err


def test_quiet_says_nothing_about_progress(folder: Path, answer, run: Run):
    asked = answer(found())
    assert run("review", "tree", "--quiet")[2] == ""
    assert asked[0][1] is None


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Progress(stream) as progress:
        for done in range(1, 1_001):
            progress(done, 1_000)
    said = stream.getvalue()
    assert "\n" not in said
    assert said.startswith("\rreviewed 1 of 1000")
    assert "reviewed 1000 of 1000" in said
    assert said.endswith("\r\x1b[K")
    assert said.count("\r") < 50


def test_progress_in_a_log_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch):
    clock = iter(range(0, 1_000, 4))
    monkeypatch.setattr(scripts.time, "monotonic", lambda: next(clock))
    stream = StringIO()
    with Progress(stream) as progress:
        for done in range(1, 10):
            progress(done)
    assert stream.getvalue().splitlines() == [f"reviewed {done} groups of files" for done in (3, 6, 9)]


def test_colour_is_for_a_terminal_that_wants_it(folder: Path, answer, run: Run, monkeypatch: pytest.MonkeyPatch):
    answer(found())
    assert "\x1b" not in run("review", "tree")[1]
    monkeypatch.setattr(scripts, "_is_terminal", lambda _: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31m" in run("review", "tree")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("review", "tree")[1]


def test_an_encoding_without_a_character_is_no_crash(folder: Path, answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    answer(review(reviewed("ü.ps1", finding("ü.ps1"), coverage=partly(0.5, "partial"))))
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["scripts", "review", "tree"]) == 0
    assert "\\xfc.ps1" in (tmp_path / "out").read_text()


# -- Rules -------------------------------------------------------------------------------------------------------------


def test_rules_are_listed_and_explained(run: Run):
    status, out, _ = run("rules")
    assert (status, len(out.splitlines())) == (0, len(RULES))
    name = sorted(RULES)[0]
    assert run("rules", name)[1].startswith(f"# {RULES[name].title}\n")
    shown = json.loads(run("rules", name, "--json")[1])["rules"]
    assert [(each["id"], each["severity"]) for each in shown] == [(name, RULES[name].severity.value)]
    assert len(json.loads(run("rules", "--json")[1])["rules"]) == len(RULES)


def test_an_unknown_rule_is_not_found(run: Run):
    assert run("rules", "ps-none")[0] == 5


def test_pages_are_written_and_what_is_the_page_of_no_rule_is_named(run: Run, tmp_path: Path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/ps-gone.md").write_text("old")
    status, out, _ = run("rules", "--write", str(tmp_path / "pages"))
    assert status == 0
    assert "ps-gone.md is the page of no rule." in out
    assert len(list((tmp_path / "pages").iterdir())) == len(RULES) + 2
    (tmp_path / "file").write_text("")
    assert run("rules", "--write", str(tmp_path / "file"))[0] == 2


def test_the_pages_in_the_documentation_are_those_of_the_rules():
    """`./holdpoint scripts rules --write docs/rules` makes them so."""
    written = {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / "docs/rules").glob("*.md")}
    assert written == pages(RULES.values())


def test_the_rules_that_the_documentation_suppresses_are_rules():
    text = (REPOSITORY / "docs/script-review.md").read_text(encoding="utf-8")
    named = re.findall(r"holdpoint: ignore(?:-file)? ([a-z][\w-]+)", text)
    assert named
    assert set(named) <= set(RULES)


# -- With the engine itself --------------------------------------------------------------------------------------------

LEAVES_A_MARK = """
New-Item -ItemType File -Path "{mark}"
function Remove-Old {{
    param($Name)
    Remove-ADUser -Identity $Name
    Remove-ADUser -Identity $Name
}}
"""


@pytest.fixture
def real(folder: Path) -> Path:
    (folder / "a.ps1").write_text(LEAVES_A_MARK.format(mark=folder / "mark"))
    (folder / "b.py").write_text(f"open({str(folder / 'mark')!r}, 'w')\n")
    (folder / "c.sh").write_text(f"#!/bin/sh\ntouch {folder / 'mark'}\n")
    return folder


def test_a_review_runs_nothing_and_its_log_fits_the_standard(real: Path, run: Run):
    schema = json.loads((REPOSITORY / "tests/fixtures/sarif/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    status, out, _ = run("review", "tree", "--format", "sarif", "--tests", "sketches")
    assert status == 0
    assert list(Draft4Validator(schema).iter_errors(json.loads(out))) == []
    assert {each["ruleId"] for each in json.loads(out)["runs"][0]["results"]} >= {"ps-no-rollback"}
    assert not (real / "mark").exists()
    assert (real.parent / "sketches/tree/a.Tests.ps1").is_file()


def test_findings_are_known_again_wherever_their_lines_have_moved(real: Path, run: Run):
    (real / "last.json").write_text(run("review", "tree/a.ps1", "--format", "json")[1])
    before = json.loads((real / "last.json").read_text())["files"][0]["findings"]
    text = (real / "a.ps1").read_text()
    (real / "a.ps1").write_bytes(("# a line\n# another\n" + text.replace("\n", "\n  ")).replace("\n", "\r\n").encode("utf-16"))
    now = json.loads(run("review", "tree/a.ps1", "--format", "json", "--since", "tree/last.json")[1])
    found = now["files"][0]["findings"]
    assert len(before) > 1
    assert {each["line"] for each in found} != {each["line"] for each in before}
    assert sorted(each["fingerprint"] for each in found) == sorted(each["fingerprint"] for each in before)
    assert (now["since"]["new"], now["since"]["fixed"], now["since"]["unseen"]) == ([], [], [])


def test_a_file_that_was_renamed_keeps_what_is_known(real: Path, run: Run):
    (real / "last.json").write_text(run("review", "tree", "--format", "json")[1])
    (real / "a.ps1").rename(real / "renamed.ps1")
    (real / "last.json").rename(real.parent / "last.json")
    status, out, _ = run("review", "tree", "--since", "last.json", "--fail-on", "low")
    assert status == 0, out
    assert "0 new" in out


def test_an_empty_folder_is_reviewed_and_says_so(folder: Path, run: Run):
    (folder / "a.ps1").unlink()
    assert run("review", "tree")[1].startswith("Nothing was reviewed")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_names_that_hurt(folder: Path, run: Run, form: str):
    for name in (b"a\n/merge.ps1", b"\xff\xfe.ps1", b"[x](y).ps1", b"\x1b[2J.ps1", b"<!-- -->.ps1", "\u202eexe.ps1".encode()):
        (Path(os.fsdecode(os.fsencode(folder) + b"/x-" + name.replace(b"/", b"")))).write_text(SCRIPT)
    status, out, err = run("review", "tree", "--format", form, "--quiet")
    assert (status, err) == (0, "")
    assert not {"\x1b", "\u202e", "\r"} & set(out)
    assert not any(line.startswith(("/", "merge")) for line in out.splitlines())
