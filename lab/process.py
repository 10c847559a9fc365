"""How every process of the lab lives: it waits for signals, and it never outlives its supervisor."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def prepare() -> None:
    """Route signals to `wait_for_stop`; call this before any thread is started, because threads inherit the mask."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    if "SUPERVISOR_ENABLED" in os.environ:
        threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()


def wait_for_stop(on_hangup: Callable[[], None] | None = None) -> None:
    """Return on SIGTERM or SIGINT; call `on_hangup` on every SIGHUP."""
    while True:
        received = signal.sigwait(_SIGNALS)
        if received != signal.SIGHUP:
            return
        if on_hangup is not None:
            on_hangup()


def run_loop(body: Callable[[], None], *, seconds: float) -> None:
    """Call `body` every `seconds`, in a thread. An error ends the process, because a silent half of one would mislead."""
    threading.Thread(target=_loop, args=(body, seconds), daemon=True).start()


def _loop(body: Callable[[], None], seconds: float) -> None:
    due = time.monotonic()
    while True:
        try:
            body()
        except Exception:
            traceback.print_exc()
            os._exit(70)  # EX_SOFTWARE: only this ends a process from a thread
        due = max(due + seconds, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


def _end_with_parent(parent: int) -> None:
    # A supervisor that was killed cannot stop its children; without this they would hold the ports for ever. It may have been
    # killed before we looked for it: then our parent is somebody else from the start.
    while os.getppid() == parent and _is_supervisor(parent):
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def _is_supervisor(pid: int) -> bool:
    try:
        return b"supervisord" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return False
