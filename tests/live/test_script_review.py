"""`script_review` on a live Airflow over a real repository: reviewed, unchanged, broken and made whole, and nothing of it run."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit
from dulwich.refs import Ref
from dulwich.repo import Repo

from include.delivery.report_task import find_task
from include.reviewing.report import read_report
from include.store import desk, ledger, script_reports, script_reviews, script_units
from include.store.script_reviews import Review, ReviewKind
from include.store.verify import verify

pytestmark = pytest.mark.live
DAG = "/api/v2/dags/script_review"
REPOSITORY = "shop-orders"  # of the example catalogue; it stands below Holdpoint's home
CANARY = "canary-5d20be"
MAIN = Ref(b"refs/heads/main")
ENDED = {"success", "failed"}


def traps(marks: Path) -> dict[str, str]:
    """Files of every kind that is reviewed, each of which leaves a mark if anything runs, imports, sources or applies it."""

    def mark(name: str) -> str:
        return str(marks / name)

    shell = f"touch '{mark('sh')}'  # {CANARY}\n"
    python = f"open({mark('py')!r}, 'w').close()  # {CANARY}\n"
    return {
        "ops/Clean.ps1": f"Set-Content -Path '{mark('ps1')}' -Value 1 # {CANARY}\ntry {{ Get-Item x }} catch {{ }}\n",
        "ops/Tools.psm1": f"Set-Content -Path '{mark('psm1')}' -Value 1 # {CANARY}\n",
        "ops/Tools.Tests.ps1": f"Set-Content -Path '{mark('pester')}' -Value 1 # {CANARY}\n",
        "run/deploy.sh": f"#!/bin/sh\n{shell}",
        "run/.envrc": shell,
        "run/Makefile": f"X := $(shell touch '{mark('make')}') # {CANARY}\nall:\n\t{shell}",
        "tool/__init__.py": python,
        "tool/setup.py": python,
        "conftest.py": python,
        "sitecustomize.py": python,
        "ruff.toml": f'extend = "{mark("ruff")}" # {CANARY}\n',
        ".shellcheckrc": f"external-sources=true\nsource-path={marks}\n",
        "image/Dockerfile": f"FROM scratch\nRUN touch '{mark('docker')}' # {CANARY}\n",
        "infra/main.tf": f'resource "null_resource" "x" {{ provisioner "local-exec" {{ command = "touch {mark("tf")}" }} }}\n',
        ".gitattributes": "* filter=mark diff=mark\n",
        "CODEOWNERS": "/run/ priya.raman@example.com\n",
    }


@dataclass
class Place:
    """The repository, and the folder that must stay empty."""

    path: Path
    marks: Path
    files: dict[str, str] = field(default_factory=dict)

    def commit(self, files: dict[str, str]) -> None:
        """On top of what is there, object by object: `git add` would run the filters that stand in the repository."""
        self.files |= files
        with Repo(str(self.path)) as repo:
            blobs = {name: Blob.from_string(text.encode()) for name, text in self.files.items()}
            for blob in blobs.values():
                repo.object_store.add_object(blob)
            entries = [(name.encode(), blob.id, 0o100755 if name.endswith(".sh") else 0o100644) for name, blob in blobs.items()]
            made = Commit()
            made.tree = commit_tree(repo.object_store, entries)
            made.parents = [repo.refs[MAIN]] if MAIN in repo.refs else []
            made.author = made.committer = b"A <a@example.com>"
            made.author_time = made.commit_time = 1_760_000_000 + len(self.files)
            made.author_timezone = made.commit_timezone = 0
            made.message = b"more"
            repo.object_store.add_object(made)
            repo.refs[MAIN] = made.id

    def object_of(self, text: str) -> Path:
        """The loose object of a file that says this."""
        sha = Blob.from_string(text.encode()).id.decode()
        return self.path / ".git" / "objects" / sha[:2] / sha[2:]


@pytest.fixture(scope="module")
def place(live: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    marks = tmp_path_factory.mktemp("marks")
    path = Path(live.airflow.home) / "holdpoint" / "lab" / "repos" / REPOSITORY
    path.mkdir(parents=True)
    Repo.init(str(path), default_branch=b"main").close()
    own = Place(path, marks)
    own.commit(traps(marks))
    for hook in ("post-checkout", "post-merge", "reference-transaction", "fsmonitor-watchman"):
        script = path / ".git" / "hooks" / hook
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch '{marks}/hook-{hook}'\n")
        script.chmod(0o755)
    with (path / ".git" / "config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {marks}/fsmonitor"\n\tsshCommand = "touch {marks}/ssh"\n')
        config.write(f'[filter "mark"]\n\tsmudge = "touch {marks}/smudge"\n\tclean = "touch {marks}/clean"\n')
        config.write(f'[diff "mark"]\n\ttextconv = "touch {marks}/textconv"\n')
    yield own
    assert os.listdir(marks) == [], "something was run"


def start(live: Any, **conf: str) -> str:
    return str(live.airflow.send("POST", f"{DAG}/dagRuns", {"logical_date": None, "conf": conf})["dag_run_id"])


def ended(live: Any, run: str, timeout_s: float = 180.0) -> str:
    def state() -> str | None:
        found = live.airflow.get(f"{DAG}/dagRuns/{run}")["state"]
        return found if found in ENDED else None

    return str(live.wait(f"the end of {run}", state, timeout_s))


def tasks(live: Any, run: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for task in live.airflow.get(f"{DAG}/dagRuns/{run}/taskInstances?limit=100")["task_instances"]:
        found.setdefault(task["task_id"], []).append(task["state"])
    return found


def review_of(live: Any, run: str) -> Review:
    with live.store.read() as conn:
        found = script_reviews.of_run(conn, run)
    assert found is not None
    return found


def report_of(live: Any, review: Review) -> Any:
    with live.store.read() as conn:
        return script_reports.latest(conn, review.said_by)


def logs(live: Any, run: str, task: str) -> str:
    folder = Path(live.airflow.home) / "logs"
    return "".join(
        path.read_text(errors="replace") for path in sorted(folder.rglob("*.log")) if run in str(path) and task in str(path)
    )


def test_a_repository_is_reviewed_and_the_second_run_says_unchanged(live: Any, place: Place) -> None:
    run = start(live, repository=REPOSITORY)
    assert ended(live, run) == "success"
    found = tasks(live, run)
    assert found["comment_on_pull_request"] == ["skipped"]
    assert {name: states for name, states in found.items() if name != "comment_on_pull_request"} == {
        name: ["success"] for name in ("list_changed", "review_batch", "compile_report", "file_report")
    }
    review = review_of(live, run)
    report = report_of(live, review)
    assert (review.kind, review.asked_by, review.state, report.version) == (ReviewKind.BY_HAND, "maya", "filed", 1)
    said = read_report(report)
    assert {file.path for file in said.files} == set(traps(place.marks))
    assert [one.rule for file in said.files for one in file.findings if one.path == "ops/Clean.ps1"].count("ps-empty-catch") == 1
    assert f"reviewed {review.files} of {review.files} files" in logs(live, run, "review_batch")
    # By night: each repository gets a run of its own, which finds that there is nothing to do.
    nightly = start(live)
    assert ended(live, nightly) == "success"
    later = live.wait("the nightly review", lambda: _nightly(live), 120.0)
    night = str(later.run_id)
    assert ended(live, night) == "success"
    later = review_of(live, night)
    assert (later.same_as, later.fresh_files, later.state) == (review.id, 0, "filed")
    assert tasks(live, night)["review_batch"] == ["skipped"]
    assert "unchanged" in logs(live, night, "list_changed")
    with live.store.read() as conn:
        assert script_units.batches(conn, later.id) == []


def _nightly(live: Any) -> Review | None:
    with live.store.read() as conn:
        found = script_reviews.listed(conn, [REPOSITORY])
    return next((each for each in found if each.kind is ReviewKind.NIGHTLY and each.state in {"reported", "filed"}), None)


def test_a_failed_batch_is_red_is_cleared_as_the_ui_does_and_completes_the_same_report(live: Any, place: Place) -> None:
    text = f"try {{ Get-Item y }} catch {{ }} # {CANARY}\n"
    place.commit({"more/New.ps1": text})
    broken = place.object_of(text)
    whole = broken.read_bytes()
    broken.chmod(0o644)
    broken.write_bytes(zlib.compress(b"blob 4\0oops"))
    run = start(live, repository=REPOSITORY)
    ended(live, run)
    found = tasks(live, run)
    assert (found["review_batch"], found["compile_report"], found["file_report"]) == (["failed"], ["success"], ["success"])
    review = review_of(live, run)
    first = report_of(live, review)
    assert (first.version, first.counts.gaps, review.fresh_files) == (1, 1, 1)
    broken.write_bytes(whole)
    body = {
        "dry_run": False,
        "dag_run_id": run,
        "task_ids": [["review_batch", 0]],
        "include_downstream": True,
        "only_failed": False,
        "reset_dag_runs": True,
    }
    live.airflow.send("POST", f"{DAG}/clearTaskInstances", body)
    second = live.wait("the next version", lambda: _version(live, review, 2), 120.0)
    assert ended(live, run) == "success"
    assert tasks(live, run)["review_batch"] == ["success"]
    assert (second.review_id, second.counts.gaps, second.counts.new) == (review.id, 0, 1)
    with live.store.read() as conn:
        kinds = [row.kind for row in ledger.entries(conn) if row.subject == review.id]
        number = find_task(conn, REPOSITORY, "tomas")
        assert number is not None
        assert any("more/New.ps1" in row["body"] for row in desk.comments_of(conn, number))
    assert {"review.batch_failed", "review.batch", "review.reported", "review.filed"} <= set(kinds)
    assert verify(live.store).ok


def _version(live: Any, review: Review, version: int) -> Any:
    found = report_of(live, review)
    return found if found is not None and found.version == version else None


def test_h12_no_line_of_the_sources_is_in_airflow(live: Any, place: Place) -> None:
    """Neither in its database (XCom, conf, rendered fields) nor in a log; nor did anything of them run."""
    home = Path(live.airflow.home)
    with sqlite3.connect(f"file:{home / 'airflow.db'}?mode=ro", uri=True) as conn:
        assert not [line for line in conn.iterdump() if CANARY in line]
    assert not [path for path in (home / "logs").rglob("*.log") if CANARY in path.read_text(errors="replace")]
    assert os.listdir(place.marks) == []
