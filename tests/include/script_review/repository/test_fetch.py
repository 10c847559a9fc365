"""Fetching: from a server that is one, from servers that are hostile, within bounds, with nothing of git's own taking part."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from dulwich.protocol import pkt_line

from include.contracts.errors import BadInput, ConfigError, Denied, HoldpointError, NotFound, ReadFailed
from include.script_review.repository import fetch as module
from include.script_review.repository.fetch import Credentials, cache_folder, check_url, fetch, folder_of
from include.script_review.repository.limits import RepositoryLimits
from include.script_review.repository.remote import RemoteRepository, open_repository
from include.script_review.repository.repository import Repository
from tests.git_kit import Made
from tests.git_server import git_app, git_itself, serving, wants_login

SCRIPT = b"Get-Service\n"
QUICK = RepositoryLimits(fetch_seconds=2.0, read_seconds=1.0)
PASSWORD = "correct" + "-horse"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDPOINT_REVIEW_CACHE", str(tmp_path / "a cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "a cache"


def test_a_repository_is_fetched_read_and_brought_up_to_date(made: Made):
    first = made.commit({"a.ps1": SCRIPT})
    with serving(git_app(made)) as address:
        remote = open_repository(f"{address}/scripts.git")
        assert isinstance(remote, RemoteRepository)
        assert remote.resolve() == first
        assert remote.snapshot(first).read("a.ps1") == SCRIPT
        second = made.commit({"a.ps1": SCRIPT, "b.ps1": b"2"}, parents=(first,))
        assert remote.resolve(first) == first
        assert remote.resolve() == second
        assert sorted(remote.changed(first, second).files) == ["b.ps1"]
        remote.close()
    # What is here needs no server.
    again = open_repository(f"{address}/scripts.git")
    assert again.resolve(second) == second
    assert again.common(first, second) == first
    with pytest.raises(ReadFailed):
        again.resolve()


def test_a_branch_and_the_head_of_a_pull_request(made: Made):
    main = made.commit({"a": b"1"})
    topic = made.commit({"a": b"2"}, parents=(main,), branch="topic")
    fork = made.commit({"a": b"3"}, parents=(main,), branch=None)
    made.point("refs/pull/7/head", fork)
    with serving(git_app(made)) as address:
        folder = fetch(f"{address}/scripts.git", branch="topic", pull=7)
        with Repository(folder, branch="topic") as repository:
            assert repository.resolve() == topic
            assert repository.resolve("refs/pull/7/head") == fork
            assert sorted(repository.pull_request(topic, fork).files) == ["a"]
        for missing in ({"branch": "none"}, {"pull": 8}):
            with pytest.raises(NotFound, match="has no refs/"):
                fetch(f"{address}/scripts.git", **missing)
        with pytest.raises(NotFound, match="no such repository"):
            fetch(f"{address}/none.git")


@pytest.mark.skipif(shutil.which("git") is None, reason="asks git's own server")
def test_gits_own_server_gives_the_same_and_what_no_branch_leads_to(make: Callable[..., Made], tmp_path: Path):
    made = make("scripts.git", bare=True)
    texts = {f"d{number}/a.ps1": SCRIPT * (number + 1) for number in range(50)}
    main = made.commit(texts)
    other = made.commit(texts | {"o.ps1": b"1"}, parents=(main,), branch="release")
    fork = made.commit(texts | {"f.ps1": b"1"}, parents=(main,), branch=None)
    gone = made.commit(texts | {"g.ps1": b"1"}, parents=(main,), branch=None)
    made.point("refs/pull/7/head", fork)
    made.pack()
    (made.git / "config").write_text((made.git / "config").read_text() + "[uploadpack]\n\tallowAnySHA1InWant = true\n")
    with serving(git_itself(tmp_path)) as address:
        remote = RemoteRepository(f"{address}/scripts.git")
        assert remote.resolve() == main
        for commit, name in ((other, "o.ps1"), (fork, "f.ps1"), (gone, "g.ps1")):
            assert sorted(remote.pull_request(main, commit).files) == [name]
        new = made.commit(texts | {"n.ps1": b"1"}, parents=(main,))
        assert remote.resolve() == new
        assert sorted(remote.changed(main, new).files) == ["n.ps1"]
        with pytest.raises((ReadFailed, NotFound)):
            remote.snapshot("1" * 40)
        with Repository(fetch(f"{address}/scripts.git", branch="release", pull=7), branch="release") as repository:
            assert repository.resolve() == other
            assert repository.resolve("refs/pull/7/head") == fork
        with pytest.raises(NotFound):
            fetch(f"{address}/none.git")


def test_the_cache_holds_no_configuration_and_no_hook(made: Made, cache: Path):
    made.commit({"a": b"1"})
    with serving(git_app(made)) as address:
        folder = fetch(f"{address}/scripts.git")
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("pack-")} == {"HEAD", "packed-refs"}
    assert folder.parent == cache == cache_folder()
    assert folder.stat().st_mode & 0o077 == 0


def test_a_rewritten_branch_replaces_the_old_one(made: Made):
    made.commit({"a": b"1"})
    with serving(git_app(made)) as address:
        remote = RemoteRepository(f"{address}/scripts.git", branch="main")
        remote.resolve()
        new = made.commit({"b": b"1"})
        assert remote.resolve() == new
        assert list(remote.snapshot(new).blobs) == ["b"]


def test_an_empty_repository_has_no_branch(made: Made):
    with serving(git_app(made)) as address, pytest.raises(NotFound):
        fetch(f"{address}/scripts.git", branch="main")


def test_credentials_are_asked_for_by_address_and_kept_nowhere(made: Made, cache: Path):
    made.commit({"a": b"1"})
    seen: list[str] = []
    asked: list[str] = []

    def ask(url: str) -> Credentials:
        asked.append(url)
        return Credentials("x", PASSWORD)

    with serving(wants_login(git_app(made), "x", PASSWORD, seen)) as address:
        url = f"{address}/scripts.git"
        for wrong in (None, lambda _: None, lambda _: Credentials("x", "wrong")):
            with pytest.raises(Denied, match="other credentials"):
                fetch(url, credentials=wrong)
        fetch(url, credentials=ask)
    assert asked == [url]
    assert PASSWORD not in repr(ask(url))
    assert not [path for path in cache.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]


def test_the_users_own_git_configuration_and_helpers_take_no_part(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made.commit({"a": b"1"})
    home, mark = tmp_path / "home", tmp_path / "mark"
    home.mkdir()
    with serving(git_app(made)) as address:
        text = f'[credential]\n\thelper = !touch {mark}\n[url "ext::touch {mark}"]\n\tinsteadOf = {address}\n[http]\n\tproxy = http://127.0.0.1:9\n'
        (home / ".gitconfig").write_text(text)
        (home / ".netrc").write_text(f"machine 127.0.0.1 login x password {PASSWORD}\n")
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
        monkeypatch.setenv("GIT_ASKPASS", f"touch {mark}")
        fetch(f"{address}/scripts.git")
        seen: list[str] = []
        with serving(wants_login(git_app(made), "x", PASSWORD, seen)) as guarded, pytest.raises(Denied):
            fetch(f"{guarded}/scripts.git")
    assert set(seen) == {""}
    assert not mark.exists()


def test_the_process_that_fetches_cannot_start_another():
    program = str(Path(module.__file__).with_name("fetching.py"))
    code = f"""
