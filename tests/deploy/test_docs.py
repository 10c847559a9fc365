"""What the documents name exists: paths, links, commands with their arguments, variables, services, settings."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.cli import COMMANDS, parser
from include.contracts.catalogue import Settings
from tests.deploy.compose import REPOSITORY, services

DOCS = REPOSITORY / "docs"
DOCUMENTS = [path for path in [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))] if path.exists()]
OURS = [DOCS / "architecture.md", DOCS / "operate.md", *sorted((DOCS / "adr").glob("*.md"))]
TOPS = "benchmarks|dags|deploy|docs|include|lab|plugins|scripts|tests"
ALONE = r"Dockerfile|docker-compose\.yaml|CHANGELOG\.md|Makefile|pyproject\.toml"
# Made at run time; a reader's own file that stands in the way, in docs/install.md.
ELSEWHERE = ("deploy/secrets", "include/store.py")


def _tree(of: argparse.ArgumentParser, prefix: str = "") -> Iterator[str]:
    """`ledger verify`, … for every command that can be run."""
    below = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield prefix.strip()
    for group in below:
        for word, child in group.choices.items():
            yield from _tree(child, f"{prefix} {word}")


TREE = set(_tree(parser()))


def name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def paths_in(text: str) -> set[str]:
    """Backticked paths of the repository, without a trailing slash; what holds a placeholder is none."""
    spans = re.findall(r"`([^`\n]+)`", text)
    wanted = re.compile(rf"(?:\./)?(?:{TOPS})/[A-Za-z0-9_./-]*|{ALONE}")
    return {span.removeprefix("./").rstrip("/") for span in spans if wanted.fullmatch(span)}


def commands_in(text: str) -> list[list[str]]:
    """Words of each `./holdpoint …`, and of `holdpoint …` after `docker compose run`; not what the shell or a table adds."""
    found = re.findall(r"\./holdpoint ([a-z][^`\n]*)", text)
    found += re.findall(r"docker compose run --rm \w+ holdpoint ([^`\n]*)", text)
    given = (re.split(r"\s(?:[|<>&;]|2>|\s)", line, maxsplit=1)[0] for line in found)
    return [shlex.split(re.sub(r"[][]", "", line), comments=True) for line in given]  # [--json]: what may be given, too


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_exists(document: Path) -> None:
    for path in paths_in(document.read_text(encoding="utf-8")):
        assert (REPOSITORY / path).exists() or path.startswith(ELSEWHERE), path


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            assert (document.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_can_be_given_like_that(document: Path) -> None:
    """Commands that only name themselves (`./holdpoint ledger verify` in a sentence) count as well: they need no argument."""
    for words in commands_in(document.read_text(encoding="utf-8")):
        only_named = " ".join(words) in TREE or (len(words) == 1 and words[0] in COMMANDS)
        if not only_named and "…" not in words:
            try:
                parser().parse_args(words)
            except SystemExit:
                pytest.fail(f"./holdpoint {shlex.join(words)}")


@pytest.mark.parametrize("document", OURS, ids=name)
def test_every_variable_exists(document: Path) -> None:
    known = (REPOSITORY / "docs/cli.md").read_text(encoding="utf-8")
    known += (REPOSITORY / "docker-compose.yaml").read_text(encoding="utf-8")
    for variable in set(re.findall(r"\bHOLDPOINT_[A-Z][A-Z_]*[A-Z]\b", document.read_text(encoding="utf-8"))):
        assert variable in known, variable


def test_operating_tells_of_every_service_and_login() -> None:
    text = (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8")
    for service in services():
        assert f"`{service}`" in text, service
    for login in re.findall(r"CREATE ROLE (holdpoint_\w+) LOGIN", (REPOSITORY / "deploy/postgres/10-databases.sql").read_text()):
        assert f"`{login}`" in text, login


def test_settings_that_operating_names_are_settings_with_these_values() -> None:
    text = (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"`(storm_new_incidents_per_minute)` \((\d+)\)", text))
    assert found
    for setting, value in found.items():
        assert Settings.model_fields[setting].default == int(value)
    for setting in ("brief_deadline_minutes", "quiet_minutes"):
        assert f"`{setting}`" in text
        assert setting in Settings.model_fields


def test_the_laptop_settings_are_those_that_are_used() -> None:
    text = (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8")
    code = (REPOSITORY / "lab/airflow.py").read_text(encoding="utf-8")
    for option, value in {
        "PARALLELISM": "4",
        "DEFAULT_POOL_TASK_SLOT_COUNT": "8",
        "MIN_HEARTBEAT_INTERVAL": "1",
        "SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "JOB_HEARTBEAT_SEC": "2",
        "SCHEDULER_HEARTBEAT_SEC": "2",
        "ORPHANED_TASKS_CHECK_INTERVAL": "10",
        "TASK_INSTANCE_HEARTBEAT_TIMEOUT": "40",
    }.items():
        assert re.search(rf'__{option}": "{re.escape(value)}"', code), option
        assert option.lower() in text, option


# -- The checks, checked -----------------------------------------------------------------------------------------------


def test_a_path_or_a_command_that_does_not_exist_is_found() -> None:
    assert paths_in("see `include/nowhere.py`, `deploy/`, `HOLDPOINT_HOME`, `{x}/y`") == {"include/nowhere.py", "deploy"}
    assert commands_in("`./holdpoint ledger verify --nonsense` then") == [["ledger", "verify", "--nonsense"]]
    assert commands_in("cd x && ./holdpoint reconcile --json >> log 2>&1") == [["reconcile", "--json"]]
    with pytest.raises(SystemExit):
        parser().parse_args(["ledger", "verify", "--nonsense"])


def test_the_decisions_are_numbered_without_a_gap_and_say_what_a_decision_says() -> None:
    files = sorted((REPOSITORY / "docs/adr").glob("*.md"))
    assert [path.name[:4] for path in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        for heading in ("Context", "Decision", "Consequences", "What would change our mind"):
            assert f"\n## {heading}\n" in text, f"{path.name}: {heading}"
