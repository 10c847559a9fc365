"""A store is deleted even when something is in it."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module

_NAMES = ("force_destroy", "force_delete", "delete_contents_on_destroy")
_USERS = ("aws_iam_user", "aws_iam_role")


def check(module: Module) -> Iterator[Hit]:
    for block in module.blocks:
        if block.kind not in ("resource", "module") or block.type in _USERS:
            continue
        for name in _NAMES:
            if block.literal(name) == "true":
                yield block.at(name, f"{block.name} is deleted with everything in it")


RULE = Rule(
    id="tf-force-destroy",
    title="Deleted with everything in it",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.MEDIUM,
    why="The refusal to delete what is not empty is the last thing that stands between a wrong plan and the data.",
    fix="Leave it out; empty the store in a step of its own when it must go.",
    bad='resource "aws_s3_bucket" "invoices" {\n  bucket        = "invoices"\n  force_destroy = true\n}\n',
    good='resource "aws_s3_bucket" "invoices" {\n  bucket        = "invoices"\n  force_destroy = false\n}\n',
    check=check,
)
