"""One worker process as its master sees it: started bare, spoken to over a socket, ended with all it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from include.script_review.frames import Answers
from include.script_review.worker import OUT_OF_MEMORY

_ROOT = str(Path(__file__).parents[2])
_CHUNK = 1 << 18
_PARTS = 64  # of a message; the system takes 1,024
TOO_LONG = "it took too long"
# Isolated (-I): no variable, no user's site and no current folder decides what is imported, only the repository's root. The
# function's name stands in the code, as it would in a file, so that its module is imported under the bounds.
_CODE = """
import sys
sys.path.insert(0, {root!r})
from include.script_review.worker import serve
def load():
    from {module} import {name}
    return {name}
serve(load, memory={memory})
"""
# Python's own allocator and glibc's would else take address space for every thread.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
_OVER_TIME = (signal.SIGXCPU, signal.SIGALRM)


class WorkerProcess:
    """A worker that is starting. `ready`: it has said so; `served`: how many units it has answered."""

    def __init__(self, module: str, name: str, memory: int) -> None:
        self.ready, self.served = False, 0
        self._answers, self._unsent = Answers(), list[memoryview]()
        self._folder = tempfile.TemporaryDirectory(prefix="script-review-", ignore_cleanup_errors=True)
        code = _CODE.format(root=_ROOT, module=module, name=name, memory=memory)
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.socket.setblocking(False)
            self._process = subprocess.Popen(  # noqa: S603 - ourselves, with checked names
                [sys.executable, "-I", "-c", code],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                env={**_ENVIRONMENT, "HOME": self._folder.name, "TMPDIR": self._folder.name},
                start_new_session=True,
            )

    def send(self, parts: Sequence[bytes]) -> bool:
        """Send as much as goes without waiting; is something left for `flush`?"""
        self._unsent += map(memoryview, parts)
        return self.flush()

    def flush(self) -> bool:
        """Send on. A worker that is gone takes nothing more; `receive` says so."""
        try:
            while self._unsent:
                sent = self.socket.sendmsg(self._unsent[:_PARTS])
                while self._unsent and sent >= len(self._unsent[0]):
                    sent -= len(self._unsent.pop(0))
                if sent:
                    self._unsent[0] = self._unsent[0][sent:]
        except BlockingIOError:
            return True
        except OSError:
            self._unsent.clear()
        return False

    def receive(self) -> list[tuple[dict[str, Any], int]]:
        """Answers that are complete now, and their sizes.

        :raises Rubbish: what came is none
        :raises EOFError: the worker has ended
        """
        try:
            data = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return []
        except OSError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        return self._answers.feed(data)

    def end(self) -> str:
        """Kill it and its children, wait until it is gone, and say how it had ended if it had."""
        self.socket.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # before it is waited for: its number may be another's afterwards
        status = self._process.wait()
        self._folder.cleanup()
        return _ended(status)


def _ended(status: int) -> str:
    if status == OUT_OF_MEMORY:
        return "it needs more memory than a worker has"
    if -status in _OVER_TIME:
        return TOO_LONG
    if status == -signal.SIGABRT:
        return "the worker gave up (SIGABRT), as parsers do for want of memory"
    return f"the worker crashed ({signal.Signals(-status).name})" if status < 0 else f"the worker ended (status {status})"
