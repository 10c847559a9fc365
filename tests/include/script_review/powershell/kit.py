"""Short ways to a model, for tests."""

from __future__ import annotations

from include.script_review.powershell.command import Command
from include.script_review.powershell.model import Script
from include.script_review.project import Project
from include.script_review.source import Source


def script(text: str, path: str = "a.ps1") -> Script:
    return Script(Source(path, "powershell", text))


def command(text: str) -> Command:
    return script(text).commands[0]


def module(**texts: str) -> dict[str, Script]:
    """Files of one module that know of each other: `module(a="function …")` is a.ps1."""
    project = Project()
    for name, text in texts.items():
        path = f"{name.replace('_tests', '.Tests')}.ps1"
        project.models[path] = Script(Source(path, "powershell", text), project)
    return project.models
