from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import ConfigError
from include.retrieval import index as under_test
from include.retrieval.index import KEPT, build_index, current_index, open_index
from include.retrieval.loader import load_runbooks

Write = Callable[..., Path]
REPOSITORY = Path(__file__).parents[3]
_CHILD = """
import sys
from datetime import date
from include.catalogue.loader import load_catalogue
from include.contracts.tools.query_approved_runbook import RunbookQuery
from include.retrieval.search import search
sys.stdin.readline()
for _ in range(5):
    found = search(load_catalogue(), "maya", RunbookQuery(words="pool disk", service=None, max_hits=50), today=date(2026, 11, 2))
print(found.model_dump_json())
"""


def _home() -> Path:
    return Path(os.environ["HOLDPOINT_HOME"])


def _files() -> list[str]:
    return sorted(path.name for path in _home().iterdir())


def test_h12_the_file_is_for_us_alone_and_lies_in_holdpoints_home(catalogue: Catalogue, write: Write) -> None:
    write("a")
    path = current_index(catalogue)
    assert path.parent == _home()
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_built_once_and_again_when_anything_it_depends_on_changes(
    catalogue: Catalogue, make_catalogue: Callable[..., Catalogue], write: Write
) -> None:
    file = write("a")
    first = current_index(catalogue)
    stamp = first.stat().st_mtime_ns
    assert current_index(catalogue) == first
    assert first.stat().st_mtime_ns == stamp
    write("a", "## Symptoms\n\nIt fails differently.\n")
    second = current_index(catalogue)
    write("b")
    third = current_index(catalogue)
    file.unlink()
    fourth = current_index(catalogue)
    other = current_index(make_catalogue(services=("shop-orders",)))
    assert len({first, second, third, fourth, other}) == 5


def test_a_renamed_person_makes_another_index(catalogue: Catalogue, write: Write) -> None:
    write("a")
    before = current_index(catalogue)
    people = tuple(each for each in catalogue.tables["people"] if each.name != "maya")
    after = current_index(replace(catalogue, tables={**catalogue.tables, "people": people}))
    assert before != after
    with open_index(after) as connection:
        assert connection.execute("SELECT count(*) FROM runbooks").fetchone() == (0,)  # its owner is unknown now


def test_the_same_runbooks_give_the_same_bytes(catalogue: Catalogue, write: Write, tmp_path: Path) -> None:
    for number in range(20):
        write(f"page-{number}", services=["shop-orders", "shop-payments"][: number % 3] or ["*"], alerts=["B", "A", "C", "A"])
    runbooks = load_runbooks(None, catalogue)[0]
    build_index(tmp_path / "1.db", runbooks)
    build_index(tmp_path / "2.db", reversed(runbooks))
    assert (tmp_path / "1.db").read_bytes() == (tmp_path / "2.db").read_bytes()


def test_what_is_not_approved_is_not_even_in_the_index(catalogue: Catalogue, write: Write) -> None:
    write("draft", "## Symptoms\n\nunmistakable\n", approved=None)
    assert b"unmistakable" not in current_index(catalogue).read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.5, 0.75, 0.999])
@pytest.mark.parametrize("damage", ["flip", "truncate", "zero", "text"])
def test_a_damaged_index_is_built_again(catalogue: Catalogue, write: Write, share: float, damage: str) -> None:
    for number in range(8):
        write(f"page-{number}", "## Symptoms\n\n" + f"pool number {number} " * 40)
    path = current_index(catalogue)
    whole = path.read_bytes()
    at = int(len(whole) * share)
    path.write_bytes(
        {
            "flip": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            "truncate": whole[:at],
            "zero": whole[:at] + bytes(len(whole) - at) if any(whole[at:]) else whole[:at],
            "text": b"this is no database",
        }[damage]
    )
    again = current_index(catalogue)
    assert again.read_bytes() == whole


def test_an_index_that_vanishes_between_check_and_opening_is_built_again(
    catalogue: Catalogue, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from include.contracts.tools.query_approved_runbook import RunbookQuery
    from include.retrieval import search as module

    write("a", "## Symptoms\n\npool\n")
    calls = []

    def vanishing(*args: object) -> Path:
        path = current_index(*args)
        calls.append(path)
        if len(calls) == 1:
            path.unlink()
        return path

    monkeypatch.setattr(module, "current_index", vanishing)
    found = module.search(catalogue, "maya", RunbookQuery(words="pool", service=None), today=date(2026, 11, 2))
    assert [hit.runbook for hit in found.hits] == ["a"]
    assert len(calls) == 2


def test_four_processes_build_at_once(write: Write) -> None:
    for number in range(60):
        write(f"page-{number:02}", f"## Symptoms\n\npool {number}\n\n## Checks\n\nthe disk of {number}\n")
    command = [sys.executable, "-c", _CHILD]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    children = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    time.sleep(1.0)  # until all wait for their start
    for child in children:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = {child.communicate(timeout=60)[0] for child in children}
    assert [child.returncode for child in children] == [0, 0, 0, 0]
    assert len(answers) == 1
    assert answers.pop().count('"runbook":') == 50
    assert len(_files()) == 1
    assert not [name for name in _files() if name.endswith(".tmp")]


def test_a_killed_builder_leaves_nothing_that_is_used(catalogue: Catalogue, write: Write) -> None:
    for number in range(400):
        write(f"page-{number:03}", "## Symptoms\n\n" + "pool disk queue " * 100)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdin
    child.stdin.write("go\n")
    child.stdin.flush()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (_home().is_dir() and list(_home().glob(".runbooks-*.tmp"))):
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=10)
    child.stdin.close()
    with open_index(current_index(catalogue)) as connection:
        assert connection.execute("SELECT count(*) FROM runbooks").fetchone() == (400,)


def test_old_indexes_and_abandoned_builds_are_cleared_away(catalogue: Catalogue, write: Write) -> None:
    write("a")
    current_index(catalogue)
    now = time.time()
    for number in range(KEPT + 5):
        stale = _home() / f"runbooks-{number:016x}-{number:016x}.db"
        stale.write_bytes(b"old")
        os.utime(stale, (now - 1_000 - number, now - 1_000 - number))
    abandoned, fresh = _home() / ".runbooks-abandoned.tmp", _home() / ".runbooks-fresh.tmp"
    for path in (abandoned, fresh):
        path.write_bytes(b"")
    os.utime(abandoned, (now - 4_000, now - 4_000))
    write("b")
    newest = current_index(catalogue)
    kept = [name for name in _files() if name.startswith("runbooks-")]
    assert len(kept) == KEPT
    assert newest.name in kept
    assert not abandoned.exists()
    assert fresh.exists()


def test_a_home_that_cannot_be_written_is_a_clear_error(
    catalogue: Catalogue, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("a")
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("HOLDPOINT_HOME", str(blocked))
    with pytest.raises(ConfigError, match="HOLDPOINT_HOME"):
        current_index(catalogue)


def test_more_sections_than_any_file_can_have_fit_into_a_row_number() -> None:
    from include.retrieval.front_matter import MAX_FILE_BYTES

    assert MAX_FILE_BYTES < under_test._SECTIONS
    assert under_test.runbook_of(under_test.row_of(7, 5)) == (7, 5)


def test_clearing_away_beside_another_process_that_does_so_is_no_error(catalogue: Catalogue, write: Write) -> None:
    write("a")
    current_index(catalogue)
    (_home() / "runbooks-gone-gone.db").symlink_to("nowhere")  # listed, and not there when it is looked at
    write("b")
    assert current_index(catalogue).exists()