import os, subprocess, sys, runpy
space = runpy.run_path({program!r})
sys.addaudithook(space["no_process"])
def tried(start):
    try: start()
    except PermissionError: return "refused"
    return "started"
ways = [lambda: subprocess.run(["true"]), lambda: os.system("true"), lambda: os.fork() or os._exit(0),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.posix_spawn("/bin/true", ["true"], {{}}), lambda: os.popen("true")]
print([tried(way) for way in ways])
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(["refused"] * 6)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x.git",
        "ssh://git@example.com/x",
        "ext::sh -c touch% x",
        "git://example.com/x",
        "https://user:word@example.com/x",
        "https://token@example.com/x",
        "https://",
        "https:///x",
        "https://[::1/x",
        "https://example.com:port/x",
        "https://example.com/a\nb",
        "file:///etc",
        "--upload-pack=touch",
        "http://localhost.example.com/x",
        "http://127.0.0.1@example.com/x",
        "",
    ],
)
def test_what_is_not_fetched_by_its_address(url: str):
    with pytest.raises(ConfigError):
        check_url(url)
    with pytest.raises(ConfigError):
        fetch(url)


@pytest.mark.parametrize(
    "url", ["https://github.com/a/b.git", "https://git.example.com:8443/x", "http://127.0.0.1:3000/a", "http://localhost/a"]
)
def test_what_is(url: str):
    check_url(url)


