"""Recent deployments: commits and `deploy-*` tags of the service's deployment repository, read with git.

A repository's own configuration is not trusted: what would run a program, read another place or use the network is switched off.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import IO, ClassVar, cast

from include.contracts.base import Contract, Line
from include.contracts.errors import ConfigError
from include.contracts.tools import list_recent_deployments
from include.contracts.tools.list_recent_deployments import Deployment, DeploymentQuery, Deployments
from include.evidence.sources import git_log
from include.evidence.sources.files import resolve_below
from include.evidence.sources.git_log import Commit, Tag
from include.evidence.sources.limits import Deadline, TextBudget, flat, one_line, read_failed
from plugins.hooks.read.base import Asked, ReadHook, ReadResult

_MAX_BYTES = 8_000_000
_MAX_FILES = 50
_PATH_CHARACTERS = 200
_SUBJECT_CHARACTERS = 1_000
_SAFE = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "log.showSignature": "false",  # would run gpg.program
    "log.mailmap": "false",
    "protocol.allow": "never",
    "i18n.logOutputEncoding": "UTF-8",
    "color.ui": "false",
}


class DeploymentsLocation(Contract):
    """`repository`: relative path of a git repository, with or without a work tree. Its HEAD is what is deployed."""

    repository: Line


class DeploymentsHook(ReadHook):
    """Connection `holdpoint_deployments`: extra `path`, the folder of the repositories."""

    contract: ClassVar = list_recent_deployments.CONTRACT
    location: ClassVar = DeploymentsLocation

    def _read(self, asked: Asked) -> ReadResult:
        query, at = asked.query, asked.at
        assert isinstance(query, DeploymentQuery)
        assert isinstance(at, DeploymentsLocation)
        root, _ = self.root()
        git = Git(_git_dir(root, at.repository), asked.deadline)
        pairs = _in_window(git, query)
        budget = TextBudget(600_000)
        kept = pairs[: query.max_deployments]
        output = Deployments(
            deployments=tuple(_deployment(git, commit, tag, budget) for commit, tag in kept), truncated=len(pairs) > len(kept)
        )
        return ReadResult(output, f"deployments {at.repository}")


class Git:
    """One repository, read only, each call within the deadline and with bounded output."""

    def __init__(self, git_dir: Path, deadline: Deadline) -> None:
        self._git_dir, self._deadline = git_dir, deadline
        settings = [part for key, value in _SAFE.items() for part in ("-c", f"{key}={value}")]
        self._command = ["git", "--no-pager", "--no-replace-objects", "--literal-pathspecs", f"--git-dir={git_dir}", *settings]
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "HOME": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_LAZY_FETCH": "1",
        }

    def has_branches(self) -> bool:
        """Is there a branch, even a broken one, which git would not list?"""
        return (self._git_dir / "packed-refs").exists() or any(
            path.is_file() for path in (self._git_dir / "refs" / "heads").rglob("*")
        )

    def run(self, *arguments: str) -> bytes | None:
        """Standard output; None where git ends with an error."""
        self._deadline.check()
        try:
            process = subprocess.Popen(  # noqa: S603 (a fixed command; the arguments are ours)
                [*self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            raise ConfigError("git is not installed here.", next_step="install git where Airflow's tasks run") from None
        timer = threading.Timer(self._deadline.left(), _kill, [process])
        timer.start()
        output = b""
        try:
            with cast(IO[bytes], process.stdout) as stdout:
                output = stdout.read(_MAX_BYTES + 1)
            if len(output) > _MAX_BYTES:
                _kill(process)
            status = process.wait()
        finally:
            timer.cancel()
            _kill(process)
        self._deadline.check()
        if len(output) > _MAX_BYTES:
            raise read_failed(self._deadline.system, "answer too large")
        return output if status == 0 else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _git_dir(root: Path, repository: str) -> Path:
    """The repository's own folder. One that borrows its objects from elsewhere is refused: elsewhere may be outside the root."""
    path = resolve_below(root, repository)
    git_dir = path if (path / "objects").is_dir() and (path / "HEAD").exists() else path / ".git"
    if not (git_dir / "objects").is_dir():
        raise read_failed("deployments", "no such file", next_step=f"look whether {repository!r} is a git repository")
    git_dir = resolve_below(root, str(git_dir.relative_to(root.resolve())))
    alternates = git_dir / "objects" / "info" / "alternates"
    if git_dir.is_file() or (git_dir / "commondir").exists() or alternates.exists():
        raise ConfigError(
            f"The repository {repository!r} has its objects elsewhere (a linked work tree, or alternates).",
            next_step="name a repository with objects of its own, e.g. a clone without --shared",
        )
    for part in ("objects", "refs", "HEAD", "packed-refs"):
        resolve_below(root, str((git_dir / part).relative_to(root.resolve())))
    return git_dir


