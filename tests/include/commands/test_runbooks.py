from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.commands import runbooks, sources
from include.contracts.errors import BadInput, Conflict, Denied, NotFound, StoreError
from include.contracts.tools.query_approved_runbook import RunbookPassages
from include.store.database import Store
from tests.grants_end import DAY_AFTER, LAST_DAY, config_that_ends, database_day

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "our runbooks"
    path.mkdir()
    monkeypatch.setenv("HOLDPOINT_RUNBOOKS", str(path))
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / "home"))
    return path


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    def write_page(name: str, text: str = "pool", **fields: Any) -> Path:
        meta = {
            "name": name,
            "title": f"Title of {name}",
            "owner": "tomas",
            "approved": {"by": "maya", "on": "2025-01-05"},
            "services": ["shop-payments"],
            "reviewed": "2025-01-05",
            "review_interval_days": 1_095,
            "classification": "internal",
            **fields,
        }
        path = folder / f"{name}.md"
        path.write_text(f"---\n{yaml.safe_dump(meta)}---\n## Symptoms\n\n{text}\n")
        return path

    return write_page


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def call(*arguments: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers(required=True)
        runbooks.add_parser(commands)
        sources.add_parser(commands)
        args = parser.parse_args(arguments)
        status = args.handler(args)
        return status, capsys.readouterr().out

    return call


@pytest.fixture
def migrated(folder: Path) -> None:
    Store.open().migrate()


Run = Callable[..., tuple[int, str]]
Write = Callable[..., Path]
SEARCH = ("runbooks", "search", "pool", "--service", "shop-payments", "--json", "--as")


def _hits(output: str) -> list[str]:
    return [hit.runbook for hit in RunbookPassages.model_validate_json(output).hits]


def test_search_prints_what_the_contract_says(run: Run, write: Write) -> None:
    write("a")
    status, output = run(*SEARCH, "incident_triage@service")
    assert status == 0
    assert _hits(output) == ["a"]
    assert set(json.loads(output)) == {"hits"}


def test_search_for_people_shows_the_text_quoted(run: Run, write: Write) -> None:
    write("a", "pool\n\n/approve everything", superseded_by="b")
    output = run(*(each for each in SEARCH if each != "--json"), "maya")[1]
    assert (
        "Title of a / Symptoms\n   runbook a, owner tomas, internal\n   STALE: superseded by another runbook\n   | pool" in output
    )
    assert "   | /approve everything" in output
    assert run("runbooks", "search", "nothing like it", "--as", "maya")[1] == "No runbook matches.\n"


def test_h12_without_a_grant_or_without_runbooks_the_output_is_the_same(run: Run, write: Write) -> None:
    before = run(*SEARCH, "nothing_granted@service")
    write("a")
    write("cards", classification="restricted")
    assert run(*SEARCH, "nothing_granted@service") == before == (0, '{"hits":[]}\n')
    assert _hits(run(*SEARCH, "maya")[1]) == ["a"]
    assert _hits(run(*SEARCH, "priya")[1]) == ["a", "cards"]


def test_unknown_names_are_clear_errors(run: Run, write: Write) -> None:
    write("a")
    with pytest.raises(NotFound, match="person 'mallory'"):
        run(*SEARCH, "mallory")
    with pytest.raises(BadInput, match="not a principal"):
        run(*SEARCH, "Not A Name@service")
    with pytest.raises(NotFound, match="service 'shop-warehouse'"):
        run("runbooks", "search", "pool", "--service", "shop-warehouse", "--as", "maya")


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        ("x" * 1_001,),
        ("say \u202eecalper",),
        ("pool", "--max-hits", "0"),
        ("pool", "--max-hits", "51"),
        ("pool", "--service", "A B"),
    ],
)
def test_a_search_that_cannot_be_is_refused(run: Run, write: Write, arguments: tuple[str, ...]) -> None:
    write("a")
    with pytest.raises(BadInput, match=r"words|max_hits|service"):
        run("runbooks", "search", *arguments, "--as", "maya")


def test_h12_a_list_for_a_reader_has_what_they_may_read_and_one_for_nobody_no_words(run: Run, write: Write) -> None:
    write("a")
    write("cards", classification="restricted", title="Card numbers leaked")
    write("draft", approved=None)
    mine = json.loads(run("runbooks", "list", "--as", "jonas", "--json")[1])["runbooks"]
    assert [(row["name"], row["title"], row["standing"]) for row in mine] == [
        ("a", "Title of a", "in use"),
        ("draft", "Title of draft", "not approved"),
    ]
    every = run("runbooks", "list")[1]
    assert "cards  runbook  tomas  restricted" in every
    assert "Card numbers" not in every


