"""The real linters on small files: what they say, what they must not read, and what happens when they cannot."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from include.contracts.script_review import Category, Severity
from include.script_review.linters import process
from include.script_review.linters.hit import LinterHit
from include.script_review.linters.run import LINTERS, lint
from include.script_review.source import Source


def said(language: str, text: str, path: str = "x") -> list[LinterHit]:
    return [hit for _, hit in lint([Source(path, language, text)])]


def test_each_says_something_of_its_language() -> None:
    sources = [
        Source("a.sh", "bash", "#!/bin/bash\nrm -f $x\n"),
        Source("b.py", "python", "import requests\nrequests.get('https://x', verify=False)\n"),
        Source("Dockerfile", "dockerfile", "FROM debian\nRUN true\n"),
        Source("c.tf", "terraform", "x"),
    ]
    found = [(source.path, hit.rule, source.data[hit.start : hit.end].decode()) for source, hit in lint(sources)]
    assert found == [
        ("a.sh", "shellcheck-SC2086", "$x"),
        ("b.py", "ruff-S501", "verify=False"),
        ("Dockerfile", "hadolint-DL3006", "FROM debian"),
    ]


def test_clean_files_and_no_files_say_nothing() -> None:
    assert said("bash", '#!/bin/bash\nrm -f "$x"\n') == []
    assert said("python", "print(1)\n") == []
    assert said("dockerfile", "FROM debian:12\n") == []
    assert list(lint([])) == []
    assert [said(language, "") for language in LINTERS] == [[], [], []]


def test_places_count_characters_and_tabs_as_we_do() -> None:
    text = "#!/bin/bash\n\techo é; \trm -f $x\n"
    (hit,) = said("bash", text)
    assert text.encode()[hit.start : hit.end] == b"$x"
    text = "import requests\nx = 'é'; requests.get(x, verify=False)\n"
    (hit,) = said("python", text)
    assert text.encode()[hit.start : hit.end] == b"verify=False"


@pytest.mark.parametrize(
    ("language", "text"), [("bash", "#!/bin/bash\nif [ x ; then\n"), ("python", "def (:\n"), ("dockerfile", "FRM debian\n")]
)
def test_what_cannot_be_parsed_is_said(language: str, text: str) -> None:
    (hit,) = said(language, text)
    assert (hit.rule, hit.category, hit.severity) == ("coverage-linter", Category.COVERAGE, Severity.LOW)
    assert "parse" in hit.message


def test_an_unknown_shell_is_said() -> None:
    (hit,) = said("bash", "#!/bin/zsh\nrm $x\n")
    assert hit.rule == "coverage-linter"


def test_configuration_beside_a_file_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the folder of the file, nor in the one we work in, nor in a home directory."""
    (tmp_path / ".shellcheckrc").write_text("disable=SC2086\n")
    (tmp_path / "ruff.toml").write_text('[lint]\nignore = ["S501"]\n')
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint]\nignore = ["S501"]\n')
    (tmp_path / ".hadolint.yaml").write_text("ignored:\n  - DL3006\n")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "hadolint.yaml").write_text("ignored:\n  - DL3006\n")
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SHELLCHECK_OPTS", "--exclude=SC2086")
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3006")
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    where = tmp_path / "x"
    assert [hit.rule for hit in said("bash", "#!/bin/bash\nrm -f $x\n", str(where))] == ["shellcheck-SC2086"]
    python = "import requests\nrequests.get('https://x', verify=False)\n"
    assert [hit.rule for hit in said("python", python, str(where))] == ["ruff-S501"]
    assert [hit.rule for hit in said("dockerfile", "FROM debian\n", str(where))] == ["hadolint-DL3006"]


def test_a_sourced_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe without a writer would hold whoever opens it."""
    pipe = tmp_path / "other.sh"
    os.mkfifo(pipe)
    text = f"#!/bin/bash\n# shellcheck source={pipe} external-sources=true\nsource {pipe}\nrm -f $x\n"
    assert "shellcheck-SC2086" in [hit.rule for hit in said("bash", text, str(tmp_path / "a.sh"))]


def test_an_authors_wish_for_silence_is_shown() -> None:
    python = (
        "import requests\nrequests.get(x, verify=False)  # noqa: S501 - lab only\nrequests.get(y, verify=False)  # noqa: E501\n"
    )
    assert [hit.suppressed_by for hit in said("python", python)] == ["noqa: S501 - lab only", None]
    text = "# hadolint ignore=DL3006 our own tag\nFROM debian\n# hadolint ignore=DL3007\nFROM alpine\n"
    assert [hit.suppressed_by for hit in said("dockerfile", text)] == ["hadolint ignore=DL3006 our own tag", None]


def test_bats_files_are_read() -> None:
    found = said("bash", '#!/usr/bin/env bats\n@test "x" {\n  cd /x\n  rm -f $y\n}\n', "x.bats")
    assert [hit.rule for hit in found] == ["shellcheck-SC2086"]


def test_quoting_matters_only_where_something_is_destroyed() -> None:
    assert said("bash", "#!/bin/bash\necho $x $(date)\n") == []
    assert said("bash", "#!/bin/bash\nif a; then sudo rm -f $x; fi\n") != []


def _stand_in(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("exit 7", "ended with 7"),
        ("echo nonsense", "not what it should be"),
        ('echo \'{"comments": [{"code": "x"}]}\'', "not what it should be"),
        ("echo '[[[1'", "not what it should be"),
        ("kill -9 $$", "signal 9"),
        ("sleep 60", "longer than"),
        ("(sleep 60) & exit 0", "longer than"),
        ("yes", "too long"),
    ],
)
def test_a_linter_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    for name in ("shellcheck", "ruff", "hadolint"):
        _stand_in(tmp_path, name, body)
    monkeypatch.setattr(process, "program", lambda name: tmp_path / name)
    monkeypatch.setattr(process, "DEFAULT", process.Bounds(seconds=1.0, output=100_000))
    for language in LINTERS:
        (hit,) = said(language, "x\n")
        assert hit.rule == "coverage-linter"
        assert reason in hit.message


def test_a_missing_linter_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "program", lambda name: None)
    assert [hit.message for hit in said("bash", "x\n")] == ["shellcheck did not look at this file: it is not installed"]


def test_a_linter_that_does_not_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "ruff").chmod(0o755)
    monkeypatch.setattr(process, "program", lambda name: tmp_path / name)
    (hit,) = said("python", "x\n")
    assert "did not start" in hit.message


def test_a_linter_that_eats_memory_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(tmp_path, "ruff", f"sleep 0.2; exec {sys.executable} -c 'bytearray(10**9)'")
    monkeypatch.setattr(process, "program", lambda name: tmp_path / name)
    monkeypatch.setattr(process, "DEFAULT", process.Bounds(seconds=20.0, memory=50 * 1024 * 1024))
    (hit,) = said("python", "x\n")
    assert "ended with" in hit.message


def test_a_very_long_file_is_not_given_to_a_linter() -> None:
    (hit,) = said("bash", "# x\n" * 400_000)
    assert "longer than" in hit.message


def test_a_linter_on_the_path_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(tmp_path, "shellcheck", f"touch {tmp_path}/ran")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    said("bash", "#!/bin/bash\nrm -f $x\n")
    assert not (tmp_path / "ran").exists()