# -- hostile servers ----------------------------------------------------------------------------------------------------


def answering(kind: str, chunks: Callable[[], Iterable[bytes]], status: str = "200 OK", **headers: str) -> Any:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, [("Content-Type", kind), *headers.items()])
        return chunks()

    return app


ADVERT = "application/x-git-upload-pack-advertisement"


def _trickle() -> Iterable[bytes]:
    yield b"fff0"
    for _ in range(1_000):
        yield b"x"
        time.sleep(0.1)


def _silence() -> Iterable[bytes]:
    time.sleep(15)
    yield b""


def _endless() -> Iterable[bytes]:
    yield pkt_line(b"# service=git-upload-pack\n") + b"0000"
    line = pkt_line(b"1" * 40 + b" refs/heads/" + b"x" * 60_000 + b"\0")
    while True:
        yield line * 10


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(answering(ADVERT, lambda: [b""]), id="nothing"),
        pytest.param(answering(ADVERT, lambda: [os.urandom(5_000)]), id="noise"),
        pytest.param(answering(ADVERT, lambda: [b"ffffx"]), id="a length that is none"),
        pytest.param(answering("text/html", lambda: [b"<html>" * 1_000]), id="a page"),
        pytest.param(answering("text/plain", lambda: [b"1" * 40 + b"\trefs/heads/main\n"]), id="the dumb protocol"),
        pytest.param(answering(ADVERT, lambda: [pkt_line(b"ERR \x1b[2J" + PASSWORD.encode())]), id="words"),
        pytest.param(answering(ADVERT, lambda: [b"x"], "500 No"), id="500"),
        pytest.param(answering(ADVERT, lambda: [b"x"], "503 No", **{"Retry-After": "9999"}), id="503"),
        pytest.param(answering(ADVERT, _silence), id="silence"),
        pytest.param(answering(ADVERT, _endless), id="an endless list"),
    ],
)
def test_a_server_that_is_none_fails_in_time_and_its_words_go_nowhere(app: Any):
    began = time.monotonic()
    with serving(app) as address, pytest.raises((ReadFailed, BadInput)) as caught:
        fetch(f"{address}/x.git", limits=RepositoryLimits(fetch_seconds=2.0, read_seconds=1.0, fetch_bytes=50_000_000))
    assert time.monotonic() - began < 12
    assert PASSWORD not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_server_that_says_a_little_for_ever_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_GRACE_S", 0.5)
    began = time.monotonic()
    with serving(answering(ADVERT, _trickle)) as address, pytest.raises(ReadFailed, match="took too long"):
        fetch(f"{address}/x.git", limits=QUICK)
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_no_redirect_is_followed(made: Made, status: str):
    made.commit({"a": b"1"})
    seen: list[str] = []
    with serving(wants_login(git_app(made), "x", PASSWORD, seen)) as inner:

        def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            start(status, [("Location", inner + environ["PATH_INFO"] + "?" + environ["QUERY_STRING"])])
            return [b""]

        with serving(app) as address, pytest.raises(ReadFailed, match="another address"):
            fetch(f"{address}/scripts.git", credentials=lambda _: Credentials("x", PASSWORD), limits=QUICK)
    assert seen == []


