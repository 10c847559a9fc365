"""Statements of AWS policies, however they are written: `jsonencode`, JSON in a here-document, or a policy document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tree_sitter import Node

from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module
from include.script_review.terraform.value import HOLE, Value

_LONGEST = 200_000


@dataclass(frozen=True)
class Statement:
    """`node` is the place of a finding. `principals` are those of a resource's own policy, a HOLE for computed ones.

    `conditions`: does it hold only under some?
    """

    block: Block
    node: Node
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    conditions: bool


def statements(module: Module) -> Iterator[Statement]:
    """Of a whole file."""
    for block in module.blocks:
        if block.kind == "data" and block.type == "aws_iam_policy_document":
            for child in block.blocks("statement"):
                yield _of_block(block, child)
        elif block.kind == "resource":
            for value in block.attributes.values():
                yield from _of_value(block, value)
            for child in block.children:
                for value in child.attributes.values():
                    yield from _of_value(block, value)


def _of_block(block: Block, child: Block) -> Statement:
    named = list(child.blocks("principals"))
    principals = [text for one in named for text in _texts(one.attributes.get("identifiers"))] or [HOLE] * bool(named)
    return Statement(
        block,
        child.node,
        child.literal("effect") or "Allow",
        _texts(child.attributes.get("actions")),
        _texts(child.attributes.get("resources")),
        tuple(principals),
        any(True for _ in child.blocks("condition")),
    )


def _of_value(block: Block, value: Value) -> Iterator[Statement]:
    if value.call == "jsonencode" and value.arguments:
        holder = value.arguments[0].fields.get("Statement")
        for item in holder.items if holder is not None else ():
            fields = item.fields
            if fields:
                yield _made(block, item.node, {key: _plain(one) for key, one in fields.items()})
    elif value.text is not None and '"Statement"' in value.text and len(value.text) < _LONGEST:
        for one in _json(value.text):
            yield _made(block, value.outer, one)


def _plain(value: Value, depth: int = 3) -> Any:
    if value.fields and depth:
        return {key: _plain(one, depth - 1) for key, one in value.fields.items()}
    return list(_texts(value))


def _json(text: str) -> list[dict[str, Any]]:
    """The statements of JSON text; none where it is no JSON."""
    try:
        found = json.loads(text.replace(HOLE, "filled-in"))
    except (ValueError, RecursionError):
        return []
    held = found.get("Statement", []) if isinstance(found, dict) else []
    return [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]


def _made(block: Block, node: Node, fields: dict[str, Any]) -> Statement:
    principal = fields.get("Principal")
    named = [text for one in principal.values() for text in _list(one)] if isinstance(principal, dict) else list(_list(principal))
    named = named or [HOLE] * ("Principal" in fields)
    effect = next(iter(_list(fields.get("Effect"))), "Allow")
    actions, resources = tuple(_list(fields.get("Action"))), tuple(_list(fields.get("Resource")))
    return Statement(block, node, effect, actions, resources, tuple(named), bool(fields.get("Condition")))


def _list(value: Any) -> list[str]:
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str)]
    return [value] if isinstance(value, str) else []


def _texts(value: Value | None) -> tuple[str, ...]:
    return tuple(value.texts()) if value is not None else ()
