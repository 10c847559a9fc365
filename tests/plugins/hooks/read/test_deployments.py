"""Real repositories, hostile ones among them."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError, ReadFailed
from include.contracts.tools.list_recent_deployments import DeploymentQuery
from include.evidence.build import MAX_TEXT
from plugins.hooks.read import deployments
from plugins.hooks.read.registry import read_hook


class Repository:
    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, at: datetime | None = None, author: str = "Maya Ito") -> str:
        when = at.isoformat() if at else "2026-01-01T00:00:00+00:00"
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", author), ("EMAIL", "m@x"), ("DATE", when))
        }
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, message: str, at: datetime, files: tuple[str, ...] = ("config.json",), author: str = "Maya Ito") -> str:
        for file in files:
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(message + file)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message, at=at, author=author)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, connect: Callable[..., None]) -> Repository:
    connect("holdpoint_deployments", extra={"path": str(tmp_path / "repos")})
    return Repository(tmp_path / "repos" / "payments")


def read(catalogue: Any, window: dict[str, Any], **more: Any) -> Any:
    query = DeploymentQuery(**window | more)
    return read_hook("list_recent_deployments", catalogue=catalogue, principal="incident_triage@service").read(query)


def test_commits_and_tags_in_the_window(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    repository.commit("before", now - timedelta(hours=3))
    first = repository.commit("raise the pool", now - timedelta(minutes=30), ("config.json", "src/pool.py"))
    repository.git("tag", "deploy-7")
    second = repository.commit("lower the pool", now - timedelta(minutes=4), ("config.json",), "Priya Nair")
    repository.git("tag", "-a", "-m", "x", "deploy-8", at=now - timedelta(minutes=3))
    repository.git("tag", "unrelated")
    result = read(catalogue, window)
    newest, older = result.output.deployments
    assert (newest.revision, newest.reference, newest.author, newest.subject) == (
        second[:12],
        "deploy-8",
        "Priya Nair",
        "lower the pool",
    )
    assert newest.at == now - timedelta(minutes=3)  # the tag's own date: that is when it went out
    assert (older.revision, older.reference, older.at) == (first[:12], "deploy-7", now - timedelta(minutes=30))
    assert older.files == ("config.json", "src/pool.py")
    assert not result.output.truncated
    assert result.place == "deployments payments"


def test_an_older_commit_deployed_again_in_the_window(
    repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    old = repository.commit("good", now - timedelta(days=9))
    repository.git("tag", "-a", "-m", "x", "deploy-1", at=now - timedelta(days=9))
    repository.commit("bad", now - timedelta(days=2))
    repository.git("tag", "-a", "-m", "back", "deploy-3", old, at=now - timedelta(minutes=2))
    (found,) = read(catalogue, window).output.deployments
    assert (found.revision, found.reference, found.at) == (old[:12], "deploy-3", now - timedelta(minutes=2))


def test_the_window_is_half_open(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    repository.commit("at until", now)
    repository.commit("child", now + timedelta(hours=1))
    assert read(catalogue, window | {"until": now}).output.deployments == ()
    assert [d.subject for d in read(catalogue, window | {"since": now}).output.deployments] == ["at until"]


def test_more_than_asked_for(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    for number in range(8):
        repository.commit(f"c{number}", now - timedelta(minutes=10 - number))
    output = read(catalogue, window, max_deployments=3).output
    assert [d.subject for d in output.deployments] == ["c7", "c6", "c5"]
    assert output.truncated


def test_a_merge_shows_what_it_brought(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    repository.commit("base", now - timedelta(hours=2))
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit("topic", now - timedelta(hours=2), ("topic.txt",))
    repository.git("checkout", "-q", "main")
    repository.commit("main", now - timedelta(hours=2), ("main.txt",))
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic", at=now)
    (merge,) = [d for d in read(catalogue, window).output.deployments if d.subject == "merge"]
    assert merge.files == ("topic.txt",)


def test_many_and_long_names_of_files(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    long = "/".join(["d" * 200] * 4)
    for number in range(3):
        repository.commit(f"c{number}", now, tuple(f"{long}/{n}" for n in range(60)))
    output = read(catalogue, window).output
    assert len(output.deployments[0].files) == 50
    assert output.deployments[0].files[-1] == "… and 11 more"
    assert len("\n".join(output.text_lines())) < MAX_TEXT


def test_bare_and_empty_repositories(
    tmp_path: Path, connect: Callable[..., None], catalogue: Any, window: dict[str, Any]
) -> None:
    connect("holdpoint_deployments", extra={"path": str(tmp_path)})
    Repository(tmp_path / "payments", "--bare")
    assert read(catalogue, window).output.deployments == ()


def test_h11_traps_in_names(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    subject = "x\x1e" + "0" * 40 + "\x1f evil \u202e rtl"
    repository.commit(subject + "\n\nbody", now, ("a\nb", "-–flag", "$(reboot)"), author="A \x1b[31m B")
    output = read(catalogue, window).output
    (found,) = output.deployments
    assert found.subject == "x\\u{001E}" + "0" * 40 + "\\u{001F} evil \\u{202E} rtl"
    assert found.author == "A \\u{001B}[31m B"
    assert set(found.files) == {"a b", "-–flag", "$(reboot)"}
    assert len("\n".join(output.lines()).splitlines()) == 1


@pytest.mark.parametrize("name", ["../outside", "/etc", "link", "."])
def test_h11_no_repository_outside_the_root(
    tmp_path: Path, connect: Callable[..., None], located: Callable[..., Any], window: dict[str, Any], now: datetime, name: str
) -> None:
    (tmp_path / "repos").mkdir()
    Repository(tmp_path / "outside").commit("secret", now)
    (tmp_path / "repos" / "link").symlink_to(tmp_path / "outside")
    connect("holdpoint_deployments", extra={"path": str(tmp_path / "repos")})
    with pytest.raises((ConfigError, ReadFailed)):
        read(located(deployments={"repository": name}), window)


def test_h11_a_folder_inside_another_repository_is_not_taken_for_one(
    tmp_path: Path, connect: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    Repository(tmp_path / "outer").commit("secret", now)
    (tmp_path / "outer" / "payments").mkdir()
    connect("holdpoint_deployments", extra={"path": str(tmp_path / "outer")})
    with pytest.raises(ReadFailed, match="no such file"):
        read(catalogue, window)


def test_h11_objects_and_folders_from_elsewhere_are_refused(
    tmp_path: Path,
    repository: Repository,
    connect: Callable[..., None],
    catalogue: Any,
    located: Callable[..., Any],
    window: dict[str, Any],
    now: datetime,
) -> None:
    outside = Repository(tmp_path / "outside")
    outside.commit("secret", now)
    repository.commit("own", now)
    root = tmp_path / "repos"
    (root / "gitfile").mkdir()
    (root / "gitfile" / ".git").write_text(f"gitdir: {outside.folder}/.git\n")
    (root / "gitlink").mkdir()
    (root / "gitlink" / ".git").symlink_to(outside.folder / ".git")
    repository.git("worktree", "add", "-q", str(root / "tree"))
    subprocess.run(["git", "clone", "-q", "--shared", str(outside.folder), str(root / "shared")], check=True)
    (root / "refs").mkdir()
    subprocess.run(["cp", "-r", str(repository.folder / ".git"), str(root / "refs" / ".git")], check=True)
    (root / "refs" / ".git" / "HEAD").unlink()
    (root / "refs" / ".git" / "HEAD").symlink_to(tmp_path / "outside" / ".git" / "HEAD")
    for name in ("gitfile", "gitlink", "tree", "shared", "refs"):
        with pytest.raises((ConfigError, ReadFailed)):
            read(located(deployments={"repository": name}), window)


def program(path: Path, mark: Path) -> str:
    path.write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 0\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_h11_a_repository_s_own_configuration_runs_nothing(
    tmp_path: Path, repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    """Every place in a repository's configuration from which git may start a program, each set to one that leaves a mark."""
    mark = tmp_path / "it-ran"
    evil = program(tmp_path / "evil.sh", mark)
    (repository.folder / ".gitattributes").write_text("* diff=evil filter=evil\n")
    repository.commit("trap", now)
    diffs = ("diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "pager.log")
    core = ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.gitProxy", "core.askPass")
    rest = ("core.alternateRefsCommand", "gpg.program", "gpg.ssh.program", "uploadpack.packObjectsHook", "credential.helper")
    for key in (*diffs, *core, *rest, "interactive.diffFilter", "trace2.eventTarget", "alias.log", "alias.for-each-ref"):
        repository.git("config", key, f"!{evil}" if key.startswith("alias") else evil)
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "core.hooksPath", str(tmp_path))
    hash_of = repository.git("-c", "core.fsmonitor=false", "rev-parse", "HEAD")
    signed = repository.git("-c", "core.fsmonitor=false", "cat-file", "commit", hash_of).replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1
    )
    done = subprocess.run(
        ["git", "-c", "core.fsmonitor=false", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=repository.folder, input=signed + "\n", text=True, capture_output=True, check=True,
    )  # fmt: skip
    (repository.folder / ".git" / "refs" / "heads" / "main").write_text(done.stdout)
    mark.unlink(missing_ok=True)
    output = read(catalogue, window).output
    assert [d.subject for d in output.deployments] == ["trap"]
    assert not mark.exists()


def test_h11_a_partial_clone_fetches_nothing(
    tmp_path: Path, connect: Callable[..., None], catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    """git fetches an object that is missing, with a program that the repository's configuration names."""
    mark = tmp_path / "it-ran"
    evil = program(tmp_path / "evil.sh", mark)
    source = Repository(tmp_path / "source")
    source.commit("one", now - timedelta(minutes=5))
    source.commit("two", now)
    source.git("config", "uploadpack.allowFilter", "true")
    root = tmp_path / "repos"
    root.mkdir()
    clone = ["git", "clone", "-q", "--bare", "--filter=tree:0", f"file://{source.folder}", str(root / "payments")]
    subprocess.run(clone, check=True, capture_output=True)
    for key, value in (
        ("remote.origin.uploadpack", evil),
        ("remote.origin.url", f"ext::{evil}"),
        ("protocol.ext.allow", "always"),
    ):
        subprocess.run(["git", "config", key, value], cwd=root / "payments", check=True)
    connect("holdpoint_deployments", extra={"path": str(root)})
    output = read(catalogue, window).output
    assert [d.subject for d in output.deployments] == ["two", "one"]
    assert not mark.exists()


def test_replaced_commits_do_not_show(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    true = repository.commit("true", now)
    repository.git("checkout", "-q", "--orphan", "other")
    false = repository.commit("false", now)
    repository.git("checkout", "-q", "main")
    repository.git("replace", true, false)
    assert [d.subject for d in read(catalogue, window).output.deployments] == ["true"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a repository away")
def test_a_repository_of_another_user_is_read(
    repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime
) -> None:
    repository.commit("theirs", now)
    subprocess.run(["chown", "-R", "65534:65534", str(repository.folder)], check=True)
    assert [d.subject for d in read(catalogue, window).output.deployments] == ["theirs"]


def test_a_broken_repository(repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime) -> None:
    repository.commit("one", now)
    for path in (repository.folder / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"garbage")
    with pytest.raises(ReadFailed, match="bad answer"):
        read(catalogue, window)


@pytest.mark.parametrize("head", ["ref: refs/heads/gone", "ref: refs/heads/broken", "garbage", "", "../../../../etc/passwd"])
def test_a_head_that_is_no_commit_is_not_an_empty_history(
    repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime, head: str
) -> None:
    repository.commit("one", now)
    (repository.folder / ".git" / "refs" / "heads" / "broken").write_text("garbage\n")
    (repository.folder / ".git" / "HEAD").write_text(head + "\n")
    with pytest.raises(ReadFailed, match="bad answer"):
        read(catalogue, window)


def test_git_that_hangs_or_floods_is_ended(
    tmp_path: Path, repository: Repository, catalogue: Any, window: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one", now)
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    hook_contract = read_hook("list_recent_deployments", catalogue=catalogue, principal="").contract
    monkeypatch.setattr(deployments.DeploymentsHook, "contract", hook_contract.model_copy(update={"timeout_s": 1}))
    for script, words in (("sleep 60 & sleep 60", "timeout"), ("yes", "too large|timeout")):
        fake.write_text(f"#!/bin/sh\n{script}\n")
        fake.chmod(0o755)
        with pytest.raises(ReadFailed, match=words):
            read(catalogue, window)


def test_without_git(repository: Repository, catalogue: Any, window: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ConfigError, match="git is not installed"):
        read(catalogue, window)
