"""What one rule finds in a text."""

from __future__ import annotations

from include.contracts.script_review import Severity
from include.script_review.powershell.model import Script
from include.script_review.project import Project
from include.script_review.rule import Rule
from include.script_review.source import Source


def found(rule: Rule, text: str, path: str = "a.ps1", **others: str) -> list[tuple[int, Severity]]:
    """Line and severity of each hit. `others`: texts of tests beside it, by what they test: `a="Describe …"`."""
    sources = {f"{name}.Tests.ps1": Source(f"{name}.Tests.ps1", "powershell", said) for name, said in others.items()}
    project = Project(tests=sources)
    project.models[path] = script = Script(Source(path, "powershell", text), project)
    return [(script.source.place(hit.start)[0], hit.severity or rule.severity) for hit in rule.check(script)]


def lines(rule: Rule, text: str, path: str = "a.ps1", **others: str) -> list[int]:
    return [line for line, _ in found(rule, text, path, **others)]
