"""A linter in a process of its own: no shell, an empty folder, a bare environment, and bounds on time, memory and output.

It gets the text on its standard input and never a path of what is reviewed, so no configuration that lies there is found.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

SECONDS = 20.0
OUTPUT = 4 * 1024 * 1024
MEMORY = 1024 * 1024 * 1024
INPUT = 1024 * 1024  # a longer file is no script that a person wrote


class LinterError(Exception):
    """The linter gave no answer; the message says why."""


@dataclass(frozen=True)
class Bounds:
    """How much a process may use."""

    seconds: float = SECONDS
    output: int = OUTPUT
    memory: int = MEMORY


DEFAULT = Bounds()


def program(name: str) -> Path | None:
    """The linter that was installed with this Python; never one that happens to be on PATH."""
    for folder in (Path(sys.executable).parent, Path(sys.prefix) / "bin"):
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return None


def ran(name: str, arguments: list[str], text: bytes, bounds: Bounds | None = None) -> tuple[int, bytes]:
    """Its exit code and its output; LinterError where there is none to trust."""
    path = program(name)
    if path is None:
        raise LinterError("it is not installed")
    if len(text) > INPUT:
        raise LinterError(f"the file is longer than {INPUT // 1024} KiB")
    with tempfile.TemporaryDirectory(prefix="linter-") as empty, tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        environment = {"HOME": empty, "XDG_CONFIG_HOME": empty, "TMPDIR": empty, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed program and fixed options
                [str(path), *arguments],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=empty,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise LinterError(f"it did not start ({error.strerror})") from error
        return _watched(process, bounds or DEFAULT)


def _watched(process: subprocess.Popen[bytes], bounds: Bounds) -> tuple[int, bytes]:
    _limit(process.pid, bounds.memory)
    late = threading.Event()

    def stop() -> None:
        late.set()
        _end(process.pid)

    clock = threading.Timer(bounds.seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        said = process.stdout.read(bounds.output + 1) if process.stdout is not None else b""
        if len(said) <= bounds.output:
            # Not collected yet: its number still stands for it and for what it started.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    finally:
        clock.cancel()
        clock.join()
        _end(process.pid)
        code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
    return _judged(code, said, bounds, late.is_set())


def _judged(code: int, said: bytes, bounds: Bounds, late: bool) -> tuple[int, bytes]:
    if late:
        raise LinterError(f"it took longer than {bounds.seconds:g} seconds")
    if len(said) > bounds.output:
        raise LinterError("its answer is too long")
    if code < 0:
        raise LinterError(f"it was ended by signal {-code}")
    return code, said


def _limit(pid: int, memory: int) -> None:
    """Data, not address space: what is written in Haskell reserves far more than it uses."""
    if hasattr(resource, "prlimit"):
        with contextlib.suppress(OSError, ValueError):  # it has ended already
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory, memory))


def _end(pid: int) -> None:
    """The process and all that it started: it leads a group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
