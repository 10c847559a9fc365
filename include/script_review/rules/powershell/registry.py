"""The rules for PowerShell, in the order of the documentation."""

from __future__ import annotations

from include.script_review.rule import Rule

RULES: tuple[Rule, ...] = ()
