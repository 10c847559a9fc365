"""The process that fetches: it speaks with a server, writes one pack, and ends. Run by `fetch.py`, never imported by it.

It stands alone, so that it can be run isolated: no folder of ours or of the repository is searched for modules. No configuration
of git's is read, no credential helper asked, no redirect followed, and it cannot start another process. A request is one JSON
object on standard input, so that no password stands in a command line; the answer is one on standard output.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from dulwich.client import HTTPUnauthorized, Urllib3HttpGitClient, default_urllib3_manager
from dulwich.errors import NotGitRepository
from dulwich.object_format import SHA1
from dulwich.object_store import DiskObjectStore, ObjectStoreGraphWalker
from dulwich.objects import Commit
from urllib3.util import Retry

_STARTS = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn")
_PREFIXES = (b"HEAD", b"refs/heads/", b"refs/pull/")


class Stopped(Exception):
    """A bound was reached, or the server wants what we do not do. `code` is what the parent is told."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Client(Urllib3HttpGitClient):
    """dulwich's client, tied to one origin, to an end in time, and to a number of bytes."""

    def __init__(
        self, url: str, *, seconds: float, read_seconds: float, most: int, user: str | None, password: str | None
    ) -> None:
        pool = default_urllib3_manager(None, base_url=url, timeout=read_seconds)
        pool.connection_pool_kw["retries"] = Retry(total=0, redirect=0, raise_on_redirect=True)
        super().__init__(url, pool_manager=pool, timeout=read_seconds, username=user, password=password)
        self._ends, self._left, self._own = time.monotonic() + seconds, most, urlsplit(url)[:2]

    def _http_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[Any, Callable[[int], bytes]]:
        if urlsplit(url)[:2] != self._own:
            raise Stopped("elsewhere")
        answer, read = super()._http_request(url, *args, **kwargs)

        def bounded(size: int) -> bytes:
            if time.monotonic() > self._ends:
                raise Stopped("time")
            data = read(size)
            self._left -= len(data)
            if self._left < 0:
                raise Stopped("size")
            return data

        return answer, bounded

    def _discover_references(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._discover_references(*args, **kwargs)
        if self.dumb:
            raise Stopped("protocol")
        return found


def fetch(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the wanted names, and what they lead to, into the folder.

    :param asked: `url`, `folder`, `wants` (names; HEAD for the server's own branch), `commits` (hashes that shall be there, too),
        `known` (hashes that are there), `seconds`, `read_seconds`, `most_bytes`, `user`, `password`
    :returns: `refs`: name to hash of each wanted name that the server has; `head`: the name of its own branch
    """
    store = DiskObjectStore(os.path.join(asked["folder"], "objects"), object_format=SHA1)
    client = Client(
        asked["url"],
        seconds=asked["seconds"],
        read_seconds=asked["read_seconds"],
        most=asked["most_bytes"],
        user=asked["user"],
        password=asked["password"],
    )
    names = [name.encode() for name in asked["wants"]]
    found: dict[bytes, Any] = {}

    def of_names(refs: Mapping[Any, Any]) -> list[Any]:
        found.update({name: refs[name] for name in names if name in refs})
        return [*found.values()]

    def of_commits(refs: Mapping[Any, Any]) -> list[Any]:
        del refs
        return [sha.encode() for sha in asked["commits"]]

    known = [sha.encode() for sha in asked["known"]]
    head = _bring(client, store, of_names, known)
    known += found.values()
    if any(sha.encode() not in store for sha in asked["commits"]):
        _bring(client, store, of_commits, known)
    store.close()
    return {"refs": {name.decode(): sha.decode() for name, sha in found.items()}, "head": head}


def _bring(client: Client, store: DiskObjectStore, wants: Callable[[Any], list[Any]], known: list[Any]) -> str | None:
    """Fetch what is wanted and not there; the name of the server's own branch."""
    wanted: list[Any] = []

    def missing(refs: Mapping[Any, Any], depth: int | None = None) -> list[Any]:
        del depth
        wanted.extend(sha for sha in set(wants(refs)) if sha not in store)
        return wanted

    with tempfile.TemporaryFile(dir=store.path) as pack:
        walker = ObjectStoreGraphWalker(known, _parents(store))
        result = client.fetch_pack("", missing, walker, pack.write, ref_prefix=_PREFIXES)
        if result.object_format not in (None, "sha1"):
            raise Stopped("format")
        if pack.tell():
            pack.seek(0)
            store.add_thin_pack(pack.read, None)
    if any(sha not in store for sha in wanted):
        raise Stopped("incomplete")
    head = result.symrefs.get(b"HEAD")  # type: ignore[call-overload]
    return head.decode() if head else None


def _parents(store: DiskObjectStore) -> Callable[[Any], list[Any]]:
    def parents(sha: Any) -> list[Any]:
        found = store[sha]
        return list(found.parents) if isinstance(found, Commit) else []

    return parents


def _bounded(asked: Mapping[str, Any]) -> None:
    """Memory and a file's size are the kernel's to watch. Mapped packs are files, and do not count as memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (asked["process_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (asked["most_bytes"] + (1 << 20),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(data: bytes) -> dict[str, Any]:
    """What happened; a failure as a code, since a server's words are not passed on."""
    try:
        asked = json.loads(data)
        _bounded(asked)
        return fetch(asked)
    except Stopped as stopped:
        return {"error": stopped.code}
    except HTTPUnauthorized:
        return {"error": "unauthorized"}
    except NotGitRepository:
        return {"error": "not_found"}
    except MemoryError:
        return {"error": "memory"}
    except Exception as error:  # whatever a server makes of its answer
        return {"error": _code(error), "kind": type(error).__name__}


def _code(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "size"
    return "elsewhere" if "redirect" in str(error) else "failed"


def no_process(event: str, arguments: object) -> None:
    """An audit hook, which nothing can take away again: whatever would start a process fails."""
    del arguments
    if event.startswith(_STARTS):
        raise PermissionError("the process that fetches starts no other")


if __name__ == "__main__":
    sys.addaudithook(no_process)
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(1_000_000))))
