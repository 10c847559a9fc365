"""`SuppressMessageAttribute`, as PSScriptAnalyzer reads it: on a `param` block it is for the function or the whole script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tree_sitter import Node

from include.contracts.base import clean_text
from include.script_review.powershell.function import Function
from include.script_review.powershell.script import Script
from include.script_review.powershell.value import Value, said
from include.script_review.rule import Hit
from include.script_review.suppress import MAX_REASON, Suppression


def attributes(script: Script) -> Iterator[Suppression]:
    """Those with and without a justification."""
    if b"suppressmessage" not in script.lowered:
        return
    for function in (script.body, *script.functions):
        for node in function.attribute_nodes:
            if "suppressmessage" in said(node).lower():
                yield from _suppressions(function, node)


def _suppressions(function: Function, node: Node) -> Iterator[Suppression]:
    """One; with `Scope` and `Target` one for each function in it that is meant."""
    loose, named = _arguments(node)
    rule = named.get("category") or (loose[0] if loose else "")
    reason = " ".join(clean_text(named.get("justification", "")).split())[:MAX_REASON]
    at = (node.start_byte, node.end_byte)
    target = named.get("target", "").lower()
    if named.get("scope", "").lower() != "function" or target in ("", "*"):
        yield Suppression(rule, function.start, function.end + 1, reason, at)
        return
    for one in function.script.functions:
        if function.start <= one.start < function.end and fnmatchcase(one.name.lower(), target):
            yield Suppression(rule, one.start, one.end + 1, reason, at)


def _arguments(node: Node) -> tuple[list[str], dict[str, str]]:
    """Those without a name, and those with one in lower case."""
    loose: list[str] = []
    named: dict[str, str] = {}
    for holder in (child for child in node.named_children if child.type == "attribute_arguments"):
        for argument in holder.named_children:
            parts = argument.named_children
            if parts and parts[0].type == "simple_name":
                named[said(parts[0]).lower()] = _text(parts[-1])
            else:
                loose += [item.literal or "" for part in parts for item in Value.of(part).items]
    return loose, named


def _text(node: Node) -> str:
    return Value.of(node).literal or ""


def without_justification(found: Iterable[Suppression]) -> Iterator[Hit]:
    """Attributes that give no justification."""
    for one in found:
        if not one.reason:
            yield Hit(
                *one.at, f"SuppressMessageAttribute of {one.rule or 'no rule'} gives no Justification, so nothing is suppressed."
            )
