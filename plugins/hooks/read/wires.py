"""Cutting an HTTP exchange off at a deadline, in whatever state it is: name look-up, handshake, headers, body.

A socket's own time limit begins anew with every byte, so a server that drips bytes would hold a task for ever.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from include.evidence.sources.limits import Deadline, read_failed

T = TypeVar("T")


class Wires:
    """The sockets of one exchange."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._cut = False

    def add(self, wire: socket.socket) -> None:
        """Watch a socket; refused with OSError once the exchange has been cut off."""
        with self._lock:
            if self._cut:
                raise TimeoutError
            self._open.append(wire.dup())  # a handle of our own: TLS takes the socket's away from it

    def cut(self) -> None:
        """End all exchanges, so that a thread that waits on one returns."""
        with self._lock:
            self._cut = True
            for wire in self._open:
                with contextlib.suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def guard(self, work: Callable[[], T], deadline: Deadline) -> T:
        """Run `work` in a thread until the deadline; ReadFailed ("timeout") then, else what it returns or raises."""
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(work())
            except BaseException as error:
                errors.append(error)

        # A daemon: a look-up of a name cannot be interrupted, and must not keep the process.
        thread = threading.Thread(target=run, name="holdpoint-read", daemon=True)
        thread.start()
        late = True
        try:
            thread.join(deadline.left())
            late = thread.is_alive()
        finally:
            if late:
                self.cut()
            self._close()
        if late:  # what the thread makes of its closed socket may look like a short answer
            raise read_failed(deadline.system, "timeout")
        if errors:
            raise errors[0]
        return results[0]

    def _close(self) -> None:
        with self._lock:
            while self._open:
                self._open.pop().close()


class WatchedAdapter(HTTPAdapter):
    """requests' adapter whose connections are watched by `wires`, and lead to a Unix socket where one is given."""

    def __init__(self, wires: Wires, unix_socket: str | None = None) -> None:
        self._pools = _pools(wires, unix_socket)
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _pools(wires: Wires, unix_socket: str | None) -> dict[str, type[HTTPConnectionPool]]:
    def watched(connect: Callable[[], socket.socket], timeout: Any) -> socket.socket:
        wire = _unix(unix_socket, timeout) if unix_socket else connect()
        try:
            wires.add(wire)
        except OSError:
            wire.close()
            raise
        return wire

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return watched(super()._new_conn, self.timeout)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return watched(super()._new_conn, self.timeout)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _unix(path: str, timeout: Any) -> socket.socket:
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        wire.settimeout(float(timeout) if isinstance(timeout, int | float) else None)
        wire.connect(path)
    except OSError:
        wire.close()
        raise
    return wire


@contextlib.contextmanager
def quiet_urllib3() -> Iterator[None]:
    """Keep urllib3's warning about malformed headers, which quotes them, out of this thread's log (H12)."""
    logger = logging.getLogger("urllib3.connection")
    thread = threading.get_ident()

    def other_thread(record: logging.LogRecord) -> bool:
        return record.thread != thread

    logger.addFilter(other_thread)
    try:
        yield
    finally:
        logger.removeFilter(other_thread)
