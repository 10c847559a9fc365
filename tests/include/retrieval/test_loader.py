from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.retrieval.loader import load_runbooks, runbook_folder

Write = Callable[..., Path]


def _names(catalogue: Catalogue, folder: Path) -> tuple[list[str], list[str]]:
    runbooks, problems = load_runbooks(folder, catalogue)
    return [each.meta.name for each in runbooks], [each.message for each in problems]


def test_loads_by_name_with_their_passages(catalogue: Catalogue, folder: Path, write: Write) -> None:
    write("b", "Summary.\n\n## Checks\n\nlook\n")
    write("a")
    runbooks, problems = load_runbooks(None, catalogue)
    assert [each.meta.name for each in runbooks] == ["a", "b"]
    assert [(each.heading, each.text) for each in runbooks[1].passages] == [("Title of b", "Summary."), ("Checks", "look")]
    assert problems == ()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("owner", "nobody", "owner: 'nobody' is not a person of people.yaml"),
        ("owner", None, "owner: Field required"),
        ("approved", {"by": "nobody", "on": "2026-01-05"}, "approved.by: 'nobody' is not a person of people.yaml"),
        ("services", ["*", "shop-warehouse"], "services: 'shop-warehouse' is not a service of services.yaml"),
        ("classification", "secret", "classification: 'secret' is not one of classifications.yaml"),
        ("reviewed", "2026-02-30", "reviewed: "),
        ("superseded_by", "bad", "superseded_by: it names itself"),
    ],
)
def test_h13_what_names_nothing_does_not_load_and_hides_nothing_else(
    catalogue: Catalogue, folder: Path, write: Write, field: str, value: object, says: str
) -> None:
    write("bad", **{field: value})
    write("good")
    names, problems = _names(catalogue, folder)
    assert names == ["good"]
    assert len(problems) == 1
    assert problems[0].startswith("bad.md does not load: ")
    assert says in problems[0]


def test_every_unknown_name_is_told_at_once(catalogue: Catalogue, folder: Path, write: Write) -> None:
    write("bad", owner="x", services=["y"], classification="z")
    (message,) = _names(catalogue, folder)[1]
    assert all(f"{field}: " in message for field in ("owner", "services", "classification"))


def test_a_page_without_text_does_not_load(catalogue: Catalogue, folder: Path, write: Write) -> None:
    write("empty", "## Only\n\n## Headings\n")
    assert _names(catalogue, folder) == ([], ["empty.md does not load: body: there is no text below the front matter."])


def test_superseded_by_nothing_is_a_problem_but_stays_the_last_choice_it_was(
    catalogue: Catalogue, folder: Path, write: Write
) -> None:
    write("old", superseded_by="gone")
    write("older", superseded_by="old")
    names, problems = _names(catalogue, folder)
    assert names == ["old", "older"]
    assert problems == ["old.md: superseded_by: 'gone' is no runbook that loads."]


def test_a_name_taken_twice_is_a_problem_of_the_later_file(catalogue: Catalogue, folder: Path, page: Callable[..., str]) -> None:
    (folder / "1.md").write_text(page("same"))
    (folder / "2.md").write_text(page("same"))
    names, problems = _names(catalogue, folder)
    assert names == ["same"]
    assert problems == ["2.md does not load: name: 'same' is already the name of 1.md."]


def test_all_sorts_of_files_do_no_harm(catalogue: Catalogue, folder: Path, write: Write, page: Callable[..., str]) -> None:
    write("good")
    (folder / "README.md").write_text("# About this folder\n")
    (folder / "notes.txt").write_text("not Markdown")
    (folder / "a folder.md").mkdir()
    (folder / "..data").mkdir()  # as a mounted ConfigMap keeps its older versions
    (folder / "..data" / "good.md").write_text(page("good"))
    (folder / "below").mkdir()
    (folder / "below" / "deep.md").write_text(page("deep"))
    (folder / "dangling.md").symlink_to(folder / "nowhere")
    (folder / "binary.md").write_bytes(bytes(range(256)) * 10)
    (folder / "big.md").write_bytes(b"---\n" + b"x" * 5_000_000)
    os.mkfifo(folder / "pipe.md")
    (folder / "bidi\u202egnp.md").write_text("x")
    names, problems = _names(catalogue, folder)
    assert names == ["deep", "good"]
    told = sorted(problem.split(" does not load")[0] for problem in problems)
    assert told == ["a folder.md", "bidi\\u{202E}gnp.md", "big.md", "binary.md", "dangling.md", "pipe.md"]


def test_the_folder_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLDPOINT_RUNBOOKS", str(tmp_path / "none here"))
    with pytest.raises(ConfigError, match="none here"):
        runbook_folder()
