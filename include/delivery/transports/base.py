"""One way to reach a person. Adding one: a file beside this one and a line in `registry.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Endpoint:
    """Where a channel leads, with its credentials: an Airflow connection's fields, wherever they came from."""

    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    url: str = field(default="", repr=False)  # webhook: its URL is its secret
    extra: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Letter:
    """What is delivered. `mark` lets the receiving side recognise a repeat; `address` is an e-mail address."""

    mark: str
    recipient: str
    address: str
    subject: str
    body: str


class Transport(Protocol):
    """Send one letter, or raise DeliveryFailed with a content-free reason."""

    def __call__(self, letter: Letter, endpoint: Endpoint | None) -> None: ...
