"""A policy that allows everything on everything."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module
from include.script_review.terraform.policy import Statement, statements

# With one of these, on everything, an account can give itself the rest.
_GRAVE = ("iam:*", "sts:*", "organizations:*", "kms:*", "secretsmanager:*", "s3:*", "ec2:*", "lambda:*", "iam:passrole")


def check(module: Module) -> Iterator[Hit]:
    for one in statements(module):
        # With a principal it is a resource's own policy, where `*` means that resource.
        plain = one.effect == "Allow" and not one.conditions and not one.principals
        if plain and "*" in one.resources and (found := _wild(one)):
            text, severity = found
            yield Hit(one.node.start_byte, one.node.end_byte, f"{one.block.name} allows {text}", severity=severity)
    for block in module.resources("azurerm_role_definition"):
        for child in block.blocks("permissions"):
            for name in ("actions", "data_actions"):
                if name in child.attributes and "*" in child.attributes[name].literals:
                    yield child.at(name, f"{block.name} allows every action")


def _wild(one: Statement) -> tuple[str, Severity | None] | None:
    if "*" in one.actions or "*:*" in one.actions:
        return "every action on every resource", None
    grave = next((action for action in one.actions if action.lower() in _GRAVE), "")
    return (f"{grave} on every resource", Severity.MEDIUM) if grave else None


RULE = Rule(
    id="tf-iam-wildcard",
    title="A policy allows everything",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Whoever gets hold of this identity, or of one thing that uses it, owns the account.",
    fix="List the actions that are used and the resources they are used on; grant `iam:PassRole` for one role only.",
    bad=(
        'resource "aws_iam_policy" "ci" {\n  policy = jsonencode({\n'
        '    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]\n  })\n}\n'
    ),
    good=(
        'data "aws_iam_policy_document" "ci" {\n  statement {\n    actions   = ["s3:GetObject"]\n'
        '    resources = ["${aws_s3_bucket.b.arn}/*"]\n  }\n  statement {\n    effect    = "Deny"\n    actions   = ["*"]\n'
        '    resources = ["*"]\n  }\n}\n'
    ),
    check=check,
)