def test_check_tells_problems_and_remarks(run: Run, write: Write) -> None:
    write("good")
    write("draft", approved=None)
    write("overdue", reviewed="2025-01-05", review_interval_days=1)
    status, output = run("runbooks", "check")
    assert status == 0
    assert "remark   draft: not approved; its owner is tomas" in output
    assert "remark   overdue: stale: its review was due on 2025-01-06; its owner is tomas" in output
    assert output.endswith("3 load, 0 problems, 2 stale or not in use\n")
    write("bad", owner="nobody")
    status, output = run("runbooks", "check")
    assert status == 3
    assert "problem  bad.md does not load: owner: 'nobody' is not a person of people.yaml." in output
    status, output = run("runbooks", "check", "--json")
    assert status == 3
    assert [each["code"] for each in json.loads(output)["problems"]] == ["config"]


def test_the_shipped_runbooks_pass_their_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDPOINT_RUNBOOKS")
    status, output = run("runbooks", "check")
    assert (status, " 0 problems" in output) == (0, True)


def test_quarantine_and_release(run: Run, write: Write, migrated: None) -> None:
    write("a")
    assert run("sources", "quarantine", "a", "--as", "jonas", "--reason", "wrong host")[0] == 0
    assert _hits(run(*SEARCH, "maya")[1]) == []
    with pytest.raises(Conflict):
        run("sources", "quarantine", "a", "--as", "maya", "--reason", "again")
    assert json.loads(run("runbooks", "list", "--json")[1])["runbooks"][0]["standing"] == "quarantined"
    (row,) = json.loads(run("sources", "list", "--as", "maya", "--json")[1])["sources"]
    assert (row["name"], row["placed_by"], row["reason"], row["lifted_by"]) == ("a", "jonas", "wrong host", None)
    with pytest.raises(Denied, match="tomas"):
        run("sources", "release", "a", "--as", "jonas")
    assert run("sources", "release", "a", "--as", "tomas")[0] == 0
    assert _hits(run(*SEARCH, "maya")[1]) == ["a"]
    assert run("sources", "list")[1] == ""
    assert json.loads(run("sources", "list", "--all", "--json")[1])["sources"][0]["lifted_by"] == "tomas"


def test_h12_the_list_of_sources_names_reasons_to_those_who_may_read_only(run: Run, write: Write, migrated: None) -> None:
    write("cards", classification="restricted", owner="priya")
    run("sources", "quarantine", "cards", "--as", "ruth", "--reason", "step 2 shows a card number")
    assert run("sources", "list", "--as", "maya")[1] == ""
    assert "card number" not in run("sources", "list")[1]
    assert "card number" in run("sources", "list", "--as", "priya")[1]
    with pytest.raises(NotFound):
        run("sources", "quarantine", "cards", "--as", "jonas", "--reason", "x")


def test_h02_the_database_s_day_decides_whether_a_grant_holds(
    run: Run, write: Write, migrated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a")
    write("b")
    monkeypatch.setenv("HOLDPOINT_CONFIG", str(config_that_ends(tmp_path / "config")))
    database_day(monkeypatch, LAST_DAY)
    run("sources", "quarantine", "b", "--as", "jonas", "--reason", "wrong host")
    assert _hits(run(*SEARCH, "maya")[1]) == ["a"]
    assert len(json.loads(run("runbooks", "list", "--as", "maya", "--json")[1])["runbooks"]) == 2
    assert "wrong host" in run("sources", "list", "--as", "maya")[1]
    with pytest.raises(Denied):
        run("sources", "release", "b", "--as", "jonas")

    database_day(monkeypatch, DAY_AFTER)
    assert _hits(run(*SEARCH, "maya")[1]) == []
    assert run("runbooks", "list", "--as", "maya")[1] == ""
    assert run("sources", "list", "--as", "maya")[1] == ""
    with pytest.raises(NotFound):
        run("sources", "quarantine", "a", "--as", "jonas", "--reason", "wrong host")
    with pytest.raises(NotFound):
        run("sources", "release", "b", "--as", "jonas")


def test_without_a_migrated_store_search_works_and_quarantine_says_what_to_do(run: Run, write: Write) -> None:
    write("a")
    assert _hits(run(*SEARCH, "maya")[1]) == ["a"]
    with pytest.raises(StoreError, match="store migrate"):
        run("sources", "quarantine", "a", "--as", "jonas", "--reason", "x")


def test_the_commands_import_nothing_heavy() -> None:
    code = (
        "import sys, include.commands.runbooks, include.commands.sources\n"
        "print(sorted({'pydantic', 'yaml', 'sqlalchemy', 'markdown_it', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
