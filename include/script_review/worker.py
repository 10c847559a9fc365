"""The inside of a worker process. It bounds itself before it imports a parser, and ends when nobody asks any more."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
from collections.abc import Callable
from io import BufferedReader

from include.script_review.frames import ANSWER_BYTES, framed, read_request
from include.script_review.runner import Review, answer, failure

OUT_OF_MEMORY = 77  # exit status
_FILES = 64  # descriptors
_IDLE_SECONDS = 3_600.0


def serve(load: Callable[[], Review], *, memory: int) -> None:
    """Answer requests on descriptor 0, a socket, until it is closed.

    :param load: imports the function, under the bounds
    :param memory: address space in bytes
    """
    channel = _channel()
    _bound(memory)
    try:
        review = load()
    except BaseException as error:
        channel.sendall(framed(json.dumps({"unfit": failure(error)}).encode()))
        return
    channel.sendall(framed(b'{"ready":true}'))
    try:
        with channel.makefile("rb") as stream:
            while _answer_one(channel, stream, review):
                pass
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: there may be no memory for an orderly end


def _answer_one(channel: socket.socket, stream: BufferedReader, review: Review) -> bool:
    """Wait for a request and answer it; False when there will be none."""
    _alarm(_IDLE_SECONDS)
    request = read_request(stream)
    if request is None:
        return False
    _clock(request.seconds)
    start = b'{"id":%d,' % request.id
    payload = start + answer(review, request.files, request.options)[1:]
    if len(payload) > ANSWER_BYTES:
        payload = start + b'"error":"its findings are more than %d bytes"}' % ANSWER_BYTES
    _alarm(0)  # who does not fetch the answer may take his time; who is gone has closed the socket
    channel.sendall(framed(payload))
    return True


def _channel() -> socket.socket:
    """The socket, out of the way of what a parser might print or read."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)
    return channel


def _bound(memory: int) -> None:
    """Bounds that also hold for whatever this process starts; the hard ones, so that they cannot be undone."""
    for which, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_NOFILE, _FILES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(which)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))
    for number in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM, signal.SIGXCPU})


def _clock(seconds: float) -> None:
    """End this process some time after its master should have: it may be gone. The kernel counts, so no loop can hold it up."""
    _alarm(seconds * 1.5 + 5)
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