def test_more_than_the_bound_is_not_kept(made: Made, cache: Path):
    made.commit({"a": os.urandom(3_000_000)})
    with serving(git_app(made)) as address:
        with pytest.raises(BadInput, match="larger than is fetched"):
            fetch(f"{address}/scripts.git", limits=RepositoryLimits(fetch_bytes=500_000))
        assert sum(path.stat().st_size for path in cache.rglob("*") if path.is_file()) < 1_000_000
        fetch(f"{address}/scripts.git")


def test_a_pack_that_would_fill_the_memory_ends_its_process_only(made: Made, cache: Path):
    made.commit({"bomb": bytes(60_000_000)})  # some 60 KB packed
    with serving(git_app(made)) as address, pytest.raises(BadInput, match="does not fit the memory"):
        fetch(f"{address}/scripts.git", limits=RepositoryLimits(process_bytes=70_000_000, fetch_seconds=60))
    assert not list(cache.rglob("pack-*"))


def test_what_a_fetch_left_behind_is_cleared_and_a_worn_cache_is_made_anew(made: Made, monkeypatch: pytest.MonkeyPatch):
    made.commit({"a": b"1"})
    with serving(git_app(made)) as address:
        url = f"{address}/scripts.git"
        folder = fetch(url)
        left = folder / "objects" / "tmp_pack_left"
        left.write_bytes(b"x")
        (folder / "objects" / "marker").write_bytes(b"x")
        fetch(url)
        assert not left.exists()
        assert (folder / "objects" / "marker").exists()
        monkeypatch.setattr(module, "_MAX_PACKS", 0)
        commit = made.commit({"a": b"2"})
        fetch(url)
        assert not (folder / "objects" / "marker").exists()
        assert Repository(folder).resolve() == commit


def test_one_fetch_at_a_time(made: Made):
    made.commit({"a": b"1"})
    with serving(git_app(made)) as address:
        url = f"{address}/scripts.git"
        with module._alone(folder_of(url), 1.0), pytest.raises(ReadFailed, match="Another fetch"):
            fetch(url, limits=QUICK)
        fetch(url)


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOLDPOINT_REVIEW_CACHE", str(tmp_path / "file" / "x"))
    with pytest.raises(ConfigError, match="cannot be written"):
        fetch("https://127.0.0.1:9/x")


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"{", b'{"refs": {}}', b'{"error": "x", "kind": "\\u001b"}', b'{"refs": {"HEAD": "../x"}}']
)
def test_whatever_the_process_says_is_no_crash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: bytes):
    program = tmp_path / "says.py"
    program.write_text(f"import sys; sys.stdin.read(); sys.stdout.buffer.write({said!r})")
    monkeypatch.setattr(module, "_PROGRAM", program)
    with pytest.raises(HoldpointError):
        fetch("https://127.0.0.1:9/x")


def test_no_password_stands_in_a_command_line_or_an_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    program, told = tmp_path / "tells.py", tmp_path / "told.json"
    told_of = "[sys.argv, dict(os.environ), sys.flags.isolated]"
    program.write_text(f"import json, os, sys; sys.stdin.read(); json.dump({told_of}, open({str(told)!r}, 'w'))")
    monkeypatch.setattr(module, "_PROGRAM", program)
    monkeypatch.setenv("AIRFLOW_CONN_X", PASSWORD)
    with pytest.raises(ReadFailed):
        fetch("https://127.0.0.1:9/x", credentials=lambda _: Credentials("x", PASSWORD))
    arguments, environment, isolated = json.loads(told.read_text())
    assert PASSWORD not in json.dumps([arguments, environment])
    assert isolated == 1
    assert not [name for name in environment if name.startswith(("AIRFLOW", "GIT_A", "GIT_D"))]
