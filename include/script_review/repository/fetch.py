"""Bring a remote repository into a bare cache folder of ours, by a process of its own that is ended when its time is over.

The folder is Holdpoint's: it holds packs, `HEAD` and `packed-refs`, no configuration, no hook, and is thrown away when it has
grown too much. What a server sends is proved by its hashes before a name leads to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from include.contracts.errors import BadInput, ConfigError, Denied, NotFound, ReadFailed
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.refs import branch_ref, find_ref, is_hash, ref_names
from include.store.location import home

CACHE = "HOLDPOINT_REVIEW_CACHE"
_PROGRAM = Path(__file__).with_name("fetching.py")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAX_PACKS = 200
_GRACE_S = 5.0
# What the process that fetches may know of our environment: how to reach the network, nothing else.
_PASSED = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "https_proxy",
    "http_proxy",
    "all_proxy",
    "no_proxy",
)


class Credentials(NamedTuple):
    """What a server takes: for a token, GitHub wants any user name beside it. Kept in memory only."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(…)"


Ask = Callable[[str], Credentials | None]  # the URL -> what to show there


def cache_folder() -> Path:
    """Where fetched repositories are kept: `HOLDPOINT_REVIEW_CACHE`, or `repositories` in Holdpoint's home."""
    return Path(os.environ.get(CACHE) or home() / "repositories")


def folder_of(url: str, cache: Path | None = None) -> Path:
    """Where a repository is fetched to."""
    return (cache or cache_folder()) / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.git"


def fetch(
    url: str,
    *,
    branch: str | None = None,
    pull: int | None = None,
    commits: Sequence[str] = (),
    credentials: Ask | None = None,
    limits: RepositoryLimits | None = None,
    cache: Path | None = None,
) -> Path:
    """The bare folder with the branch and, of GitHub, the head of a pull request in it, as they are now.

    :param branch: default: the server's own
    :param commits: hashes that shall be there, too: the base of a pull request into another branch, a head that was replaced
    :raises ConfigError: the URL is of no kind that is fetched, or the cache cannot be written
    :raises Denied: the server wants other credentials
    :raises NotFound: the server has no such repository or branch
    :raises ReadFailed: it does not answer, or not in time
    :raises BadInput: what it sends is more than the bounds allow
    """
    check_url(url)
    limits = limits or RepositoryLimits()
    folder = folder_of(url, cache)
    wants = [branch_ref(branch), *([f"refs/pull/{pull}/head"] if pull is not None else [])]
    shown = credentials(url) if credentials is not None else None
    with _alone(folder, limits.fetch_seconds):
        _prepare(folder, limits)
        answer = _run(_asked(url, folder, (wants, commits), shown, limits), limits.fetch_seconds)
        _fail(answer)
        found = {name: sha for name, sha in answer["refs"].items() if name in wants and is_hash(sha)}
        for name in wants:
            if name not in found:
                raise NotFound(f"The server has no {name[:200]}.", next_step="correct the branch in repositories.yaml")
        _keep(folder, found, answer.get("head"))
    return folder


