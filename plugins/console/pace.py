"""How fast posts come, in one API server process: what competes with them for the processor may go slowly meanwhile."""

from __future__ import annotations

import time
from collections import deque

POSTS, WITHIN_S = 50, 2.0


class Pace:
    """Written by one thread, read by others."""

    def __init__(self) -> None:
        self._came: deque[float] = deque(maxlen=POSTS)

    def came(self, posts: int) -> None:
        """So many posts came just now."""
        self._came.extend([time.monotonic()] * posts)

    def pouring(self) -> bool:
        """Posts come at a storm's pace: the last fifty within two seconds."""
        try:
            first = self._came[0]
        except IndexError:
            return False
        return len(self._came) == POSTS and time.monotonic() - first < WITHIN_S
