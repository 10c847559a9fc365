"""A resource's policy lets anybody in."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module
from include.script_review.terraform.policy import statements

_GOOGLE = ("allUsers", "allAuthenticatedUsers")


def check(module: Module) -> Iterator[Hit]:
    for one in statements(module):
        if one.effect == "Allow" and "*" in one.principals and not one.conditions:
            yield Hit(one.node.start_byte, one.node.end_byte, f"{one.block.name} lets every account of the world do this")
    for block in module.resources():
        if not block.type.startswith("google_") or "iam" not in block.type:
            continue
        for name in ("member", "members"):
            if name in block.attributes and set(_GOOGLE) & set(block.attributes[name].literals):
                yield block.at(name, f"{block.name} lets everybody in")


RULE = Rule(
    id="tf-iam-public",
    title="Anybody is let in",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="No login, network or contract stands between the internet and this resource.",
    fix="Name the accounts or roles; where it must be public, put a content network in front, and say so here with a reason.",
    bad=(
        'resource "aws_sqs_queue_policy" "q" {\n  policy = <<EOF\n'
        '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}\nEOF\n}\n'
    ),
    good=(
        'resource "aws_sqs_queue_policy" "q" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Principal = "*",\n'
        '      Action = "sqs:SendMessage", Resource = "x", Condition = { ArnEquals = { "aws:SourceArn" = "y" } } }]\n  })\n}\n'
    ),
    check=check,
)
