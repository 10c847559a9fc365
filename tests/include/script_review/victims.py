"""What workers are made to run: sound functions and every way to break down. Nothing here is reviewed."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from typing import Any

ORPHAN = "3599.75"  # seconds
_served: list[int] = []


def measure(files: dict[str, bytes], options: dict[str, Any]) -> Any:
    return {"sizes": {path: len(data) for path, data in files.items()}, "options": options}


def act(files: dict[str, bytes], options: dict[str, Any]) -> Any:
    """What `options["do"]` says, then as `measure`."""
    _served.append(1)
    do = options.get("do")
    if do is not None:
        return _ACTS[do]()
    return measure(files, options)


def hang() -> None:
    time.sleep(3_600)


def nap() -> str:
    time.sleep(0.4)
    return "rested"


def spin() -> None:
    while True:
        pass


def hog() -> int:
    return len(bytearray(2_000_000_000))


def creep() -> None:
    """Memory in small pieces, as trees take it."""
    held = []
    while True:
        held.append(bytearray(100_000))


def segfault() -> None:
    ctypes.string_at(0)


def _channel() -> int:
    return next(number for number in range(3, 64) if _is_socket(number))


def _is_socket(number: int) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
    except OSError:
        return False


def babble() -> None:
    os.write(_channel(), b"this is no answer at all")
    time.sleep(3_600)


def babble_frames() -> None:
    for _ in range(10_000):
        os.write(_channel(), b"\x00\x00\x00\x02{}")


def answer_for_another() -> None:
    text = b'{"id":0,"result":"stolen"}'
    os.write(_channel(), len(text).to_bytes(4, "big") + text)
    time.sleep(3_600)


def nest() -> None:
    text = b'{"id":1,"result":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    os.write(_channel(), len(text).to_bytes(4, "big") + text)
    time.sleep(3_600)


def hang_up() -> None:
    os.close(_channel())
    time.sleep(3_600)


def talk() -> str:
    print("garbage")
    sys.stderr.write("garbage")
    os.write(1, b"\x00\x00\x00\x02{}")
    return sys.stdin.read()


def exhaust() -> str:
    return "x" * 9_000_000


def answer_at_length() -> str:
    return "x" * 8_000_000


def strange() -> object:
    return {1, 2}


def not_a_number() -> float:
    return float("nan")


def fail() -> None:
    raise ValueError("password = hunter2")


def leave() -> None:
    sys.exit(3)


def quit_hard() -> None:
    os._exit(5)


def recurse() -> None:
    recurse()


def surroundings() -> Any:
    return {
        "cwd": os.listdir(),
        "path": sys.path,
        "environ": dict(os.environ),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_CORE")},
        "session": os.getsid(0) == os.getpid(),
        "fds": len(os.listdir("/proc/self/fd")) - 1,
        "modules": sorted(sys.modules),
    }


def pid() -> int:
    return os.getpid()


def served() -> int:
    return len(_served)


def orphan() -> int:
    """A child that would go on."""
    child = subprocess.Popen(["/bin/sleep", ORPHAN])
    os.kill(os.getpid(), signal.SIGSEGV)
    return child.pid


def only_when_new() -> str:
    """Breaks down in a worker that has served before."""
    if len(_served) > 1:
        os.kill(os.getpid(), signal.SIGSEGV)
    return "fresh"


_ACTS = {
    function.__name__: function
    for function in (
        hang,
        nap,
        spin,
        hog,
        creep,
        segfault,
        babble,
        babble_frames,
        answer_for_another,
        nest,
        hang_up,
        talk,
        exhaust,
        answer_at_length,
        strange,
        not_a_number,
        fail,
        leave,
        quit_hard,
        recurse,
        surroundings,
        pid,
        served,
        orphan,
        only_when_new,
    )
}
