"""What a benchmark says: one JSON line a ratio, with its limit and the absolutes behind it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Result:
    """`ratio` of the subject to its floor in the same run; `limit` is the most (or the least) it may be."""

    name: str
    ratio: float
    limit: float
    bound: Literal["at most", "at least"] = "at most"
    absolutes: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.ratio <= self.limit if self.bound == "at most" else self.ratio >= self.limit

    def print(self) -> None:
        print(json.dumps({**asdict(self), "ratio": round(self.ratio, 3), "ok": self.ok}), flush=True)
