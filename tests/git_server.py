"""A git server on loopback: dulwich's own, and what a hostile one may answer."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from tests.git_kit import Made

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: tests read what is asserted."""


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The address of a server with this application."""
    with make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(5)


def git_app(made: Made, name: str = "/scripts.git") -> App:
    """What dulwich serves of it, opened anew for each request."""

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with Repo(str(made.path)) as repo:
            return list(make_wsgi_chain(DictBackend({name: repo}))(environ, start))

    return app


def wants_login(app: App, user: str, password: str, seen: list[str]) -> App:
    """401 without these; `seen` collects what was shown."""
    right = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def guarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_AUTHORIZATION", "")
        seen.append(given)
        if given == right:
            return app(environ, start)
        start("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
        return [b"no"]

    return guarded


def git_itself(root: Path) -> App:
    """What git's own server answers for the repositories below a folder, as `git http-backend` does behind a web server."""
    backend = Path(subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip())

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        given = {name: str(environ[name]) for name in ("PATH_INFO", "QUERY_STRING", "REQUEST_METHOD") if name in environ}
        given |= {"CONTENT_TYPE": environ.get("CONTENT_TYPE", ""), "CONTENT_LENGTH": environ.get("CONTENT_LENGTH") or "0"}
        given |= {
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH": os.environ["PATH"],
            "REMOTE_ADDR": "127.0.0.1",
        }
        given |= {"GIT_PROTOCOL": environ.get("HTTP_GIT_PROTOCOL", ""), "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(root)}
        sent = environ["wsgi.input"].read(int(given["CONTENT_LENGTH"]))
        done = subprocess.run([str(backend / "git-http-backend")], input=sent, env=given, capture_output=True, check=False)
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        start(headers.pop("Status", "200 OK"), list(headers.items()))
        return [answer]

    return app
