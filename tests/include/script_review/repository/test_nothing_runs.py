"""A repository whose configuration, hooks, attributes, submodules and links would each leave a mark leaves none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from dulwich.filters import FilterError
from dulwich.repo import Repo

from include.script_review.repository.repository import Repository, open_local
from tests.git_kit import LINK, PROGRAM, SUBMODULE, Made

HOOKS = ("post-checkout", "pre-commit", "post-index-change", "fsmonitor-watchman", "reference-transaction", "post-merge")


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "marks"


@pytest.fixture
def hostile(made: Made, mark: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Made:
    """Each way in writes its own name into `mark`."""
    mark.mkdir()
    script = tmp_path / "leave.sh"
    script.write_text(f'#!/bin/sh\ntouch "{mark}/$1" "{mark}/any"\ncat\n')
    script.chmod(0o755)
    config = f"""
[core]
	fsmonitor = {script} fsmonitor
	sshCommand = {script} ssh
	hooksPath = {made.git}/hooks
	pager = {script} pager
	editor = {script} editor
	askPass = {script} askpass
	attributesFile = {made.path}/attributes
	alternateRefsCommand = {script} alternates
	worktree = /
[include]
	path = {tmp_path}/included
[includeIf "gitdir:/"]
	path = {tmp_path}/included
[filter "mark"]
	clean = {script} clean
	smudge = {script} smudge
	process = {script} process
	required = true
[diff "mark"]
	textconv = {script} textconv
	command = {script} diff
[merge "mark"]
	driver = {script} merge
[protocol "ext"]
	allow = always
[remote "origin"]
	url = ext::{script} ext
	uploadpack = {script} uploadpack
	vcs = ext
	promisor = true
[extensions]
	partialClone = origin
[url "ext::{script} insteadof"]
	insteadOf = https://
	insteadOf = file://
[credential]
	helper = !{script} credential
[gpg]
	program = {script} gpg
[submodule "lib"]
	update = !{script} update
	url = ext::{script} submodule
"""
    (made.git / "config").write_text((made.git / "config").read_text() + config)
    (tmp_path / "included").write_text(f"[core]\n\tfsmonitor = {script} included\n")
    for name in HOOKS:
        hook = made.git / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{script} hook-{name}\n")
        hook.chmod(0o755)
    (made.git / "info").mkdir(exist_ok=True)
    (made.git / "info" / "attributes").write_text("* filter=mark diff=mark merge=mark\n")
    monkeypatch.setenv("HOME", str(made.path))
    (made.path / ".gitconfig").write_text(config)
    return made


def content(mark: Path) -> dict[str | bytes, bytes | tuple[int, bytes]]:
    leaves = f"open({str(mark / 'python')!r}, 'w')\n".encode()
    return {
        ".gitattributes": b"* filter=mark diff=mark merge=mark ident eol=crlf working-tree-encoding=UTF-16\n",
        ".gitmodules": b'[submodule "lib"]\n\tpath = lib\n\turl = ext::sh -c touch% x\n\tupdate = !touch x\n',
        ".lfsconfig": b"[lfs]\n\turl = http://127.0.0.1:9/\n",
        "lib": (SUBMODULE, b"3" * 40),
        "link": (LINK, str(mark).encode()),
        "conftest.py": leaves,
        "__init__.py": leaves,
        "sitecustomize.py": leaves,
        "setup.py": leaves,
        "run.sh": (PROGRAM, f"#!/bin/sh\ntouch '{mark}/sh'\n".encode()),
        "a.ps1": f"Set-Content '{mark}/ps1' x\n".encode(),
        "evil.psm1": f"New-Item '{mark}/psm1'\n".encode(),
        "pointer.ps1": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12\n",
    }


@pytest.fixture
def started() -> Iterator[list[str]]:
    """Every attempt to start a process, while the test runs."""
    seen: list[str] = []
    watching = [True]

    def watch(event: str, arguments: object) -> None:
        if watching[0] and event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn"}:
            seen.append(event)

    sys.addaudithook(watch)
    yield seen
    watching[0] = False


def everything(repository: Repository, old: str, new: str) -> None:
    snapshot = repository.snapshot(repository.resolve())
    for path in snapshot.blobs:
        snapshot.read(path)
    repository.tree(new)
    repository.changed(old, new)
    repository.pull_request(old, new)
    snapshot.owners()


@pytest.mark.parametrize("packed", [False, True])
def test_no_way_in_leaves_a_mark(hostile: Made, mark: Path, started: list[str], packed: bool, monkeypatch: pytest.MonkeyPatch):
    old = hostile.commit({"a.ps1": b"1"})
    new = hostile.commit(content(mark), parents=(old,))
    if packed:
        hostile.pack()
    before = _state(hostile.path)
    monkeypatch.chdir(hostile.path)
    with open_local(hostile.path) as repository:
        everything(repository, old, new)
        snapshot = repository.snapshot(new)
        # As it is stored: no filter, no line ends, no encoding, nothing fetched for a pointer.
        assert snapshot.read("a.ps1") == content(mark)["a.ps1"]
        assert snapshot.read("pointer.ps1") == content(mark)["pointer.ps1"]
        assert set(snapshot.skipped) == {"lib", "link"}
    assert started == []
    assert list(mark.iterdir()) == []
    assert _state(hostile.path) == before


def test_a_reader_that_runs_filters_would_be_seen(hostile: Made, mark: Path):
    """The marks work: what checks files out leaves one."""
    hostile.commit({".gitattributes": b"* filter=mark\n", "a.ps1": b"1\n"})
    text = (hostile.git / "config").read_text()
    (hostile.git / "config").write_text(text.replace("\tworktree = /\n", "").replace("\tpartialClone = origin\n", ""))
    with suppress(FilterError), Repo(str(hostile.path)) as repo:
        repo.get_worktree().reset_index()
    assert (mark / "any").exists()


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Nothing was written beside reading: names, sizes and times of all files."""
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            seen = os.lstat(os.path.join(top, name))
            found[os.path.join(top, name)] = (seen.st_size, seen.st_mtime_ns)
    return found
