"""A function that changes state: what the reviewer is asked about, and what a test is sketched for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changing:
    """`commands`: what it calls that changes state, in the order of the text. `function`: empty for a script's top level.

    All of it is foreign text: a PowerShell function may have any name.
    """

    path: str
    language: str
    function: str
    line: int
    commands: tuple[str, ...]
    parameters: tuple[str, ...] = ()
