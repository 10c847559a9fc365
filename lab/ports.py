"""Loopback ports for the lab.

They lie below the range from which systems take the ports of outgoing connections (from 32768 on Linux, 49152 elsewhere):
there a stopped service could find its port taken, and a client that keeps trying a closed port can even connect to itself.
"""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

from include.contracts.errors import ConfigError

_LOW, _HIGH = 20_000, 29_999
_TRIES = 200


def take(count: int, base: int | None = None) -> list[int]:
    """`count` free ports, from `base` upwards where given; ConfigError where they cannot be had."""
    if base is not None and not 1024 <= base <= 65_536 - count:
        raise ConfigError(f"{base} is no base for {count} ports.", next_step=f"name one from 1024 to {65_536 - count}.")
    with ExitStack() as held:  # all held until the last is found, so that none is found twice
        if base is not None:
            return [_hold(base + each, held) or _refuse(base + each) for each in range(count)]
        found: list[int] = []
        for _ in range(_TRIES):
            port = _hold(random.randint(_LOW, _HIGH), held)
            found += [port] if port else []
            if len(found) == count:
                return found
    raise ConfigError(f"No {count} free ports from {_LOW} to {_HIGH}.", next_step="name some with --base-port.")


def _hold(port: int, held: ExitStack) -> int | None:
    listener = held.enter_context(socket.socket())
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
    except OSError:
        return None
    return port


def _refuse(port: int) -> int:
    raise ConfigError(f"Port {port} is in use.", next_step="name another --base-port, or none.")
