"""A sign of life that leaves the system every minute, so that its silence can be noticed by somebody else.

HOLDPOINT_HEARTBEAT   a file to rewrite, or an http(s) URL to GET (a dead man's switch)
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path


def beat(target: str) -> None:
    """Send one sign of life; raises when it could not leave."""
    if target.startswith(("http://", "https://")):
        import httpx

        httpx.get(target, timeout=10, headers={"User-Agent": "holdpoint-heartbeat"}).raise_for_status()
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(datetime.now(UTC).isoformat(timespec="seconds") + "\n")
    fresh.replace(path)