def _in_window(git: Git, query: DeploymentQuery) -> list[tuple[Commit, Tag | None]]:
    """What was committed or tagged in the window, newest first; more than asked for where there is more."""
    listed = git.run("for-each-ref", f"--format={git_log.TAG_FORMAT}", "refs/tags/deploy-*")
    if listed is None:
        raise read_failed("deployments", "bad answer", "not a git repository")
    tags: dict[str, Tag] = {}
    for tag in sorted(git_log.tags(listed), key=lambda tag: (tag.annotated, tag.at, len(tag.name), tag.name)):
        tags[tag.commit] = tag  # the newest of several wins: a tag with a date of its own before one without
    moments = {tag.commit: tag.at for tag in tags.values() if tag.annotated and query.since <= tag.at < query.until}
    found = {commit.id: commit for commit in _commits(git, query) if query.since <= commit.at < query.until}
    newest = sorted(moments, key=lambda commit: moments[commit], reverse=True)[: query.max_deployments + 1]
    for commit_id in set(newest) - set(found):  # an older commit, deployed (again) in the window
        shown = git.run("log", "-z", f"--format={git_log.COMMIT_FORMAT}", "--abbrev=12", "-1", commit_id, "--")
        found |= {commit.id: commit for commit in git_log.commits(shown or b"")}
    rows = [(moments.get(commit.id, commit.at), commit, tags.get(commit.id)) for commit in found.values()]
    rows.sort(key=lambda row: (row[0], row[1].at, row[1].id), reverse=True)
    return [(replace(commit, at=at), tag) for at, commit, tag in rows]


def _commits(git: Git, query: DeploymentQuery) -> list[Commit]:
    if git.run("rev-parse", "--verify", "--quiet", "HEAD") is None:
        if not git.has_branches():
            return []  # nothing was ever committed
        where = "check out the branch that is deployed, so that the repository's HEAD names it"
        raise read_failed("deployments", "bad answer", "HEAD is no commit", next_step=where)
    output = git.run(
        "log",
        "-z",
        f"--format={git_log.COMMIT_FORMAT}",
        "--abbrev=12",
        f"--max-age={int(query.since.timestamp())}",
        f"--min-age={int(query.until.timestamp())}",
        f"--max-count={query.max_deployments + 2}",
        "HEAD",
        "--",
    )
    if output is None:
        raise read_failed("deployments", "bad answer", "the history cannot be read")
    return git_log.commits(output)


def _deployment(git: Git, commit: Commit, tag: Tag | None, budget: TextBudget) -> Deployment:
    listed = git.run("diff-tree", "-r", "-z", "--name-only", "--no-commit-id", "--root", "--diff-merges=first-parent", commit.id)
    files = git_log.paths(listed or b"")
    shown = [one_line(path, limit=_PATH_CHARACTERS) for path in files[:_MAX_FILES]]
    if len(files) > _MAX_FILES:
        shown[-1] = f"… and {len(files) - _MAX_FILES + 1} more"
    if not budget.take(sum(len(path) + 2 for path in shown)):
        shown = [f"… {len(files)} files"]
    return Deployment(
        revision=commit.revision,
        reference=one_line(tag.name) if tag else None,
        at=commit.at,
        author=one_line(commit.author),
        subject=flat(commit.subject, _SUBJECT_CHARACTERS),
        files=tuple(shown),
    )