def check_url(url: str) -> None:
    """`https`, or plain `http` to this machine; no name or password in it; else ConfigError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    plain = parts.scheme == "http" and host in _LOOPBACK
    if not host or not (parts.scheme == "https" or plain) or parts.username or parts.password or not url.isprintable():
        raise ConfigError(
            "Repositories are fetched by https, without a name or a password in the address.",
            next_step="correct `where` in repositories.yaml; the token belongs in the connection that conn_id names",
        )


def _asked(
    url: str,
    folder: Path,
    wanted: tuple[Sequence[str], Sequence[str]],
    shown: Credentials | None,
    limits: RepositoryLimits,
) -> Mapping[str, Any]:
    return {
        "url": url,
        "folder": str(folder),
        "wants": list(wanted[0]),
        "commits": [sha for sha in wanted[1] if is_hash(sha)],
        "known": sorted(set(ref_names(folder).values())),
        "seconds": limits.fetch_seconds,
        "read_seconds": min(limits.read_seconds, limits.fetch_seconds),
        "most_bytes": limits.fetch_bytes,
        "process_bytes": limits.process_bytes,
        "user": shown.user if shown else None,
        "password": shown.password if shown else None,
    }


@contextmanager
def _alone(folder: Path, seconds: float) -> Iterator[None]:
    """One fetch of a repository at a time."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigError(
            f"The cache {folder.parent} cannot be written: {error.strerror}.", next_step=f"set {CACHE} to a folder that can"
        ) from error
    try:
        ends = time.monotonic() + seconds
        while not _locked(lock):
            if time.monotonic() > ends:
                raise ReadFailed("Another fetch of this repository does not end.", next_step="try again later")
            time.sleep(0.2)
        yield
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare(folder: Path, limits: RepositoryLimits) -> None:
    """An empty one where there is none, or where there is too much in it."""
    packs = [path for path in (folder / "objects" / "pack").glob("*.pack") if path.is_file()]
    if len(packs) > _MAX_PACKS or sum(path.stat().st_size for path in packs) > 2 * limits.fetch_bytes:
        shutil.rmtree(folder)
    for name in ("", "objects/pack", "objects/info", "refs"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in (folder / "objects").glob("tmp_pack_*"):  # of a fetch that was ended
        left.unlink(missing_ok=True)


def _run(asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Ask the process, and end it when its time is over."""
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
    environment |= {"HOME": asked["folder"], "XDG_CONFIG_HOME": asked["folder"], "GIT_CONFIG_NOSYSTEM": "1"}
    command = [sys.executable, "-I", str(_PROGRAM)]
    with subprocess.Popen(  # noqa: S603 - our own program, by its whole path, isolated
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=asked["folder"],
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(json.dumps(asked).encode(), timeout=seconds + _GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return {"error": "time"}
    try:
        answer = json.loads(said)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {"error": "ended", "kind": str(process.returncode)}


_ERRORS: Mapping[str, tuple[type[Denied | NotFound | ReadFailed | BadInput], str, str]] = {
    "unauthorized": (Denied, "The server wants other credentials.", "look at the connection that conn_id names"),
    "not_found": (NotFound, "The server has no such repository.", "correct `where` in repositories.yaml"),
    "elsewhere": (ReadFailed, "The server sends us to another address.", "write the address it now has into repositories.yaml"),
    "protocol": (ReadFailed, "The server does not speak git's smart protocol.", "name a git server in repositories.yaml"),
    "format": (BadInput, "The repository uses SHA-256.", "name a folder on this machine that it is cloned to"),
    "incomplete": (ReadFailed, "The server did not send what it promised.", "try again"),
    "size": (BadInput, "The repository is larger than is fetched.", "clone it to this machine, and name that folder"),
    "memory": (BadInput, "What the server sent does not fit the memory.", "clone it to this machine, and name that folder"),
    "time": (ReadFailed, "The fetch took too long and was ended.", "try again, or clone it to this machine and name that folder"),
}


def _fail(answer: Mapping[str, Any]) -> None:
    code = answer.get("error")
    if code is None:
        return
    kind, message, step = _ERRORS.get(
        str(code), (ReadFailed, f"The fetch failed ({str(answer.get('kind'))[:80]}).", "look whether the server can be reached")
    )
    raise kind(message, next_step=step)


def _keep(folder: Path, found: Mapping[str, str], head: object) -> None:
    """Write down where the names are now: `packed-refs` first, then `HEAD`."""
    names = {**ref_names(folder), **found}
    own = names.pop("HEAD", None)
    if isinstance(head, str) and head.startswith("refs/heads/") and own is not None:
        names[head] = own
    _write(folder / "packed-refs", "".join(f"{sha} {name}\n" for name, sha in sorted(names.items())))
    if own is not None:
        _write(folder / "HEAD", own + "\n")
    elif find_ref(folder, "HEAD") is None:
        _write(folder / "HEAD", f"{next(iter(found.values()))}\n")


def _write(path: Path, text: str) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    os.replace(new, path)
